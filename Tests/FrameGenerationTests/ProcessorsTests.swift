import Foundation
import FrameGeneration
import Testing

@Suite("Processors and memory to use")
struct ProcessorsTests {
    @Test("of the container's processors, those that its time keeps busy are used")
    func quota() {
        func count(_ text: String, of count: Int) -> Int {
            ContainerLimits(processorLimit: text, memoryLimit: "").processorCount(of: count)
        }
        #expect(ContainerLimits(processorLimit: "250000 100000\n", memoryLimit: "").processorQuota == 2.5)
        #expect(count("250000 100000\n", of: 8) == 3)
        #expect(count("200000 100000\n", of: 8) == 2)
        #expect(count("250000 100000\n", of: 2) == 2)
        #expect(count("1000 100000\n", of: 8) == 1)
        for text in ["max 100000\n", "", "5 0\n", "0 100000\n", "-1 100000\n", "inf inf", "nan 1"] {
            #expect(count(text, of: 8) == 8, "\(text)")
        }
    }

    @Test("the container's memory is read")
    func memory() {
        func bytes(_ text: String) -> Int? { ContainerLimits(processorLimit: "", memoryLimit: text).memoryInBytes }
        #expect(bytes("536870912\n") == 536_870_912)
        for text in ["max\n", "", "99999999999999999999\n"] { #expect(bytes(text) == nil, "\(text)") }
    }

    @Test("processors that the process is kept from do not count")
    func affinity() {
        func count(_ mask: String) -> Int? {
            allowedProcessorCount(inStatus: "Name:\tframegen\n\(mask)Cpus_allowed_list:\t0-1\n")
        }
        #expect(count("Cpus_allowed:\t3\n") == 2)
        #expect(count("Cpus_allowed:\t00000000,00000010\n") == 1)
        #expect(count("Cpus_allowed:\tff,ffffffff\n") == 40)
        #expect(count("Cpus_allowed:\t0\n") == nil)
        #expect(count("") == nil)
        #expect((1...ProcessInfo.processInfo.activeProcessorCount).contains(processorCount))
    }
}

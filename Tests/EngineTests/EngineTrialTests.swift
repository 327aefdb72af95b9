import Foundation
import FrameGeneration
import TestSupport
import Testing

@Suite("The trial of an engine")
struct EngineTrialTests {
    @Test("every runtime passes it in fp32, and its probe says yes", arguments: Runtime.allCases)
    func passes(runtime: Runtime) throws {
        try EngineTrial.run(runtime.engine)
        #expect(PrecisionTrial.isSupported(.fp32, by: runtime.engine))
    }

    @Test("OpenVINO passes it in bf16 exactly where the processor has bf16", .enabled(if: Self.flags != nil))
    func passesInBF16() throws {
        let hasBF16 = Self.flags?.contains { $0.hasSuffix("bf16") } ?? false
        #expect(PrecisionTrial.isSupported(.bf16, by: Runtime.openvino.engine) == hasBF16)
    }

    @Test("an engine that computes wrongly fails it")
    func wrong() {
        let error = #expect(throws: FramegenError.self) { try EngineTrial.run(PassThroughEngine()) }
        #expect(error?.code == .internalFailure && error?.message.contains("passthrough") == true)
    }

    /// What Linux says that the processor can do; nil elsewhere.
    private static let flags: [String]? = {
        guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix("flags") || $0.hasPrefix("Features") }
        return line.map { $0.split(separator: " ").map(String.init) }
    }()
}

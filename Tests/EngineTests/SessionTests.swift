import Foundation
import FrameGeneration
import OpenVINOEngine
import TestSupport
import Testing

@Suite("OpenVINO sessions")
struct SessionTests {
    @Test("answer as ONNX Runtime does, within 2e-5", arguments: [0, 1])
    func agreesWithONNXRuntime(run: Int) throws {
        let expected = try SmallNetwork.run(run)
        let answered = try SmallNetwork.session().run(expected.inputs)
        #expect(answered.map(\.shape) == [[1, 2, 12, 16], [1, 8, 6, 8]])
        #expect(largestDifference(answered, expected.outputs) < 2e-5)
    }

    @Test("keep nothing of earlier runs, and leave earlier results alone")
    func runsAreIndependent() throws {
        let (first, second) = (try SmallNetwork.run(0), try SmallNetwork.run(1))
        let session = try SmallNetwork.session()
        let early = try session.run(first.inputs)
        let later = try session.run(second.inputs)
        #expect(largestDifference(early, first.outputs) < 2e-5)
        #expect(largestDifference(later, second.outputs) < 2e-5)
        #expect(try session.run(first.inputs) == early)
    }

    @Test("do not disturb each other, and outlive each other")
    func sessionsAreIndependent() throws {
        let (first, second) = (try SmallNetwork.run(0), try SmallNetwork.run(1))
        let kept = try SmallNetwork.session()
        let before = try kept.run(first.inputs)
        do {
            let other = try SmallNetwork.session()
            #expect(largestDifference(try other.run(second.inputs), second.outputs) < 2e-5)
        }
        #expect(try kept.run(first.inputs) == before)
    }

    @Test("work side by side on several threads")
    func sessionsRunConcurrently() async throws {
        let differences = try await withThrowingTaskGroup(of: Float.self) { group in
            for index in 0..<4 {
                group.addTask {
                    let session = try SmallNetwork.session()
                    let expected = try SmallNetwork.run(index % 2)
                    var worst: Float = 0
                    for _ in 0..<20 {
                        worst = max(worst, largestDifference(try session.run(expected.inputs), expected.outputs))
                    }
                    return worst
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(differences.count == 4)
        #expect(differences.allSatisfy { $0 < 2e-5 })
    }

    @Test("return the outputs in the order they were asked for")
    func outputsFollowTheRequest() throws {
        let expected = try SmallNetwork.run(0)
        let answered = try SmallNetwork.session(outputs: ["relu", "output"]).run(expected.inputs)
        #expect(largestDifference(answered, expected.outputs.reversed()) < 2e-5)
    }

    @Test("compute in float32 on the threads they were given, in one stream")
    func optionsAreHonoured() throws {
        let session = try SmallNetwork.session(threads: 1)
        #expect(try session.property("INFERENCE_PRECISION_HINT") == "f32")
        #expect(try session.property("INFERENCE_NUM_THREADS") == "1")
        #expect(try session.property("NUM_STREAMS") == "1")
        #expect(try session.property("ENABLE_CPU_PINNING") == "NO")
        if ProcessInfo.processInfo.activeProcessorCount >= 2 {
            #expect(try SmallNetwork.session(threads: 2).property("INFERENCE_NUM_THREADS") == "2")
        }
    }

    @Test("need at least one thread", arguments: [0, -1, Int.min])
    func threadsAreChecked(threads: Int) {
        let error = #expect(throws: FramegenError.self) { _ = try SmallNetwork.session(threads: threads) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("\(threads)") == true)
    }

    @Test("may be allowed more threads than there are processors", arguments: [1000, Int.max])
    func manyThreads(threads: Int) throws {
        let expected = try SmallNetwork.run(0)
        let answered = try SmallNetwork.session(threads: threads).run(expected.inputs)
        #expect(largestDifference(answered, expected.outputs) < 2e-5)
    }

    @Test("refuse inputs of another shape, naming both shapes")
    func inputShapesAreChecked() throws {
        let expected = try SmallNetwork.run(0)
        let session = try SmallNetwork.session()
        let wrong = Tensor(zeros: [1, 3, 16, 12])
        let error = #expect(throws: FramegenError.self) { try session.run([expected.inputs[0], wrong]) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message == "input second is [1, 3, 16, 12], expected [1, 3, 12, 16]")
        #expect(throws: FramegenError.self) { try session.run([expected.inputs[0]]) }
        // A refused run leaves the session as it was.
        #expect(largestDifference(try session.run(expected.inputs), expected.outputs) < 2e-5)
    }

    @Test("say so when the model is not the network that was described")
    func descriptionIsChecked() throws {
        let onnx = try SmallNetwork.onnx()
        func failure(_ inputs: [Network.Value], _ outputs: [String]) -> String? {
            #expect(throws: FramegenError.self) {
                _ = try OpenVINOEngine().makeSession(
                    onnx: onnx, inputs: inputs, outputs: outputs, options: SessionOptions(threads: 1))
            }?.message
        }
        let inputs = SmallNetwork.inputs
        let wide = [inputs[0], Network.Value(name: "second", shape: [1, 3, 12, 17])]
        #expect(failure(wide, ["output"])?.contains("second as [1, 3, 12, 16], expected [1, 3, 12, 17]") == true)
        #expect(
            failure([inputs[0]], SmallNetwork.outputs)?.contains("2 inputs and 2 outputs, expected 1 and 2") == true)
        #expect(failure(inputs, ["nothing", "relu"])?.contains("nothing") == true)
    }

    @Test("report a model that is no ONNX in one line")
    func badModels() throws {
        let onnx = try SmallNetwork.onnx()
        var broken = [[], [0], [UInt8](repeating: 0xff, count: 4096), [UInt8]("this is no model".utf8)]
        broken += stride(from: 8, to: onnx.count, by: 97).map { Array(onnx[..<$0]) }
        for bytes in broken {
            let error = #expect(throws: FramegenError.self) {
                _ = try OpenVINOEngine().makeSession(
                    onnx: bytes, inputs: SmallNetwork.inputs, outputs: SmallNetwork.outputs,
                    options: SessionOptions(threads: 1))
            }
            #expect(error?.code == .internalFailure)
            #expect(error?.message.hasPrefix("OpenVINO ") == true)
            #expect(error?.message.contains("\n") == false)
        }
    }
}

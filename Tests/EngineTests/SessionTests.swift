import EngineSupport
import Foundation
import FrameGeneration
import TestSupport
import Testing

@Suite("Sessions")
struct SessionTests {
    @Test("answer as ONNX Runtime's Python package does, within 2e-5", arguments: Runtime.allCases, [0, 1])
    func agreesWithONNXRuntime(runtime: Runtime, run: Int) throws {
        let expected = try SmallNetwork.run(run)
        let answered = try SmallNetwork.session(on: runtime).run(expected.inputs)
        #expect(answered.map(\.shape) == [[1, 2, 12, 16], [1, 8, 6, 8]])
        #expect(largestDifference(answered, expected.outputs) < 2e-5)
    }

    @Test("keep nothing of earlier runs, and leave earlier results alone", arguments: Runtime.allCases)
    func runsAreIndependent(runtime: Runtime) throws {
        let (first, second) = (try SmallNetwork.run(0), try SmallNetwork.run(1))
        let session = try SmallNetwork.session(on: runtime)
        let early = try session.run(first.inputs)
        let later = try session.run(second.inputs)
        #expect(largestDifference(early, first.outputs) < 2e-5)
        #expect(largestDifference(later, second.outputs) < 2e-5)
        #expect(try session.run(first.inputs) == early)
    }

    @Test("do not disturb each other, and outlive each other", arguments: Runtime.allCases)
    func sessionsAreIndependent(runtime: Runtime) throws {
        let (first, second) = (try SmallNetwork.run(0), try SmallNetwork.run(1))
        let kept = try SmallNetwork.session(on: runtime)
        let before = try kept.run(first.inputs)
        do {
            let other = try SmallNetwork.session(on: runtime)
            #expect(largestDifference(try other.run(second.inputs), second.outputs) < 2e-5)
        }
        #expect(try kept.run(first.inputs) == before)
    }

    @Test("work side by side on several threads", arguments: Runtime.allCases)
    func sessionsRunConcurrently(runtime: Runtime) async throws {
        let differences = try await withThrowingTaskGroup(of: Float.self) { group in
            for index in 0..<4 {
                group.addTask {
                    let session = try SmallNetwork.session(on: runtime)
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

    @Test("return the outputs in the order they were asked for", arguments: Runtime.allCases)
    func outputsFollowTheRequest(runtime: Runtime) throws {
        let expected = try SmallNetwork.run(0)
        let answered = try SmallNetwork.session(on: runtime, outputs: ["relu", "output"]).run(expected.inputs)
        #expect(largestDifference(answered, expected.outputs.reversed()) < 2e-5)
    }

    @Test("need at least one thread", arguments: Runtime.allCases, [0, -1, Int.min])
    func threadsAreChecked(runtime: Runtime, threads: Int) {
        let error = #expect(throws: FramegenError.self) { _ = try SmallNetwork.session(on: runtime, threads: threads) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("\(threads)") == true)
    }

    @Test("may be allowed more threads than there are processors", arguments: Runtime.allCases, [1000, Int.max])
    func manyThreads(runtime: Runtime, threads: Int) throws {
        let expected = try SmallNetwork.run(0)
        let answered = try SmallNetwork.session(on: runtime, threads: threads).run(expected.inputs)
        #expect(largestDifference(answered, expected.outputs) < 2e-5)
    }

    @Test("refuse inputs of another shape, naming both shapes", arguments: Runtime.allCases)
    func inputShapesAreChecked(runtime: Runtime) throws {
        let expected = try SmallNetwork.run(0)
        let session = try SmallNetwork.session(on: runtime)
        let wrong = Tensor(zeros: [1, 3, 16, 12])
        let error = #expect(throws: FramegenError.self) { try session.run([expected.inputs[0], wrong]) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message == "input second is [1, 3, 16, 12], expected [1, 3, 12, 16]")
        #expect(throws: FramegenError.self) { try session.run([expected.inputs[0]]) }
        // A refused run leaves the session as it was.
        #expect(largestDifference(try session.run(expected.inputs), expected.outputs) < 2e-5)
    }

    @Test("say so when the model is not the network that was described", arguments: Runtime.allCases)
    func descriptionIsChecked(runtime: Runtime) throws {
        let onnx = try SmallNetwork.onnx()
        func failure(_ inputs: [NetworkGraph.Value], _ outputs: [String]) -> String? {
            #expect(throws: FramegenError.self) {
                _ = try runtime.session(onnx: onnx, inputs: inputs, outputs: outputs)
            }?.message
        }
        let inputs = SmallNetwork.inputs
        let wide = [inputs[0], NetworkGraph.Value(name: "second", shape: [1, 3, 12, 17])]
        #expect(failure(wide, ["output"])?.contains("second as [1, 3, 12, 16], expected [1, 3, 12, 17]") == true)
        #expect(
            failure([inputs[0]], SmallNetwork.outputs)?.contains("2 inputs and 2 outputs, expected 1 and 2") == true)
        #expect(failure(inputs, ["nothing", "relu"])?.contains("nothing") == true)
    }

    @Test("report a model that is no ONNX in one line", arguments: Runtime.allCases)
    func badModels(runtime: Runtime) throws {
        let onnx = try SmallNetwork.onnx()
        var broken = [[], [0], [UInt8](repeating: 0xff, count: 4096), [UInt8]("this is no model".utf8)]
        broken += stride(from: 8, to: onnx.count, by: 97).map { Array(onnx[..<$0]) }
        for bytes in broken {
            let error = #expect(throws: FramegenError.self) {
                _ = try runtime.session(onnx: bytes, inputs: SmallNetwork.inputs, outputs: SmallNetwork.outputs)
            }
            #expect(error?.code == .internalFailure)
            #expect(error?.message.hasPrefix("\(runtime.kind.name) ") == true)
            #expect(error?.message.contains("\n") == false)
        }
    }
}

@Suite("Inputs in bfloat16")
struct BFloat16InputTests {
    @Test("are computed with as their values in float32 are", arguments: Runtime.allCases)
    func inputs(runtime: Runtime) throws {
        let network = AudioEncoder.ave.network(batch: 1)
        let weights = Dictionary(
            uniqueKeysWithValues: network.parameters.enumerated().map { index, parameter in
                (parameter.key, HashWeights.tensor(index, shape: parameter.shape) { 0.1 * $0 + 0.01 })
            })
        let encoder = try NetworkModel(network: network, weights: weights)
        let mel = BFloat16Tensor(rounding: HashWeights.tensor(9003, shape: [1, 1, 80, 16]) { -4 + 8 * $0 })
        var options = SessionOptions(threads: 1)
        let expected = try runtime.engine.makeSession(for: encoder, options: options).run([mel.widened])
        options.bfloat16InputCount = 1
        let answer = try runtime.engine.makeSession(for: encoder, options: options).run([mel], [])
        #expect(largestDifference(answer, expected) == 0)
    }
}

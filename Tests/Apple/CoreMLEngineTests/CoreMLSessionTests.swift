import CoreMLEngine
import Dispatch
import FakeCoreML
import FrameGeneration
import Synchronization
import TestSupport
import Testing

@Suite("Sessions on Core ML")
struct CoreMLSessionTests {
    @Test("find inputs and outputs whatever they are called, and copy by strides", arguments: [Precision.fp32, .fp16])
    func names(precision: Precision) throws {
        let difference = largestDifference(try EngineFolder().run(precision: precision), try SmallModel.expected())
        #expect(difference < (precision == .fp32 ? 1e-5 : 5e-3))
    }

    @Test("keep nothing of earlier runs, and leave earlier results alone")
    func runs() throws {
        let session = try EngineFolder().engine.makeSession(
            for: SmallModel.make(), options: SessionOptions(threads: 1))
        let early = try session.run([SmallModel.input])[0]
        _ = try session.run([Tensor(zeros: SmallModel.shape)])
        #expect(largestDifference(early, try SmallModel.expected()) < 1e-5)
        #expect(try session.run([SmallModel.input])[0] == early)
    }

    @Test("refuse inputs of another shape, and run on")
    func shapes() throws {
        let session = try EngineFolder().engine.makeSession(
            for: SmallModel.make(), options: SessionOptions(threads: 1))
        let error = #expect(throws: FramegenError.self) { try session.run([Tensor(zeros: [1, 2, 7, 5])]) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message == "input 1.input is [1, 2, 7, 5], expected [1, 2, 5, 7]")
        #expect(largestDifference(try session.run([SmallModel.input])[0], try SmallModel.expected()) < 1e-5)
    }

    @Test("take values in bfloat16 that others kept")
    func bfloat16() throws {
        var options = SessionOptions(threads: 1)
        options.bfloat16InputCount = 1
        let session = try EngineFolder().engine.makeSession(for: SmallModel.make(), options: options)
        let kept = BFloat16Tensor(rounding: SmallModel.input)
        #expect(try session.run([kept], []) == session.run([kept.widened]))
    }

    @Test("compute on the units that are asked for", arguments: ComputeUnits.allCases)
    func units(units: ComputeUnits) throws {
        let (folder, counts) = (try EngineFolder(), FakeBehaviour.Counts())
        try withBehaviour({ $0.counts = counts }) {
            _ = try CoreMLEngine(computeUnits: units, cacheFolder: folder.cache)
                .makeSession(for: SmallModel.make(), options: SessionOptions(threads: 1))
        }
        let expected: MLComputeUnits =
            switch units {
            case .cpuAndNeuralEngine: .cpuAndNeuralEngine
            case .cpuAndGPU: .cpuAndGPU
            case .all: .all
            case .cpuOnly: .cpuOnly
            }
        #expect(counts.units.withLock { $0 } == [expected])
    }

    @Test("tell which unit computes how many operations")
    func plan() throws {
        let counts = try EngineFolder().engine.operationCounts(
            of: SmallModel.make(), options: SessionOptions(threads: 1, precision: .fp16))
        #expect(counts == ["Neural Engine": 3, "CPU": 1])
    }

    @Test("stop when their task is cancelled, though Core ML has run meanwhile")
    func cancellation() async throws {
        let folder = try EngineFolder()
        let (entered, gate) = (AsyncStream<Void>.makeStream(), DispatchSemaphore(value: 0))
        var behaviour = FakeBehaviour()
        behaviour.onPrediction = {
            entered.continuation.yield()
            gate.wait()
        }
        let task = FakeBehaviour.$current.withValue(behaviour) {
            Task {
                try await runBlocking { () throws(FramegenError) in
                    let model: NetworkModel
                    do { model = try SmallModel.make() } catch { throw FramegenError(.internalFailure, "\(error)") }
                    let session = try folder.engine.makeSession(for: model, options: SessionOptions(threads: 1))
                    return try session.run([SmallModel.input])
                }
            }
        }
        for await _ in entered.stream { break }
        task.cancel()
        gate.signal()
        let error = await #expect(throws: FramegenError.self) { try await task.value }
        #expect(error?.code == .cancelled)
    }

    @Test("say in one line what Core ML does not do", arguments: Fault.all)
    func faults(fault: Fault) throws {
        let folder = try EngineFolder()
        let error = #expect(throws: FramegenError.self) {
            try withBehaviour(fault.change) { _ = try folder.run() }
        }
        #expect(error?.code == .internalFailure)
        #expect(error?.message == fault.message)
    }

    /// Something that Core ML does wrong, and what a user hears of it.
    struct Fault: Sendable, CustomTestStringConvertible {
        let message: String
        let change: @Sendable (inout FakeBehaviour) -> Void

        var testDescription: String { message }

        static let all = [
            Fault(message: "Core ML cannot compile the network: no compiler") { $0.compileError = "no\ncompiler" },
            Fault(message: "Core ML cannot load the network: no memory") { $0.loadError = "no memory" },
            Fault(message: "Core ML cannot run the network: no unit") { $0.predictionError = "no unit" },
            Fault(message: "Core ML gives no output up_0_out_put, but nothing") {
                $0.missingOutputs = ["up_0_out_put"]
            },
            Fault(message: "Core ML gives up_0_out_put as [1, 3, 7, 5], expected [1, 3, 5, 7]") {
                $0.outputShape = [1, 3, 7, 5]
            },
            Fault(
                message: "Core ML gives up_0_out_put as values of type 131104, expected float16 or float32"
            ) { $0.outputType = .int32 },
            Fault(message: "Core ML gives up_0_out_put of [1, 3, 5, 7] with strides [0, 0, 0, 0]") {
                $0.outputStrides = [0, 0, 0, 0]
            },
            Fault(message: "Core ML gives up_0_out_put of [1, 3, 5, 7] with strides [105, 35, -7, 1]") {
                $0.outputStrides = [105, 35, -7, 1]
            },
        ]
    }

    @Test("are refused for what Core ML or float16 cannot hold")
    func refusals() throws {
        let engine = try EngineFolder().engine
        let bf16 = #expect(throws: FramegenError.self) {
            _ = try engine.makeSession(
                for: SmallModel.make(), options: SessionOptions(threads: 1, precision: .bf16))
        }
        #expect(bf16?.code == .invalidRequest && bf16?.message.contains("bf16, expected fp16 or fp32") == true)
        let large = #expect(throws: FramegenError.self) {
            _ = try engine.makeSession(
                for: SmallModel.make(bias: 70000), options: SessionOptions(threads: 1, precision: .fp16))
        }
        #expect(large?.code == .invalidRequest)
        #expect(
            large?.message == "up.0.sum.bias holds 70000.0, more than float16 can: expected the precision fp32")
        #expect(throws: FramegenError.self) {
            _ = try engine.makeSession(for: SmallModel.make(), options: SessionOptions(threads: 0))
        }
    }
}

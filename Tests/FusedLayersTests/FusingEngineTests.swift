import FrameGeneration
import FusedLayers
import OpenVINOEngine
import TestSupport
import Testing

@Suite("Layers computed row by row beside another engine")
struct FusingEngineTests {
    /// Vectors have 8 to 32 channels: hidden values have 64, 128 and 32 in one, 48, 112 and 16 in the other.
    @Test(
        "give what the other engine gives alone, be vectors full of channels or not", arguments: RowsKind.supported,
        [(32, 16), (24, 8)])
    func same(_ kind: RowsKind, _ channels: (stem: Int, face: Int)) throws {
        let model = try SmallFace.model(stemChannels: channels.stem, faceChannels: channels.face)
        let inputs = Rewriting.inputs(for: model.network)
        let expected = try Rewriting.run(model, inputs)
        let results = try ExactEngine.runFused(model, inputs, kind)
        switch kind.precision {
        case .fp32: #expect(largestDifference(results, expected) <= Rewriting.tolerance)
        case .bf16, .fp16:
            try #require(results.map(\.shape) == expected.map(\.shape))
            #expect(meanDifference(results[0], expected[0]) < 0.5 / 255)
        }
    }

    @Test("give the same bytes on any number of threads", arguments: RowsKind.supported)
    func threads(_ kind: RowsKind) throws {
        let model = try SmallFace.model()
        let inputs = Rewriting.inputs(for: model.network)
        let one = try ExactEngine.runFused(model, inputs, kind)
        for threads in [2, 3, 7] {
            #expect(try ExactEngine.runFused(model, inputs, kind, threads: threads) == one, "\(threads)")
        }
    }

    @Test("give what the other engine gives on a real one, which reads values kept in bfloat16")
    func realEngine() throws {
        let model = try SmallFace.model()
        let network = model.network
        // As a plan does: what is kept of the template comes first.
        let reordered = NetworkModel(
            rewritten: NetworkGraph(
                inputs: network.inputs.reversed(), nodes: network.nodes, outputs: network.outputs,
                modules: network.modules), weights: model.weights)
        let inputs = Rewriting.inputs(for: reordered.network)
        let kept = BFloat16Tensor(rounding: inputs[0])
        var options = SessionOptions(threads: 2)
        options.bfloat16InputCount = 1
        for runtime in Runtime.allCases {
            let alone = try runtime.engine.makeSession(for: reordered, options: options).run([kept], [inputs[1]])
            for kind in RowsKind.supported where kind.precision == .fp32 {
                let engine = FusingEngine(runtime.engine, kinds: [kind])
                let results = try engine.makeSession(for: reordered, options: options).run([kept], [inputs[1]])
                #expect(largestDifference(results, alone) <= Rewriting.tolerance, "\(runtime) \(kind)")
            }
        }
    }

    /// What the last levels read beside the image comes from the template then, in bfloat16.
    @Test("give the same with values that are kept, be they read by the layers, by the other engine or by both")
    func keptValues() throws {
        let speech = try SmallFace.model().split(
            at: "audio", keeping: ConditioningPolicy(largestKeptSide: SmallFace.side, largestKeptExpansionSide: 0))
        let model = speech.speech
        let inputs = Rewriting.inputs(for: model.network)
        let kept = inputs.prefix(speech.keptValues.count).map(BFloat16Tensor.init(rounding:))
        let others = Array(inputs.dropFirst(kept.count))
        #expect(Set(kept.map { $0.shape[2] }) == [SmallFace.side, SmallFace.side / 2, SmallFace.side / 4])
        let expected = try Rewriting.run(model, kept.map(\.widened) + others)
        for kind in RowsKind.supported where kind.precision == .fp32 {
            var options = SessionOptions(threads: 1)
            options.bfloat16InputCount = kept.count
            for base in [ExactEngine(), OpenVINOEngine()] as [any InferenceEngine] {
                let engine = FusingEngine(base, kinds: [kind])
                #expect(engine.fusesLayers(of: model, in: .fp32))
                let results = try engine.makeSession(for: model, options: options).run(kept, others)
                #expect(largestDifference(results, expected) <= Rewriting.tolerance, "\(base.name) \(kind)")
            }
        }
    }

    @Test(
        "give what the other engine gives on the one that computes in bf16 here, where there is one",
        .enabled(if: PrecisionTrial.isSupported(.bf16, by: OpenVINOEngine())))
    func realEngineInBF16() throws {
        let model = try SmallFace.model()
        let inputs = Rewriting.inputs(for: model.network)
        let expected = try Rewriting.run(model, inputs)
        for kind in RowsKind.supported where kind.precision == .bf16 {
            let engine = FusingEngine(OpenVINOEngine(), kinds: [kind])
            // What users get goes by the same probe.
            #expect(PrecisionTrial.isSupported(.bf16, by: engine))
            #expect(engine.fusesLayers(of: model, in: .bf16))
            let options = SessionOptions(threads: 1, precision: .bf16)
            let results = try engine.makeSession(for: model, options: options).run(inputs)
            try #require(results.map(\.shape) == expected.map(\.shape))
            #expect(meanDifference(results[0], expected[0]) < 0.5 / 255, "\(kind)")
        }
    }

    @Test("are computed with the fastest instructions of a precision, and with none where there are none")
    func kinds() {
        let engine = FusingEngine(ExactEngine(), kinds: [.amxBF16, .avx512BF16, .avx512, .avx2])
        #expect(engine.kind(in: .bf16) == .amxBF16)
        #expect(engine.kind(in: .fp32) == .avx512)
        #expect(engine.kind(in: .fp16) == nil)
        #expect(FusingEngine(ExactEngine(), kinds: [.avx2]).kind(in: .bf16) == nil)
    }

    #if arch(x86_64)
        @Test("have instructions on the processors that the runtimes are for")
        func supported() { #expect(RowsKind.supported.contains(.avx2)) }
    #endif

    @Test("a network goes to the other engine whole where the processor has no such instructions")
    func withoutInstructions() throws {
        let model = try SmallFace.model()
        let engine = FusingEngine(ExactEngine(), kinds: [])
        #expect(!engine.fusesLayers(of: model, in: .fp32))
        let inputs = Rewriting.inputs(for: model.network)
        let session = try engine.makeSession(for: model, options: SessionOptions(threads: 1))
        #expect(try session.run(inputs) == Rewriting.run(model, inputs))
    }

    @Test("an input of another shape is an error that says both")
    func wrongShape() throws {
        let kind = try #require(RowsKind.supported.last)
        let model = try SmallFace.model()
        let engine = FusingEngine(ExactEngine(), kinds: [kind])
        let session = try engine.makeSession(for: model, options: SessionOptions(threads: 1, precision: kind.precision))
        var inputs = Rewriting.inputs(for: model.network)
        inputs[0] = Tensor(zeros: [1, 6, 32, 32])
        let error = #expect(throws: FramegenError.self) { try session.run(inputs) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("[1, 6, 32, 32]") == true)
        #expect(error?.message.contains("[1, 6, 64, 64]") == true)
    }

    @Test("without threads is an error that says how many are expected")
    func withoutThreads() throws {
        let kind = try #require(RowsKind.supported.last)
        let engine = FusingEngine(ExactEngine(), kinds: [kind])
        let model = try SmallFace.model()
        let error = #expect(throws: FramegenError.self) {
            _ = try engine.makeSession(for: model, options: SessionOptions(threads: 0, precision: kind.precision))
        }
        #expect(error?.code == .invalidRequest)
    }
}

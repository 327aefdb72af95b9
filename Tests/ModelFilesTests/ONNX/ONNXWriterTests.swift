import Foundation
import FrameGeneration
import ModelFiles
import TestSupport
import Testing

@Suite("Writing ONNX files")
struct ONNXWriterTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func options(_ weights: WeightType, openBatch: Bool = false) -> ONNXWriter.Options {
        var options = ONNXWriter.Options()
        options.weights = weights
        options.hasOpenBatch = openBatch
        return options
    }

    private func write(_ model: NetworkModel, _ options: ONNXWriter.Options = .init()) throws -> String {
        try folder.write(ONNXWriter.model(model, options: options), to: "written.onnx")
    }

    /// A generator's network as PyTorch has it, with its batch norms.
    private func generator() throws -> NetworkModel {
        try ONNXExports.model(ONNXExports.path("script17-unfolded.onnx"))
    }

    @Test(
        "gives files that read back as the same network, with batch norms kept or folded",
        arguments: [WeightType.fp32, .fp16], [false, true])
    func readBack(weights: WeightType, openBatch: Bool) throws {
        let model = try generator()
        let answer = try ONNXExports.answer("generator")
        let kept = try ONNXModelFile.load(at: write(model, options(weights, openBatch: openBatch)))
        #expect(kept.network.nodes.map(\.name) == model.network.nodes.map(\.name))
        #expect(kept.network.nodes.map(\.operation) == model.network.nodes.map(\.operation))
        // Convolution weights fit into float16 as they are; batch norms are written in the same bits.
        let output = try ONNXExports.run(kept, ONNXExports.generatorInputs)
        #expect(ONNXExports.largestDifference(output, answer) <= 2e-6)

        let folded = model.foldingBatchNormalization()
        #expect(folded.network.nodes.count < model.network.nodes.count)
        let read = try ONNXModelFile.load(at: write(folded, options(weights, openBatch: openBatch)))
        let difference = ONNXExports.largestDifference(
            try ONNXExports.run(read, ONNXExports.generatorInputs), answer)
        #expect(difference <= (weights == .fp32 ? 2e-6 : 2e-3))
        #expect(difference > 0)
    }

    @Test("stores half as much with float16")
    func size() throws {
        let model = try PyTorchCheckpoint.load(
            .ave, batch: 1, at: Fixtures.demoPath("checkpoint/audio_encoder.fp16.pth"))
        let (single, half) = (ONNXWriter.model(model).count, ONNXWriter.model(model, options: options(.fp16)).count)
        #expect(abs(Double(half) / Double(single) - 0.5) < 0.01)
    }

    @Test("tells the writer, the operator set, the batch and the number types")
    func description() throws {
        let file = try ONNXModelFile(path: write(generator(), options(.fp16, openBatch: true)))
        #expect(file.producerName == "framegen")
        #expect(file.producerVersion == framegenVersion)
        #expect(file.opset == 17)
        #expect(file.inputs[0].dimensions == [.symbolic("batch"), .fixed(6), .fixed(16), .fixed(16)])
        #expect(file.outputs[0].dimensions == [.symbolic("batch"), .fixed(3), .fixed(16), .fixed(16)])
        #expect(file.inputs.map(\.dataType) == ["float32", "float32"])
        #expect(file.weightCounts["float32"] ?? 0 < 10)
        #expect(file.weightCounts["float16"] ?? 0 > 1000)
        let closed = try ONNXModelFile(path: write(generator()))
        #expect(closed.inputs[0].dimensions.first == .fixed(1))
    }

    #if !(os(macOS) && arch(x86_64))
        @Test("rounds to float16 as the processor does, subnormal numbers and ties too")
        func halfPrecision() throws {
            var values: [Float] = [0, -0.0, 65504, 65519, -65519, 0x1p-24, 0x1p-25, 0x1.8p-25, 0x1p-26, 0x1.ffep-15]
            // Ties between neighbours, and a step past them.
            for bits in stride(from: UInt16(0), to: 0x7bff, by: 97) {
                let (low, high) = (Float(Float16(bitPattern: bits)), Float(Float16(bitPattern: bits + 1)))
                values += [low, (low + high) / 2, ((low + high) / 2).nextUp, ((low + high) / 2).nextDown]
            }
            for bits in stride(from: UInt32(0x3000_0000), to: 0x477f_e000, by: 4_999_999) {
                values += [Float(bitPattern: bits), -Float(bitPattern: bits)]
            }
            var file = ONNXFile.readable
            file.nodes[1] = ONNXFile.node("Conv", ["both", "w"], "output")
            while values.count % 8 != 0 { values.append(1) }
            file.initializers = [ONNXFile.tensor("w", [values.count / 8, 8, 1, 1], values)]
            let model = try ONNXModelFile.load(at: folder.write(file.bytes, to: "x.onnx"))
            let read = try ONNXModelFile.load(at: write(model, options(.fp16)))
            let rounded = try #require(read.weights["w"]?.values)
            for (value, half) in zip(values, rounded) {
                #expect(half.bitPattern == Float(Float16(value)).bitPattern, "\(value)")
            }
        }
    #endif
}

import Foundation
import FrameGeneration
import ModelFiles
import TestSupport
import Testing

@Suite("Reading ONNX files of other exporters")
struct ONNXImportTests {
    @Test(
        "gives the network that PyTorch exported, whatever its exporter, operator set and number types",
        arguments: [
            "script11-open-sizes", "script13-open-batch", "script13-typed", "script17-unfolded", "script17-double",
            "dynamo18-open-sizes", "dynamo18-unoptimised", "dynamo21-batch2", "dynamo21-external",
        ])
    func generators(name: String) throws {
        try expect(name, within: 2e-6)
    }

    @Test(
        "gives a network in half precision too, as far as its rounding goes",
        arguments: ["script17-half", "script17-half-typed", "dynamo18-bfloat16"])
    func halfPrecision(name: String) throws {
        // bfloat16 has 8 bits; batch norms were folded in them by the exporter.
        try expect(name, within: name.contains("bfloat") ? 2e-2 : 2e-3)
    }

    private func expect(_ name: String, within tolerance: Float) throws {
        let model = try ONNXExports.model(ONNXExports.path("\(name).onnx"))
        #expect(model.network.inputs.map(\.name) == ["input", "audio"])
        #expect(model.network.inputs.map(\.shape) == [[1, 6, 16, 16], [1, 4, 12, 12]])
        #expect(model.network.outputs == ["output"])
        let output = try ONNXExports.run(model, ONNXExports.generatorInputs)
        #expect(output.shape == [1, 3, 16, 16])
        let difference = ONNXExports.largestDifference(output, try ONNXExports.answer("generator"))
        #expect(difference <= tolerance)
    }

    @Test("gives audio encoders, for any batch", arguments: ["script13-encoder", "dynamo21-encoder"])
    func encoders(name: String) throws {
        let model = try ONNXExports.model(ONNXExports.path("\(name).onnx"), batch: 2)
        #expect(model.network.inputs == [NetworkGraph.Value(name: "mel", shape: [2, 1, 80, 16])])
        #expect(model.network.outputs == ["emb"])
        let output = try ONNXExports.run(model, [ONNXExports.encoderInput])
        #expect(output.shape == [2, 8, 1, 1])
        #expect(ONNXExports.largestDifference(output, try ONNXExports.answer("encoder")) <= 2e-6)
    }

    @Test("binds the batch to what is asked for, also against the file", arguments: [1, 3])
    func batch(count: Int) throws {
        for name in ["dynamo21-batch2", "script17-unfolded", "script11-open-sizes"] {
            let model = try ONNXExports.model(ONNXExports.path("\(name).onnx"), batch: count)
            #expect(model.network.inputs.map { $0.shape[0] } == [count, count])
            let inputs = ONNXExports.generatorInputs.map { tensor in
                Tensor(
                    shape: [count] + tensor.shape.dropFirst(),
                    values: (0..<count).flatMap { _ in tensor.values })
            }
            let output = try ONNXExports.run(model, inputs)
            let one = try ONNXExports.answer("generator")
            let expected = Tensor(shape: output.shape, values: (0..<count).flatMap { _ in one.values })
            #expect(ONNXExports.largestDifference(output, expected) <= 2e-6)
        }
        #expect(throws: FramegenError.self) {
            try ONNXExports.model(ONNXExports.path("dynamo21-batch2.onnx"), batch: 0)
        }
    }

    @Test("keeps PyTorch's names of the weights where the file has them")
    func keys() throws {
        let model = try ONNXExports.model(ONNXExports.path("script17-unfolded.onnx"))
        #expect(model.weights["inc.conv.0.weight"]?.shape == [12, 6, 1, 1])
        #expect(model.weights["inc.conv.1.running_var"]?.shape == [12])
        #expect(model.network.nodes.contains { $0.name.contains("/inc/conv/conv.0/Conv") })
    }

    @Test("gives all that an inspection tells")
    func description() throws {
        let file = try ONNXModelFile(path: ONNXExports.path("script11-open-sizes.onnx"))
        #expect(file.opset == 11)
        #expect(file.formatVersion == 6)
        #expect(file.producerName == "pytorch")
        #expect(!file.producerVersion.isEmpty)
        #expect(file.inputs.map(\.name) == ["input", "audio"])
        #expect(
            file.inputs[0].dimensions == [.symbolic("batch"), .fixed(6), .symbolic("height"), .symbolic("width")])
        #expect(file.inputs[1].dimensions.map(\.description) == ["batch", "4", "12", "12"])
        #expect(file.outputs.map(\.dataType) == ["float32"])
        #expect(file.operatorCounts["Resize"] == 1)
        #expect(file.operatorCounts["BatchNormalization"] == nil)
        #expect(file.weightCounts.keys.sorted() == ["float32"])
        let half = try ONNXModelFile(path: ONNXExports.path("script17-half.onnx"))
        #expect(half.weightCounts["float16"] ?? 0 > 1000)
        #expect(half.inputs.map(\.dataType) == ["float16", "float16"])
    }

    @Test("says which sizes are open where those of the family do not fit")
    func openSizesThatDoNotFit() throws {
        let path = ONNXExports.path("script11-open-sizes.onnx")
        let error = #expect(throws: FramegenError.self) { try ONNXModelFile.load(at: path) }
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains(path) == true)
        #expect(error?.message.contains("input batch×6×height×width") == true)
    }
}

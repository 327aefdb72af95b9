import Foundation
import FrameGeneration
import ModelFiles
import TestSupport
import Testing

@Suite("Writing Core ML packages")
struct CoreMLWriterTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(named: "package 包") }

    private func write(_ model: NetworkModel, _ weights: WeightType = .fp32, to name: String = "x.mlpackage") throws
        -> String
    {
        let path = folder.file(name)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        var options = CoreMLWriter.Options()
        options.weights = weights
        let byteCount = try CoreMLWriter.write(model, options: options, to: path)
        let files = ["Manifest.json", CoreMLFiles.model, CoreMLFiles.weights]
        #expect(try byteCount == files.reduce(0) { try $0 + Data(contentsOf: URL(filePath: "\(path)/\($1)")).count })
        return path
    }

    @Test(
        "gives packages that read back as the same network, with batch norms kept or folded",
        arguments: [WeightType.fp32, .fp16], [false, true])
    func readBack(weights: WeightType, folds: Bool) throws {
        let trained = try ONNXExports.model(ONNXExports.path("script17-unfolded.onnx"))
        let model = folds ? trained.foldingBatchNormalization() : trained
        let read = try CoreMLPackage.load(at: write(model, weights))
        #expect(read.network.nodes.count == model.network.nodes.count)
        let output = try ONNXExports.run(read, ONNXExports.generatorInputs)
        let difference = ONNXExports.largestDifference(output, try ONNXExports.answer("generator"))
        #expect(difference <= (weights == .fp32 ? 2e-6 : 2e-3))
    }

    @Test("keeps every network of the family, value for value and weight for weight", arguments: Generator.all)
    func generators(generator: Generator) throws { try expectKept(generator.network(batch: 2)) }

    @Test("keeps the audio encoder, with its strides")
    func encoder() throws { try expectKept(AudioEncoder.ave.network(batch: 1)) }

    /// Every tensor repeats a number of its own, so that none can take another's place.
    private func expectKept(_ network: NetworkGraph) throws {
        var weights: [String: Tensor] = [:]
        for (index, parameter) in network.parameters.enumerated() {
            let count = parameter.shape.reduce(1, *)
            weights[parameter.key] = Tensor(
                shape: parameter.shape, values: PageArray(repeating: Float(index + 1), count: count))
        }
        let model = try NetworkModel(network: network, weights: weights)
        let read = try CoreMLPackage.load(at: write(model), batch: network.inputs[0].shape[0])

        #expect(read.network.inputs == network.inputs)
        #expect(read.network.outputs == network.outputs)
        let names = Dictionary(
            uniqueKeysWithValues: zip(network.nodes, read.network.nodes).map { ($0.name, $1.name) }
                + network.inputs.map { ($0.name, $0.name) })
        let keys = Dictionary(
            zip(network.parameters, read.network.parameters).map { ($0.key, $1.key) },
            uniquingKeysWith: { first, _ in first })
        try #require(read.network.nodes.count == network.nodes.count)
        for (node, other) in zip(network.nodes, read.network.nodes) {
            #expect(other.shape == node.shape)
            #expect(other.inputs == node.inputs.map { names[$0] ?? "" })
            switch (node.operation, other.operation) {
            case (.convolution(let a), .convolution(let b)):
                #expect(b.weightKey == keys[a.weightKey] && b.biasKey == a.biasKey.flatMap { keys[$0] })
                #expect(b.weightShape == a.weightShape && b.stride == a.stride && b.padding == a.padding)
                #expect(b.groups == a.groups)
            case (.batchNormalization(_, let a), .batchNormalization(_, let b)): #expect(a == b)
            default: #expect(other.operation == node.operation)
            }
        }
        for (key, other) in keys {
            #expect(read.weights[other]?.shape == weights[key]?.shape)
            #expect(read.weights[other]?.values.first == weights[key]?.values.first, "\(key)")
        }
    }

    @Test("stores half as much with float16, and the same bytes each time")
    func size() throws {
        let model = try PyTorchCheckpoint.load(
            .ave, batch: 1, at: Fixtures.demoPath("checkpoint/audio_encoder.fp16.pth"))
        let (single, half) = (try write(model), try write(model, .fp16, to: "half.mlpackage"))
        func weights(_ path: String) throws -> Data {
            try Data(contentsOf: URL(filePath: "\(path)/\(CoreMLFiles.weights)"))
        }
        #expect(abs(Double(try weights(half).count) / Double(try weights(single).count) - 0.5) < 0.01)
        let again = try write(model, .fp16, to: "again.mlpackage")
        for file in ["Manifest.json", CoreMLFiles.model, CoreMLFiles.weights] {
            #expect(FileManager.default.contentsEqual(atPath: "\(half)/\(file)", andPath: "\(again)/\(file)"))
        }
        let (read, original) = (try CoreMLPackage.load(at: half), model.weights)
        #expect(
            read.weights.values.reduce(0) { $0 + $1.values.count } == original.values.reduce(0) { $0 + $1.values.count }
        )
    }

    @Test("tells the writer, the versions, the batch and the number types")
    func description() throws {
        let model = try ONNXExports.model(ONNXExports.path("script17-unfolded.onnx"), batch: 3)
        let package = try CoreMLPackage(path: write(model, .fp16))
        #expect(package.producerName == "framegen")
        #expect(package.producerVersion == framegenVersion)
        #expect(package.specificationVersion == 7 && package.opset == "CoreML6")
        #expect(package.inputs.map(\.name) == ["input", "audio"])
        #expect(package.outputs.map(\.name) == ["output"])
        #expect(package.inputs[0].dimensions == [.fixed(3), .fixed(6), .fixed(16), .fixed(16)])
        #expect(Set((package.inputs + package.outputs).map(\.dataType)) == ["float16"])
        #expect(Set(package.weightCounts.keys) == ["float16"])
        #expect(package.operationCounts["batch_norm"] ?? 0 > 0)
        let single = try CoreMLPackage(path: write(model, .fp32, to: "single.mlpackage"))
        #expect(Set((single.inputs + single.outputs).map(\.dataType)) == ["float32"])
        #expect(try single.model(batch: 2).network.inputs.map(\.shape) == [[2, 6, 16, 16], [2, 4, 12, 12]])
    }
}

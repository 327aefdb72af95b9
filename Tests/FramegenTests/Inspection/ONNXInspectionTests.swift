import Foundation
import FrameGeneration
import FramegenTools
import ModelFiles
import TestSupport
import Testing

@Suite("Inspecting an ONNX file") struct ONNXInspectionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func inspect(_ path: String) async throws -> ONNXInspection {
        guard case .onnx(let model) = try await Inspection(path: path) else {
            throw FramegenError(.internalFailure, "\(path) was not taken for ONNX")
        }
        return model
    }

    private func write(_ network: NetworkGraph, weight: Float = 1, to name: String = "a.onnx") throws -> String {
        let weights = network.parameters.map { parameter in
            (
                parameter.key,
                Tensor(shape: parameter.shape, values: [Float](repeating: weight, count: parameter.shape.reduce(1, *)))
            )
        }
        let model = try NetworkModel(network: network, weights: Dictionary(uniqueKeysWithValues: weights))
        return try folder.write(ONNXWriter.model(model), to: name)
    }

    @Test("what framegen writes is recognised and counted")
    func generator() async throws {
        // Ave and hubert, which no tensor tells apart, differ in the inputs.
        for generator in [Generator.syncTalk160AVE, .syncTalk160Hubert, .ultralight160Wenet] {
            let inspection = try await inspect(try write(generator.network))
            #expect(inspection.variants == [generator.name] && inspection.isUsable && inspection.problem == nil)
            #expect(inspection.multiplyAdds == generator.network.multiplyAdds)
            #expect(inspection.variantMultiplyAdds == generator.network.multiplyAdds)
            #expect(
                inspection.parameterCount == generator.network.parameters.reduce(0) { $0 + $1.shape.reduce(1, *) })
            #expect(
                inspection.inputs.map(\.name) == ["input", "audio"] && inspection.outputs.map(\.name) == ["output"])
            #expect(inspection.inputs[1].dimensions.suffix(3) == generator.audioShape.map(String.init)[...])
            #expect(inspection.operators.map(\.count).reduce(0, +) == inspection.nodeCount)
            #expect(inspection.operators.contains { $0.name == "Conv" && $0.count == 81 })
        }
    }

    @Test("the audio encoder is recognised, whatever the file is called")
    func encoder() async throws {
        let inspection = try await inspect(try write(AudioEncoder.ave.network(batch: 1), to: "no ending"))
        #expect(inspection.variants == ["AVE audio encoder"] && inspection.inputs.map(\.name) == ["mel"])
        #expect(inspection.suspiciousTensors.isEmpty)
    }

    @Test("weights that are no numbers are told, and not the network's sizes")
    func suspicious() async throws {
        let inspection = try await inspect(try write(AudioEncoder.ave.network(batch: 1), weight: .nan))
        #expect(!inspection.isUsable && inspection.problem?.contains("nan") == true)
        let zeros = try await inspect(try write(AudioEncoder.ave.network(batch: 1), weight: 0))
        #expect(zeros.isUsable)
        #expect(Set(zeros.suspiciousTensors.map(\.kind)) == [.zeroVariance, .allZero])
    }

    @Test("a network of another size is described, and said to be none of the family's")
    func foreign() async throws {
        let inspection = try await inspect(Fixtures.path("onnx/exports/script13-typed.onnx"))
        #expect(inspection.producer.hasPrefix("pytorch") && inspection.opset == 13)
        #expect(inspection.variants.isEmpty && !inspection.isUsable && inspection.problem != nil)
        #expect(inspection.nodeCount > 50 && inspection.weights.first?.valueCount ?? 0 > 0)
    }

    @Test("a file that only claims to be ONNX is refused")
    func damaged() async throws {
        let path = try folder.write([0x08, 0x07, 0x12, 0xff, 0xff], to: "a.onnx")
        let error = await #expect(throws: FramegenError.self) { _ = try await inspect(path) }
        #expect(error?.code == .invalidData && error?.message.contains(path) == true)
    }
}

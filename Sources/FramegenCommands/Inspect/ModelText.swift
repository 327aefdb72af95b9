import Framegen
import FramegenTools

extension ONNXInspection {
    var text: String {
        let head = ModelTextHead(
            format: "ONNX", path: path, version: ("operator set", "\(opset), format version \(formatVersion)"),
            variants: variants, producer: producer, inputs: inputs, outputs: outputs, nodeCount: nodeCount,
            operators: operators, weights: weights)
        return head.text(
            parameterCount: parameterCount, multiplyAdds: multiplyAdds, variantMultiplyAdds: variantMultiplyAdds,
            suspiciousTensors: suspiciousTensors, problem: problem)
    }
}

extension CoreMLInspection {
    var text: String {
        let head = ModelTextHead(
            format: "Core ML", path: path,
            version: ("operation set", "\(opset), specification version \(specificationVersion)"), variants: variants,
            producer: producer, inputs: inputs, outputs: outputs, nodeCount: nodeCount, operators: operators,
            weights: weights)
        return head.text(
            parameterCount: parameterCount, multiplyAdds: multiplyAdds, variantMultiplyAdds: variantMultiplyAdds,
            suspiciousTensors: suspiciousTensors, problem: problem)
    }
}

/// What a model's file says of itself.
private struct ModelTextHead {
    let format: String
    let path: String
    let version: (name: String, value: String)
    let variants: [String]
    let producer: String
    let inputs: [ModelValue]
    let outputs: [ModelValue]
    let nodeCount: Int
    let operators: [OperatorCount]
    let weights: [WeightCount]

    /// All of the table: the head, and what was found when the network was read.
    func text(
        parameterCount: Int?, multiplyAdds: Int?, variantMultiplyAdds: Int?, suspiciousTensors: [SuspiciousTensor],
        problem: String?
    ) -> String {
        var table = InspectionTable()
        table.add(format, path)
        table.add("is", variants.isEmpty ? "no network that framegen knows" : variants.joined(separator: " or "))
        table.add("written by", producer.isEmpty ? "unknown" : producer)
        table.add(version.name, version.value)
        table.add("inputs", lines: inputs.map(\.text), nothing: "none")
        table.add("outputs", lines: outputs.map(\.text), nothing: "none")
        table.add("nodes", "\(nodeCount): " + operators.map { "\($0.count) \($0.name)" }.joined(separator: ", "))
        table.add(
            "weights",
            weights.isEmpty
                ? "none" : weights.map { "\($0.valueCount.grouped) \($0.type)" }.joined(separator: ", "))
        table.add("parameters", parameterCount?.grouped ?? "unknown")
        // Whether the network is as costly as the original.
        let comparison =
            variantMultiplyAdds.flatMap { original in
                original == multiplyAdds
                    ? nil : ", where the original takes \(original.grouped): the network was changed"
            } ?? ""
        table.add("multiply-adds", multiplyAdds.map { "\($0.grouped) a run\(comparison)" } ?? "unknown")
        table.add("suspicious", lines: suspiciousTensors.map(\.text), nothing: problem == nil ? "none" : "unknown")
        table.add("usable", problem.map { "no: \($0)" } ?? "yes")
        return table.text
    }
}

extension ModelValue {
    fileprivate var text: String { "\(name): \(type) \(dimensions.joined(separator: "×"))" }
}

import Framegen
import FramegenTools

extension ONNXInspection {
    var text: String {
        var table = InspectionTable()
        table.add("ONNX", path)
        table.add("is", variants.isEmpty ? "no network that framegen knows" : variants.joined(separator: " or "))
        table.add("written by", producer.isEmpty ? "unknown" : producer)
        table.add("operator set", "\(opset), format version \(formatVersion)")
        table.add("inputs", lines: inputs.map(\.text), nothing: "none")
        table.add("outputs", lines: outputs.map(\.text), nothing: "none")
        table.add("nodes", "\(nodeCount): " + operators.map { "\($0.count) \($0.name)" }.joined(separator: ", "))
        table.add(
            "weights",
            weights.isEmpty
                ? "none" : weights.map { "\($0.valueCount.grouped) \($0.type)" }.joined(separator: ", "))
        table.add("parameters", parameterCount?.grouped ?? "unknown")
        table.add("multiply-adds", multiplyAdds.map { "\($0.grouped) a run\(comparison)" } ?? "unknown")
        table.add("suspicious", lines: suspiciousTensors.map(\.text), nothing: problem == nil ? "none" : "unknown")
        table.add("usable", problem.map { "no: \($0)" } ?? "yes")
        return table.text
    }

    /// Whether the network is as costly as the original.
    private var comparison: String {
        guard let variantMultiplyAdds, variantMultiplyAdds != multiplyAdds else { return "" }
        return ", where the original takes \(variantMultiplyAdds.grouped): the network was changed"
    }
}

extension ONNXInspection.Value {
    fileprivate var text: String { "\(name): \(type) \(dimensions.joined(separator: "×"))" }
}

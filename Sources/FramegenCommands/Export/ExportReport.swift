import Foundation
import FrameGeneration
import Framegen
import FramegenTools

/// What `framegen export` has made.
struct ExportReport: Report {
    let path: String
    let bytes: Int
    let network: String
    let folded: Bool
    let weights: String
    let batch: ExportBatch
    let inputs: [Value]
    let outputs: [Value]
    let validation: Validation?
    /// From the request to the completed file.
    let seconds: Double
    let text: String

    struct Value: Encodable {
        let name: String
        /// Nil where the size is left open.
        let shape: [Int?]
    }

    struct Validation: Encodable {
        let engine: String
        let samples: Int
        let largestDifference: Double
        let meanDifference: Double
        let allowedDifference: Double
    }

    init(_ summary: ExportSummary) {
        func value(_ value: NetworkGraph.Value) -> Value {
            let first: Int? = summary.batch == .dynamic ? nil : value.shape.first
            return Value(name: value.name, shape: [first] + value.shape.dropFirst().map(Optional.some))
        }
        path = summary.path
        bytes = summary.byteCount
        network = summary.networkName
        folded = summary.isFolded
        weights = summary.weights.rawValue
        batch = summary.batch
        inputs = summary.inputs.map(value)
        outputs = summary.outputs.map(value)
        validation = summary.validation.map {
            Validation(
                engine: $0.engineName, samples: $0.sampleCount, largestDifference: $0.largestDifference,
                meanDifference: $0.meanDifference, allowedDifference: $0.tolerance)
        }
        seconds = summary.duration / .seconds(1)

        let size = String(format: "%.1f", Double(summary.byteCount) / 1e6)
        let norms = summary.isFolded ? "batch norms folded" : "batch norms kept"
        var lines = [
            "model: \(summary.path), \(summary.networkName), \(size) MB, \(summary.weights.rawValue) weights, \(norms)",
            "inputs: \(inputs.map(Self.text).joined(separator: ", "))",
            "output: \(outputs.map(Self.text).joined(separator: ", "))",
        ]
        if let validation = summary.validation {
            lines.append(
                "validated: \(validation.engineName) against the reference engine, largest difference "
                    + "\(Self.text(validation.largestDifference)) (allowed: \(Self.text(validation.tolerance))), mean "
                    + Self.text(validation.meanDifference))
        } else {
            lines.append("not validated")
        }
        text = lines.joined(separator: "\n")
    }

    private enum CodingKeys: CodingKey {
        case path, bytes, network, folded, weights, batch, inputs, outputs, validation, seconds
    }

    private static func text(_ value: Value) -> String {
        "\(value.name) \(value.shape.map { $0.map { "\($0)" } ?? "batch" }.joined(separator: "×"))"
    }

    private static func text(_ difference: Double) -> String { String(format: "%.1e", difference) }
}

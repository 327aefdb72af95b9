package import FrameGeneration
import ModelFiles

/// Weights and inputs made from their index, so that any variant can be built without a checkpoint
/// (Documentation/model-family/generator.md, "Hash weights").
package enum HashWeights {
    /// Element `element` of tensor `tensor`, 0…1.
    package static func uniform(tensor: Int, element: Int) -> Double {
        var x = UInt32(truncatingIfNeeded: element &+ tensor &* 2_654_435_761)
        x ^= x >> 16
        x = x &* 0x7feb_352d
        x ^= x >> 15
        x = x &* 0x846c_a68b
        x ^= x >> 16
        return Double(x >> 8) / 16_777_216
    }

    /// A tensor of `shape` whose elements are `value` of the uniform numbers of tensor `index`.
    package static func tensor(_ index: Int, shape: [Int], value: (Double) -> Double = { $0 }) -> Tensor {
        Tensor(
            shape: shape,
            values: (0..<shape.reduce(1, *)).map { Float(value(uniform(tensor: index, element: $0))) })
    }

    /// The weights of `network`, numbered by the lines of a state-dict table (`index`, `key`, …; tab-separated) in
    /// either key scheme.
    package static func weights(for network: NetworkGraph, numberedBy table: String) -> [String: Tensor] {
        var indices: [Substring: Int] = [:]
        for line in table.split(separator: "\n").dropFirst() {
            let columns = line.split(separator: "\t")
            indices[columns[1]] = Int(columns[0])
        }
        var weights: [String: Tensor] = [:]
        for parameter in network.parameters {
            let keys = [KeyScheme.wrappedInSequential, .bare].map { Substring($0.fileKey(for: parameter.key)) }
            guard let index = keys.lazy.compactMap({ indices[$0] }).first else { continue }
            weights[parameter.key] = tensor(index, shape: parameter.shape) { u in
                value(u, key: parameter.key, shape: parameter.shape)
            }
        }
        return weights
    }

    private static func value(_ u: Double, key: String, shape: [Int]) -> Double {
        if shape.count > 1 {
            return (2 * u - 1) * (3 / Double(shape.dropFirst().reduce(1, *))).squareRoot()
        }
        if key.hasSuffix(".running_mean") { return 0.1 * (2 * u - 1) }
        if key.hasSuffix(".running_var") { return 0.5 + u }
        if key.hasSuffix(".weight") { return 0.8 + 0.4 * u }
        return 0.1 * (2 * u - 1)
    }
}

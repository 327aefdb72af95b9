package import FrameGeneration
import Testing

/// What every rewrite of a network must hold: the same values up to rounding, from a network that is in order.
package enum Rewriting {
    /// Largest absolute difference a rewrite may make, in fp32.
    package static let tolerance: Float = 1e-5

    /// `network` with hash weights, numbered by the order of its parameters.
    package static func model(_ network: NetworkGraph) throws -> NetworkModel {
        let rows = network.parameters.enumerated().map { "\($0)\t\($1.key)" }
        let table = (["index\tkey"] + rows).joined(separator: "\n")
        return try NetworkModel(network: network, weights: HashWeights.weights(for: network, numberedBy: table))
    }

    /// Inputs for `network`: values of −1…1 that depend on the input's place.
    package static func inputs(for network: NetworkGraph) -> [Tensor] {
        network.inputs.enumerated().map { index, input in
            HashWeights.tensor(9100 + index, shape: input.shape) { 2 * $0 - 1 }
        }
    }

    /// Runs `model` on the reference engine.
    package static func run(_ model: NetworkModel, _ inputs: [Tensor]) throws -> [Tensor] {
        try ReferenceEngine().makeSession(for: model, options: SessionOptions(threads: 1)).run(inputs)
    }

    /// Expects the same inputs, outputs and results.
    package static func expectEqual(_ rewritten: NetworkModel, _ original: NetworkModel) throws {
        #expect(rewritten.network.inputs == original.network.inputs)
        #expect(rewritten.network.outputs == original.network.outputs)
        expectOrder(rewritten)
        let inputs = inputs(for: original.network)
        let difference = try largestDifference(run(rewritten, inputs), run(original, inputs))
        #expect(difference <= tolerance, "the results differ by \(difference)")
    }

    /// Expects each node to come after what it reads, names to be unique, shapes to follow from the operations, and
    /// no tensor to be missing or without a reader.
    package static func expectOrder(_ model: NetworkModel) {
        let network = model.network
        var shapes = Dictionary(network.inputs.map { ($0.name, $0.shape) }) { first, _ in first }
        #expect(shapes.count == network.inputs.count)
        for node in network.nodes {
            let inputs = node.inputs.compactMap { shapes[$0] }
            #expect(inputs.count == node.inputs.count, "\(node.name) comes before what it reads")
            #expect(shapes[node.name] == nil, "\(node.name) is there twice")
            if let expected = shape(of: node, reading: inputs) {
                #expect(node.shape == expected, "\(node.name)")
            } else {
                Issue.record("\(node.name) does not fit the \(inputs) it reads")
            }
            shapes[node.name] = node.shape
        }
        #expect(network.outputs.allSatisfy { shapes[$0] != nil })
        #expect(network.modules.allSatisfy { shapes[$0.value] != nil })
        // The template's part of a network of which nothing is kept computes nothing, and is not to be run.
        if network.nodes.isEmpty {
            #expect(network.outputs.isEmpty)
        } else {
            #expect(throws: Never.self) { try NetworkModel(network: network, weights: model.weights) }
        }
        #expect(Set(model.weights.keys) == Set(network.parameters.map(\.key)))
    }

    private static func shape(of node: NetworkGraph.Node, reading inputs: [[Int]]) -> [Int]? {
        guard let first = inputs.first else { return nil }
        switch node.operation {
        case .convolution(let convolution):
            guard inputs.count == 1, first[1] == convolution.inputChannels else { return nil }
            let reach = 2 * convolution.padding - convolution.kernelSize
            return [
                first[0], convolution.outputChannels, (first[2] + reach) / convolution.stride.vertical + 1,
                (first[3] + reach) / convolution.stride.horizontal + 1,
            ]
        case .addition:
            return inputs.count == 2 && inputs[1] == first ? first : nil
        case .channelConcatenation:
            return [first[0], inputs.reduce(0) { $0 + $1[1] }, first[2], first[3]]
        case .bilinearUpsampling:
            return [first[0], first[1], first[2] * 2, first[3] * 2]
        case .batchNormalization, .relu, .sigmoid:
            return inputs.count == 1 ? first : nil
        }
    }
}

/// The largest absolute difference between two lists of tensors; infinite where shapes differ or a value is no number.
package func largestDifference(_ first: [Tensor], _ second: [Tensor]) -> Float {
    guard first.map(\.shape) == second.map(\.shape) else { return .infinity }
    var largest: Float = 0
    for (one, other) in zip(first, second) {
        for (value, expected) in zip(one.values, other.values) {
            let difference = abs(value - expected)
            largest = difference <= .infinity ? max(largest, difference) : .infinity
        }
    }
    return largest
}

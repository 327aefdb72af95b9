/// A neural network as data: what is computed from what, with weights referred to by their state-dict keys.
///
/// The one description that engines, the checkpoint check and the ONNX writer are driven by. Every value has a name
/// and a shape; a node's value carries the node's name, so any intermediate can be asked for by making it an output.
public struct NetworkGraph: Sendable, Hashable {
    /// A named value and its shape, N×C×H×W.
    public struct Value: Sendable, Hashable {
        /// Unique in the network.
        public let name: String
        /// N×C×H×W.
        public let shape: [Int]

        package init(name: String, shape: [Int]) {
            self.name = name
            self.shape = shape
        }
    }

    /// One operation; its result is the value `name`.
    public struct Node: Sendable, Hashable {
        /// Unique in the network.
        public let name: String
        /// What the node computes.
        public let operation: Operation
        /// Names of the values it reads, in the operation's order.
        public let inputs: [String]
        /// N×C×H×W.
        public let shape: [Int]
    }

    /// What a node computes.
    public enum Operation: Sendable, Hashable {
        case convolution(Convolution)
        /// Inference statistics: (x − mean)/√(variance + ε)·weight + bias, parameters `<prefix>.weight`, `.bias`,
        /// `.running_mean`, `.running_var`.
        case batchNormalization(parameterPrefix: String, epsilon: Float)
        case relu
        case sigmoid
        /// The sum of two values of one shape.
        case addition
        /// Joins values along the channels.
        case channelConcatenation
        /// Bilinear upsampling to twice the height and width with aligned corners: output position p reads at
        /// p·(n−1)/(2n−1).
        case bilinearUpsampling
    }

    /// Filled by the caller at each run.
    public let inputs: [Value]
    /// In an order in which every node comes after what it reads.
    public let nodes: [Node]
    /// Names of the values a run returns.
    public let outputs: [String]
    /// The value that each top-level module of the original (`inc`, `down1`, …) ends in, in the order they run.
    public let modules: [Module]

    package init(inputs: [Value], nodes: [Node], outputs: [String], modules: [Module]) {
        self.inputs = inputs
        self.nodes = nodes
        self.outputs = outputs
        self.modules = modules
    }

    /// A top-level module of the original network and the value it ends in.
    public struct Module: Sendable, Hashable {
        /// The original's name, such as `down1`.
        public let name: String
        /// The name of the value that the module ends in.
        public let value: String
    }

    /// The same network, returning the values `names` instead of its own outputs.
    ///
    /// - Precondition: every name is a value of the network.
    public func returning(_ names: [String]) -> NetworkGraph {
        for name in names { precondition(nodes.contains { $0.name == name }, "the network has no value \(name)") }
        return NetworkGraph(inputs: inputs, nodes: nodes, outputs: names, modules: modules)
    }
}

/// A 2-D convolution; `groups` equal to the input channels makes it depthwise.
public struct Convolution: Sendable, Hashable {
    /// State-dict key of the weight.
    public let weightKey: String
    /// State-dict key of the bias, where the convolution has one.
    public let biasKey: String?
    /// Channels of the value it reads.
    public let inputChannels: Int
    /// Channels of its result.
    public let outputChannels: Int
    /// Square.
    public let kernelSize: Int
    /// Steps between the positions it is evaluated at.
    public let stride: Stride
    /// Zeros on every side.
    public let padding: Int
    /// Parts that the channels are split into, each convolved by itself.
    public let groups: Int

    /// Steps in pixels of the input.
    public struct Stride: Sendable, Hashable {
        /// From row to row.
        public let vertical: Int
        /// From column to column.
        public let horizontal: Int
    }

    /// Output channels × input channels of a group × kernel × kernel.
    public var weightShape: [Int] { [outputChannels, inputChannels / groups, kernelSize, kernelSize] }
}

extension NetworkGraph {
    /// A tensor of the state dict that the network reads.
    public struct Parameter: Sendable, Hashable {
        /// State-dict key.
        public let key: String
        /// Sizes from the outermost dimension to the innermost.
        public let shape: [Int]

        package init(key: String, shape: [Int]) {
            self.key = key
            self.shape = shape
        }
    }

    /// Every tensor the network reads, in the order of its nodes.
    public var parameters: [Parameter] {
        nodes.flatMap { node -> [Parameter] in
            switch node.operation {
            case .convolution(let convolution):
                let weight = Parameter(key: convolution.weightKey, shape: convolution.weightShape)
                guard let biasKey = convolution.biasKey else { return [weight] }
                return [weight, Parameter(key: biasKey, shape: [convolution.outputChannels])]
            case .batchNormalization(let prefix, _):
                return ["weight", "bias", "running_mean", "running_var"].map {
                    Parameter(key: "\(prefix).\($0)", shape: [node.shape[1]])
                }
            case .relu, .sigmoid, .addition, .channelConcatenation, .bilinearUpsampling:
                return []
            }
        }
    }

    /// Shapes of the outputs, in their order.
    package var outputShapes: [[Int]] {
        outputs.compactMap { output in nodes.first { $0.name == output }?.shape }
    }

    /// The first output that is no node's result; nil for a network that is whole.
    package var uncomputedOutput: String? {
        let names = Set(nodes.map(\.name))
        return outputs.first { !names.contains($0) }
    }

    /// Multiply-adds of all convolutions in one run.
    public var multiplyAdds: Int {
        nodes.reduce(0) { sum, node in
            guard case .convolution(let convolution) = node.operation else { return sum }
            return sum + node.shape.reduce(1, *) * convolution.weightShape[1...].reduce(1, *)
        }
    }
}

/// A network together with the tensors its nodes refer to.
public struct NetworkModel: Sendable {
    /// What is computed.
    public let network: NetworkGraph
    /// float32 tensors by state-dict key; every parameter of `network` with its shape.
    public let weights: [String: Tensor]

    /// - Throws: `FramegenError` with `.invalidData` for a network that computes nothing, or not all of its outputs, and
    ///   one that lists every missing and every misshapen tensor.
    public init(network: NetworkGraph, weights: [String: Tensor]) throws(FramegenError) {
        guard !network.nodes.isEmpty, !network.outputs.isEmpty else {
            throw FramegenError(
                .invalidData,
                "the network has \(network.nodes.count) nodes and \(network.outputs.count) outputs, "
                    + "expected one of each at least")
        }
        if let output = network.uncomputedOutput {
            throw FramegenError(.invalidData, "nothing in the network computes its output \(output)")
        }
        let faults = network.parameters.compactMap { parameter -> String? in
            guard let tensor = weights[parameter.key] else { return "\(parameter.key) is missing" }
            return tensor.shape == parameter.shape
                ? nil : "\(parameter.key) is \(tensor.shape), expected \(parameter.shape)"
        }
        guard faults.isEmpty else {
            throw FramegenError(.invalidData, "weights do not fit the network: \(faults.joined(separator: "; "))")
        }
        self.network = network
        self.weights = weights
    }

    /// The same weights under another view of the network, such as one that returns intermediates.
    public func returning(_ names: [String]) -> NetworkModel {
        NetworkModel(checked: network.returning(names), weights: weights)
    }

    /// For views and rewrites of a model that has been checked, which cannot have come apart.
    init(checked network: NetworkGraph, weights: [String: Tensor]) {
        self.network = network
        self.weights = weights
    }
}

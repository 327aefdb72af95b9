import FrameGeneration
import Framegen
import ModelFiles

/// What an ONNX file holds, and what is wrong with it; also of one that framegen cannot run.
public struct ONNXInspection: Sendable, Encodable {
    /// The file.
    public let path: String
    /// The format's own version, ONNX's `ir_version`.
    public let formatVersion: Int
    /// The version of ONNX's operator set.
    public let opset: Int
    /// The program that wrote the file, and its version; empty if it does not say.
    public let producer: String
    /// What is filled at each run, as declared.
    public let inputs: [Value]
    /// What a run returns, as declared.
    public let outputs: [Value]
    /// Nodes in all.
    public let nodeCount: Int
    /// Nodes by operator, the commonest first.
    public let operators: [OperatorCount]
    /// Numbers that the file holds as weights by how they are stored, the commonest type first.
    public let weights: [WeightCount]
    /// The generators, or the audio encoder, that the file is taken for, by what goes in and what comes out.
    public let variants: [String]
    /// Numbers that the network reads as weights; nil where the file is no network that framegen runs.
    public let parameterCount: Int?
    /// Multiply-adds of one run of batch 1; nil where the file is no network that framegen runs.
    public let multiplyAdds: Int?
    /// What the first of `variants` takes; another number in the file tells of a network that was changed.
    public let variantMultiplyAdds: Int?
    /// Weights whose values are suspicious.
    public let suspiciousTensors: [SuspiciousTensor]
    /// Why framegen does not run the file; nil if it does.
    public let problem: String?
    /// Whether framegen uses the file: it is one of the family's networks.
    public let isUsable: Bool

    /// An input or an output.
    public struct Value: Sendable, Hashable, Encodable {
        /// Its name.
        public let name: String
        /// Its type, such as `float32`.
        public let type: String
        /// Its sizes: numbers, or the names of those that are open.
        public let dimensions: [String]
    }

    /// An operator and how many nodes are of it.
    public struct OperatorCount: Sendable, Hashable, Encodable {
        /// Such as `Conv`, or `domain::operator`.
        public let name: String
        /// Nodes.
        public let count: Int
    }

    /// Weights that are stored alike.
    public struct WeightCount: Sendable, Hashable, Encodable {
        /// Such as `float16`.
        public let type: String
        /// Numbers.
        public let valueCount: Int
    }

    /// Reads the file and its weights; blocks.
    ///
    /// - Throws: `FramegenError` naming the file: `.notFound`, `.invalidData` when it is no ONNX file, is damaged or
    ///   written in another operator set, or `.cancelled`.
    package init(path: String) throws(FramegenError) {
        let file = try ONNXModelFile(path: path)
        self.path = path
        formatVersion = file.formatVersion
        opset = file.opset
        producer = [file.producerName, file.producerVersion].filter { !$0.isEmpty }.joined(separator: " ")
        inputs = file.inputs.map(Value.init)
        outputs = file.outputs.map(Value.init)
        nodeCount = file.operatorCounts.values.reduce(0, +)
        operators = Self.commonestFirst(file.operatorCounts).map { OperatorCount(name: $0, count: $1) }
        weights = Self.commonestFirst(file.weightCounts).map { WeightCount(type: $0, valueCount: $1) }

        var model: NetworkModel?
        var problem: String?
        do throws(FramegenError) {
            model = try file.model()
        } catch {
            guard error.code != .cancelled else { throw error }
            problem = error.message
        }
        let known = model.map { Self.variants(of: $0.network) } ?? []
        variants = known.map(\.name)
        variantMultiplyAdds = known.first?.multiplyAdds
        if model != nil, known.isEmpty {
            problem = "\(path) computes none of the family's networks: no generator has its inputs and output"
        }
        self.problem = problem
        isUsable = problem == nil
        multiplyAdds = model?.network.multiplyAdds
        parameterCount = model?.weights.values.reduce(0) { $0 + $1.values.count }
        suspiciousTensors =
            model.map { model in
                model.weights.sorted { $0.key < $1.key }
                    .flatMap { SuspiciousTensor.all(in: .success($0.value), key: $0.key) }
            } ?? []
    }

    private static func variants(of network: Network) -> [CheckpointInspection.Variant] {
        let generators = Generator.all.filter { $0.hasInterface(of: network) }.map {
            CheckpointInspection.Variant(name: $0.name, multiplyAdds: $0.network.multiplyAdds)
        }
        let encoder = AudioEncoder.ave.network(batch: 1)
        // Exporters give the features as 1×512 or as 1×512×1×1.
        func outputSizes(_ network: Network) -> [Int] { network.outputShapes.map { $0.reduce(1, *) } }
        let isEncoder =
            network.inputs.map(\.shape) == encoder.inputs.map(\.shape) && outputSizes(network) == outputSizes(encoder)
        return generators
            + (isEncoder
                ? [CheckpointInspection.Variant(name: AudioEncoder.ave.name, multiplyAdds: encoder.multiplyAdds)] : [])
    }

    private static func commonestFirst(_ counts: [String: Int]) -> [(key: String, value: Int)] {
        counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
    }
}

extension ONNXInspection.Value {
    fileprivate init(_ value: ONNXModelFile.ValueDescription) {
        self.init(name: value.name, type: value.dataType, dimensions: value.dimensions.map(\.description))
    }
}

public import FrameGeneration

/// An ONNX file of any exporter, opened without trust.
///
/// No runtime ever sees the file: it is parsed here and described anew as a `NetworkGraph`, which engines are then
/// given like any other. What that takes of the file is checked; names of its own choosing are made plain.
public struct ONNXModelFile: Sendable {
    /// As it was given.
    public let path: String
    /// The format's own version, ONNX's `ir_version`.
    public let formatVersion: Int
    /// Version of ONNX's operator set that the nodes are written in.
    public let opset: Int
    /// The program that wrote the file, such as `pytorch`; empty if it does not say.
    public let producerName: String
    /// That program's version; empty if the file does not say.
    public let producerVersion: String
    /// What is filled at each run, as declared.
    public let inputs: [DeclaredValue]
    /// What a run returns, as declared.
    public let outputs: [DeclaredValue]
    /// Nodes by operator, those of other domains as `domain::operator`.
    public let operatorCounts: [String: Int]
    /// Numbers that the file holds as weights, by their type's name, such as `float16`.
    public let weightCounts: [String: Int]

    let graph: ONNXGraph
    let tensors: ONNXTensorValues

    /// The operator sets that are read, those of PyTorch's exporters.
    public static let opsets = 11...23
    /// Half a gigabyte, ten times the family's largest.
    private static let mostBytes = 1 << 29

    /// Opens and parses a file; weights are read when the model is asked for.
    ///
    /// - Throws: `FramegenError`: `.notFound` if there is no readable file at `path`; `.invalidData` if it is no ONNX
    ///   model, is damaged, or is written in another operator set.
    public init(path: String) throws(FramegenError) {
        let bytes = try RegularFile.bytes(at: path, limitInBytes: Self.mostBytes)
        if let content = FileContent(startingWith: Array(bytes.prefix(FileContent.startByteCount))),
            content.role != .model
        {
            throw FramegenError(.invalidData, "\(path) is no ONNX model: it is \(content.name)")
        }
        let parsed = try ONNXParser(bytes, path: path)
        self.path = path
        formatVersion = parsed.formatVersion
        producerName = parsed.producerName
        producerVersion = parsed.producerVersion
        graph = parsed.graph
        tensors = ONNXTensorValues(path: path, bytes: bytes)

        let initializers = Set(parsed.graph.initializers.map(\.name))
        inputs = parsed.graph.inputs.filter { !initializers.contains($0.name) }.map(DeclaredValue.init)
        outputs = parsed.graph.outputs.map(DeclaredValue.init)
        operatorCounts = parsed.graph.nodes.reduce(into: [:]) { counts, node in
            counts[node.domain.isEmpty ? node.type : "\(node.domain)::\(node.type)", default: 0] += 1
        }
        weightCounts = parsed.graph.initializers.reduce(into: [:]) { counts, tensor in
            counts[tensor.dataType.name, default: 0] += tensor.elementCount
        }
        guard let opset = parsed.opset else {
            throw FramegenError(.invalidData, "\(path) does not say in which ONNX operator set it is written")
        }
        guard Self.opsets.contains(opset) else {
            throw FramegenError(
                .invalidData,
                "\(path) is written in ONNX operator set \(opset), expected \(Self.opsets.lowerBound) to "
                    + "\(Self.opsets.upperBound)")
        }
        self.opset = opset
    }

    /// Reads the file at `path` as a network with its weights.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - batch: samples that the network takes at once, whatever the file was made for.
    /// - Returns: a generator's network, with inputs `input` and `audio` and output `output`, or an audio encoder's,
    ///   with input `mel` and output `emb`.
    /// - Throws: `FramegenError` as `init(path:)` and `model(batch:)`.
    public static func load(at path: String, batch: Int = 1) throws(FramegenError) -> NetworkModel {
        try ONNXModelFile(path: path).model(batch: batch)
    }

    /// The network with its weights.
    ///
    /// A model of two inputs is taken for a generator: its inputs, whatever their names and order, become `input` and
    /// `audio`, its output `output`. A model of one input is taken for an audio encoder: `mel` and `emb`. Sizes that
    /// the file leaves open are those of the family that fit the network.
    ///
    /// - Parameter batch: samples that the network takes at once, whatever the file was made for.
    /// - Returns: the network and its weights in float32.
    /// - Throws: `FramegenError` naming the file and the node: `.invalidData` if it computes something that no network
    ///   of the family does, contradicts itself or is damaged; `.notFound` if weights beside the file are missing.
    public func model(batch: Int = 1) throws(FramegenError) -> NetworkModel {
        try model(batch: batch, openSizes: .family)
    }

    package func model(batch: Int, openSizes: OpenSizes) throws(FramegenError) -> NetworkModel {
        guard (1...1024).contains(batch) else {
            throw FramegenError(.invalidRequest, "the batch is \(batch), expected 1 to 1024")
        }
        let signature = try ModelSignature(path: path, inputs: inputs, outputs: outputs, openSizes: openSizes)
        var objection: FramegenError?
        for shapes in signature.shapeChoices {
            do throws(FramegenError) {
                return try model(signature, shapes.map { [batch] + $0 })
            } catch {
                guard signature.shapeChoices.count > 1, error.code != .cancelled else { throw error }
                if objection == nil { objection = error }
            }
        }
        throw FramegenError(
            .invalidData,
            "\(path) leaves sizes of its inputs open (\(signature.declaration)), and those of no network of the family "
                + "fit: \(objection?.message ?? "there is none with so many channels")")
    }

    private func model(_ signature: ModelSignature, _ shapes: [[Int]]) throws(FramegenError) -> NetworkModel {
        var importer = try ONNXImporter(path: path, tensors: tensors, initializers: graph.initializers)
        importer.network.reserve(signature.networkOutput)
        var inputs: [NetworkGraph.Value] = []
        for (input, shape) in zip(signature.inputs, shapes) {
            let value = NetworkGraph.Value(name: input.networkName, shape: shape)
            try importer.addInput(input.fileName, as: value)
            inputs.append(value)
        }
        for node in graph.nodes(neededFor: signature.fileOutput) {
            try Task.checkNotCancelled()
            try importer.add(node)
        }
        return try importer.model(inputs: inputs, fileOutput: signature.fileOutput, output: signature.networkOutput)
    }
}

extension ONNXGraph {
    /// The nodes that the value `name` depends on, in their order.
    fileprivate func nodes(neededFor name: String) -> [ONNXNode] {
        var wanted: Set<String> = [name]
        var needed: [ONNXNode] = []
        for node in nodes.reversed() where node.outputs.contains(where: wanted.contains) {
            wanted.formUnion(node.inputs)
            needed.append(node)
        }
        return needed.reversed()
    }
}

extension DeclaredValue {
    fileprivate init(_ value: ONNXValueInfo) {
        self.init(name: value.name, dataType: value.dataType.name, dimensions: value.dimensions)
    }
}

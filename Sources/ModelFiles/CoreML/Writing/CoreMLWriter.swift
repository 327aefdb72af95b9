package import FrameGeneration

/// Writes a network and its weights as a Core ML package: an ML Program for iOS 16, macOS 13 and newer.
public enum CoreMLWriter {
    /// How a package is written.
    public struct Options: Sendable, Hashable {
        /// How weights are stored, and what inputs, outputs and all values between them are.
        ///
        /// The Neural Engine computes in float16 only.
        public var weights = WeightType.fp16
        /// A text about the model for people; empty for none.
        public var documentation = ""

        /// float16.
        public init() {}
    }

    /// Fills a folder with a package's files.
    ///
    /// Inputs and outputs keep the network's names as far as MIL takes them, and their order; the batch is the
    /// network's own. Weights in float16 are chosen together, see `NetworkModel.roundedToHalfPrecision()`, and held beside
    /// the model's until all are written; those in float32 are written as they are.
    ///
    /// - Parameters:
    ///   - model: what is written.
    ///   - options: how.
    ///   - folder: an empty folder, which becomes the package.
    /// - Returns: bytes of all files.
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file; `.cancelled`.
    @discardableResult
    package static func write(
        _ model: NetworkModel, options: Options = Options(), to folder: String
    ) throws(FramegenError) -> Int {
        let modelFolder = "\(folder)/\(CoreMLFormat.data)/\(CoreMLFormat.author)"
        try Folder.make("\(modelFolder)/\(CoreMLFormat.weights)")
        let weights = try WeightFileWriter(
            "\(modelFolder)/\(CoreMLFormat.weights)/\(CoreMLFormat.weightFile)", weights: options.weights)
        var builder = MILProgramBuilder(dataType: options.weights == .fp16 ? .float16 : .float32, weights: weights)
        let program = try program(options.weights == .fp16 ? model.roundedToHalfPrecision() : model, &builder)
        try weights.finish()

        var message = ProtobufMessage()
        message.add(CoreMLModelField.specificationVersion, CoreMLFormat.specificationVersion)
        message.add(CoreMLModelField.description, description(model.network, options, &builder))
        message.add(CoreMLModelField.program, program)
        let (modelBytes, manifest) = (message.serialized(), try CoreMLManifest.written.bytes())
        try AtomicFile.write(modelBytes, to: "\(modelFolder)/\(CoreMLFormat.model)")
        try AtomicFile.write(manifest, to: "\(folder)/\(CoreMLFormat.manifest)")
        return weights.byteCount + modelBytes.count + manifest.count
    }

    private static func program(
        _ model: NetworkModel, _ builder: inout MILProgramBuilder
    ) throws(FramegenError) -> ProtobufMessage {
        let network = model.network
        // First, so that no weight takes a name of theirs.
        var function = ProtobufMessage()
        for input in network.inputs {
            let type = MILType(dataType: builder.dataType, shape: input.shape)
            function.add(MILFunctionField.input, MILMessages.named(builder.name(of: input.name), type))
        }
        let outputs = network.outputs.map { builder.name(of: $0) }
        for node in network.nodes {
            try Task.checkNotCancelled()
            try builder.add(node, of: model)
        }
        var block = ProtobufMessage()
        for output in outputs { block.add(MILBlockField.output, output) }
        for operation in builder.operations { block.add(MILBlockField.operation, operation) }
        function.add(MILFunctionField.opset, CoreMLFormat.opset)
        function.add(MILFunctionField.block, key: CoreMLFormat.opset, block)
        var program = ProtobufMessage()
        program.add(MILProgramField.version, 1)
        program.add(MILProgramField.function, key: CoreMLFormat.function, function)
        return program
    }

    private static func description(
        _ network: NetworkGraph, _ options: Options, _ builder: inout MILProgramBuilder
    ) -> ProtobufMessage {
        var message = ProtobufMessage()
        for input in network.inputs {
            let feature = feature(builder.name(of: input.name), input.shape, builder.dataType)
            message.add(CoreMLDescriptionField.input, feature)
        }
        for (output, shape) in zip(network.outputs, network.outputShapes) {
            message.add(CoreMLDescriptionField.output, feature(builder.name(of: output), shape, builder.dataType))
        }
        var metadata = ProtobufMessage()
        if !options.documentation.isEmpty {
            metadata.add(CoreMLMetadataField.shortDescription, options.documentation)
        }
        var producer = ProtobufMessage()
        producer.add(MapEntryField.key, CoreMLProducer.framegen.key)
        producer.add(MapEntryField.value, framegenVersion)
        metadata.add(CoreMLMetadataField.userDefined, producer)
        message.add(CoreMLDescriptionField.metadata, metadata)
        return message
    }

    private static func feature(_ name: String, _ shape: [Int], _ type: MILDataType) -> ProtobufMessage {
        var array = ProtobufMessage()
        array.add(CoreMLFeatureField.shape, packed: shape)
        array.add(CoreMLFeatureField.dataType, type.arrayCode ?? 0)
        var featureType = ProtobufMessage()
        featureType.add(CoreMLFeatureField.array, array)
        var message = ProtobufMessage()
        message.add(CoreMLFeatureField.name, name)
        message.add(CoreMLFeatureField.type, featureType)
        return message
    }
}

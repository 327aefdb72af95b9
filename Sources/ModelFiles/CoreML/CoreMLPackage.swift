public import FrameGeneration

/// A Core ML package (`.mlpackage`) with an ML Program, of any exporter, opened without trust.
///
/// As with ONNX files no runtime sees it: it is parsed here and described anew as a `NetworkGraph`, which engines are
/// then given like any other. What that takes of the package is checked, nothing outside of its folder is read, and
/// names of its own choosing are made plain.
public struct CoreMLPackage: Sendable {
    /// As it was given.
    public let path: String
    /// The format's own version: 7 for iOS 16, 8 for iOS 17, 9 for iOS 18.
    public let specificationVersion: Int
    /// The operation set that the program is written in, such as `CoreML6`.
    public let opset: String
    /// The program that wrote the package, such as `coremltools`; empty if it does not say.
    public let producerName: String
    /// That program's version; empty if the package does not say.
    public let producerVersion: String
    /// What is filled at each run, as declared.
    public let inputs: [DeclaredValue]
    /// What a run returns, as declared.
    public let outputs: [DeclaredValue]
    /// Operations by type, constants left out.
    public let operationCounts: [String: Int]
    /// Numbers that the package holds as weights, by their type's name, such as `float16`.
    public let weightCounts: [String: Int]

    private let function: MILFunction
    private let weights: CoreMLWeights

    /// The ending of a package's name.
    public static let fileExtension = "mlpackage"
    /// The versions that are read: from iOS 15, the first with ML Programs, to iOS 26.
    public static let specificationVersions = 6...10
    /// The program alone; a thousand times the family's.
    private static let mostModelBytes = 1 << 26

    /// Opens and parses a package; weights are read when the model is asked for.
    ///
    /// - Throws: `FramegenError`: `.notFound` if there is no package at `path` or a file of it is missing; `.invalidData`
    ///   if it is damaged, holds no ML Program or several functions, or names files outside of itself.
    public init(path: String) throws(FramegenError) {
        let location = try CoreMLManifest.modelLocation(inPackageAt: path)
        let file = try ContainedFile.open(location, in: path, owner: "\(path): the model")
        guard file.byteCount <= Self.mostModelBytes else {
            throw FramegenError(
                .invalidData,
                "\(path): the model without its weights has \(file.byteCount) bytes, expected at most "
                    + "\(Self.mostModelBytes)")
        }
        let parsed = try CoreMLParser(file.bytes(in: 0..<file.byteCount), path: path)
        self.path = path
        specificationVersion = parsed.specificationVersion
        function = try Self.function(of: parsed, path)
        opset = function.opset
        weights = CoreMLWeights(package: path, folder: "\(path)/\(Folder.parent(of: location))")
        let producer = CoreMLProducer.allCases.first { parsed.description.userDefined[$0.key] != nil }
        producerName = producer?.rawValue ?? ""
        producerVersion = producer.flatMap { parsed.description.userDefined[$0.key] } ?? ""
        inputs = parsed.description.inputs.map(DeclaredValue.init)
        outputs = parsed.description.outputs.map(DeclaredValue.init)
        operationCounts = function.operations.reduce(into: [:]) { counts, operation in
            if operation.type != "const" { counts[operation.type, default: 0] += 1 }
        }
        weightCounts = function.operations.reduce(into: [:]) { counts, operation in
            guard operation.type == "const", let type = operation.outputs.first?.type, type.dataType.isFloatingPoint,
                !type.shape.isEmpty, let count = type.elementCount
            else { return }
            counts[type.dataType.name, default: 0] += count
        }
        try Self.check(parsed.description, against: function, path)
    }

    /// Whether a folder is such a package, or was meant to be.
    public static func isPackage(_ path: String) -> Bool {
        (try? RegularFile("\(path)/\(CoreMLFormat.manifest)")) != nil
    }

    /// Reads the package at `path` as a network with its weights.
    ///
    /// - Parameters:
    ///   - path: the package's folder.
    ///   - batch: samples that the network takes at once, whatever the package was made for.
    /// - Returns: a generator's network, with inputs `input` and `audio` and output `output`, or an audio encoder's,
    ///   with input `mel` and output `emb`.
    /// - Throws: `FramegenError` as `init(path:)` and `model(batch:)`.
    public static func load(at path: String, batch: Int = 1) throws(FramegenError) -> NetworkModel {
        try CoreMLPackage(path: path).model(batch: batch)
    }

    /// The network with its weights; inputs and outputs are told apart as those of ONNX files are.
    ///
    /// - Parameter batch: samples that the network takes at once, whatever the package was made for.
    /// - Returns: the network and its weights in float32.
    /// - Throws: `FramegenError` naming the package and the operation: `.invalidData` if it computes something that no
    ///   network of the family does, contradicts itself or is damaged; `.notFound` if the weight file is missing.
    public func model(batch: Int = 1) throws(FramegenError) -> NetworkModel {
        guard (1...1024).contains(batch) else {
            throw FramegenError(.invalidRequest, "the batch is \(batch), expected 1 to 1024")
        }
        let signature = try ModelSignature(path: path, inputs: inputs, outputs: outputs, openSizes: .family)
        let types = Dictionary(function.inputs.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
        let batches = Set(function.inputs.compactMap(\.type.shape.first))
        guard batches.count == 1, let fileBatch = batches.first else {
            throw FramegenError(.invalidData, "\(path) has inputs of batches \(batches.sorted()), expected one")
        }
        var importer = MILImporter(path: path, fileBatch: fileBatch)
        importer.network.reserve(signature.networkOutput)
        var values: [NetworkGraph.Value] = []
        for (input, shape) in zip(signature.inputs, signature.shapeChoices.first ?? []) {
            let value = NetworkGraph.Value(name: input.networkName, shape: [batch] + shape)
            try importer.addInput(input.fileName, as: value, types[input.fileName]?.dataType ?? .float32)
            values.append(value)
        }
        for operation in function.operations {
            try Task.checkNotCancelled()
            try importer.add(operation)
        }
        let last = try importer.output(signature.fileOutput)
        return try model(importer, inputs: values, last: last.value, output: signature.networkOutput)
    }

    /// The network as it stands in the package, whatever it is for, with the package's own names and batch.
    ///
    /// - Throws: as `model(batch:)`.
    package func plainModel() throws(FramegenError) -> NetworkModel {
        guard let batch = function.inputs.first?.type.shape.first, let output = function.outputs.first,
            function.outputs.count == 1
        else {
            throw FramegenError(
                .invalidData, "\(path) has \(function.outputs.count) outputs, expected one, and inputs")
        }
        var importer = MILImporter(path: path, fileBatch: batch)
        importer.network.reserve(output)
        let values = function.inputs.map { NetworkGraph.Value(name: $0.name, shape: $0.type.shape) }
        for (input, value) in zip(function.inputs, values) {
            try importer.addInput(input.name, as: value, input.type.dataType)
        }
        for operation in function.operations { try importer.add(operation) }
        return try model(importer, inputs: values, last: try importer.output(output).value, output: output)
    }

    private func model(
        _ importer: MILImporter, inputs: [NetworkGraph.Value], last: NetworkGraph.Value, output: String
    ) throws(FramegenError) -> NetworkModel {
        let (parameters, weights) = (importer.parameters, weights)
        return try importer.network.model(
            inputs: inputs, last: last, output: output, path: path, keys: parameters.keys
        ) { key throws(FramegenError) in
            try parameters[key].map { parameter throws(FramegenError) in
                try weights.floats(of: parameter.value, parameter.name)
            }
        }
    }
}

extension CoreMLPackage {
    private static func function(of parsed: CoreMLParser, _ path: String) throws(FramegenError) -> MILFunction {
        let version = parsed.specificationVersion
        guard specificationVersions.contains(version) else {
            throw FramegenError(
                .invalidData,
                "\(path) is of specification version \(version), expected \(specificationVersions.lowerBound) to "
                    + "\(specificationVersions.upperBound)")
        }
        let names = parsed.functions.keys.sorted().map { Printable.text($0) }.joined(separator: ", ")
        guard parsed.description.functionCount == 0, parsed.functions.count == 1,
            let function = parsed.functions[CoreMLFormat.function]
        else {
            throw FramegenError(
                .invalidData,
                "\(path) has the functions \(names.isEmpty ? "none" : names), expected one, \(CoreMLFormat.function)")
        }
        // CoreML5 came with version 6, and so on.
        let number = function.opset.hasPrefix("CoreML") ? Int(function.opset.dropFirst(6)) : nil
        guard let number, (5..<version).contains(number) else {
            throw FramegenError(
                .invalidData,
                "\(path) is written in the operation set \(Printable.text(function.opset)), expected CoreML5 to "
                    + "CoreML\(version - 1)")
        }
        guard function.blockOpsets.contains(function.opset) else {
            throw FramegenError(.invalidData, "\(path) has no program for its operation set \(function.opset)")
        }
        return function
    }

    /// What the description says of inputs and outputs has to be what the program says.
    private static func check(
        _ description: CoreMLDescription, against function: MILFunction, _ path: String
    ) throws(FramegenError) {
        func check(_ kind: String, _ told: [MILNamedType], _ found: [MILNamedType]) throws(FramegenError) {
            func texts(_ values: [MILNamedType]) -> [String] {
                values.map { "\(Printable.text($0.name)) \($0.type.text)" }.sorted()
            }
            guard texts(told) == texts(found), Set(told.map(\.name)).count == told.count else {
                func list(_ texts: [String]) -> String { texts.isEmpty ? "none" : texts.joined(separator: ", ") }
                throw FramegenError(
                    .invalidData,
                    "\(path) contradicts itself: its description has the \(kind) \(list(texts(told))), its program "
                        + list(texts(found)))
            }
        }
        try check("inputs", description.inputs, function.inputs)
        let wanted = Set(function.outputs)
        let results = function.operations.flatMap(\.outputs).filter { wanted.contains($0.name) }
        try check("outputs", description.outputs, results)
    }
}

extension DeclaredValue {
    fileprivate init(_ value: MILNamedType) {
        self.init(name: value.name, dataType: value.type.dataType.name, dimensions: value.type.shape.map { .fixed($0) })
    }
}

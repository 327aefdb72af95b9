public import FrameGeneration
import ModelFiles

/// A trained generator on disk, of which it is known what it may be.
public struct GeneratorFile: Sendable {
    /// As it was given.
    public let path: String
    /// The generators that the file may be, the likeliest first: more than one where no tensor tells them apart.
    public let candidates: [Generator]
    /// What the user should know of the file's other tensors; nil where there is nothing to know.
    package let warning: String?
    private let contents: Contents

    private enum Contents: Sendable {
        /// Weights are read when it is known of which candidate they are.
        case checkpoint(StateDict)
        case model(NetworkModel)
    }

    /// Opens a checkpoint (`.pth`).
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - features: the kind of features that it is said to take; nil to go by the file.
    ///   - cropResampling: how face crops are resized; nil for the way of the program that the file comes from.
    ///   - weightsKey: the key that the generator which is meant stands under, such as `ema`, where there are several; nil to
    ///     tell by where it usually stands.
    /// - Throws: `FramegenError` naming the file: `.notFound`; `.invalidData` when it is no generator of the family,
    ///   with what it seems to be and some of what is missing of the one it is closest to, or when it holds several;
    ///   `.invalidRequest` when it takes other features than `features`, or its crops are never resized so.
    public init(
        checkpointPath path: String, features: FeatureKind? = nil, cropResampling: Resampling? = nil,
        weightsKey: String? = nil
    ) throws(FramegenError) {
        let stateDict = try PyTorchCheckpoint.stateDict(at: path, weightsKey: weightsKey)
        let generators = try stateDict.generators()
        guard let first = generators.first else { throw stateDict.refusalAsGenerator() }
        try self.init(
            path: path, generators, .checkpoint(stateDict), features, cropResampling,
            warning: stateDict.warning(of: first))
    }

    /// Opens an ONNX file of any exporter, whose inputs' shapes say which generator it is.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - features: the kind of features that it is said to take; nil to go by the file.
    ///   - cropResampling: how face crops are resized; nil for bicubic, and with a 160 generator bilinear.
    /// - Throws: `FramegenError` naming the file: as for a checkpoint, and what `ONNXModelFile` throws.
    public init(
        onnxPath path: String, features: FeatureKind? = nil, cropResampling: Resampling? = nil
    ) throws(FramegenError) {
        try self.init(path: path, ONNXModelFile.load(at: path), features, cropResampling)
    }

    /// Opens a Core ML package of any exporter, whose inputs' shapes say which generator it is.
    ///
    /// - Parameters:
    ///   - path: the package's folder.
    ///   - features: the kind of features that it is said to take; nil to go by the package.
    ///   - cropResampling: how face crops are resized; nil for bicubic, and with a 160 generator bilinear.
    /// - Throws: `FramegenError` naming the package: as for a checkpoint, and what `CoreMLPackage` throws.
    public init(
        coreMLPath path: String, features: FeatureKind? = nil, cropResampling: Resampling? = nil
    ) throws(FramegenError) {
        try self.init(path: path, CoreMLPackage.load(at: path), features, cropResampling)
    }

    private init(
        path: String, _ model: NetworkModel, _ features: FeatureKind?, _ cropResampling: Resampling?
    ) throws(FramegenError) {
        let generators = Generator.all.filter { $0.hasInterface(of: model.network) }
        guard !generators.isEmpty else {
            let shapes = model.network.inputs.map { "\($0.name) \($0.shape)" }.joined(separator: " and ")
            let expected = Generator.all.map { generator in
                let network = generator.network
                return "\(network.inputs[0].shape) and \(network.inputs[1].shape) (\(generator.name))"
            }
            throw FramegenError(
                .invalidData,
                "\(path) is no generator of the family: it takes \(shapes) and gives \(model.network.outputShapes), "
                    + "expected \(expected.joined(separator: ", "))")
        }
        try self.init(path: path, generators, .model(model), features, cropResampling)
    }

    private init(
        path: String, _ generators: [Generator], _ contents: Contents, _ features: FeatureKind?,
        _ cropResampling: Resampling?, warning: String? = nil
    ) throws(FramegenError) {
        var candidates = generators
        if let features {
            candidates.removeAll { $0.features != features }
            guard !candidates.isEmpty else {
                let names = generators.map(\.name).joined(separator: " or ")
                throw FramegenError(
                    .invalidRequest, "\(path) is a \(names) generator, but \(features) features were asked for")
            }
        }
        if let cropResampling {
            candidates = try candidates.map { generator throws(FramegenError) in
                do throws(FramegenError) {
                    return try generator.resizingCrops(by: cropResampling)
                } catch {
                    throw FramegenError(error.code, "\(path): \(error.message)")
                }
            }
        }
        self.path = path
        self.candidates = candidates
        self.warning = warning
        self.contents = contents
    }

    /// The candidate that takes such features.
    ///
    /// - Throws: `FramegenError` with `.invalidData` that says what the features and what the file's generators are.
    public func generator(for features: some FeatureSource) throws(FramegenError) -> Generator {
        if let generator = candidates.first(where: { $0.accepts(rowsOf: features.rowShape) }) { return generator }
        let kinds = Set(Generator.all.filter { $0.accepts(rowsOf: features.rowShape) }.map(\.features.rawValue))
        let kind = kinds.count == 1 ? "\(kinds.joined()) features" : "features"
        throw FramegenError(
            .invalidData,
            "\(features.name) holds \(kind), rows of \(features.rowShape), but \(path) is \(candidateText)")
    }

    /// What the file may be, for messages about features.
    var candidateText: String {
        candidates.map { "a \($0.name) generator, which takes rows of \($0.features.rowShape)" }
            .joined(separator: " or ")
    }

    /// The network with its weights.
    ///
    /// - Throws: `FramegenError` with `.invalidData` naming the file when it is damaged, or its weights are of no use.
    public func model(of generator: Generator) throws(FramegenError) -> NetworkModel {
        switch contents {
        case .checkpoint(let stateDict): try stateDict.model(of: generator)
        case .model(let model): model
        }
    }
}

extension Generator {
    /// Whether a network takes and gives what the generator's does.
    package func hasInterface(of network: NetworkGraph) -> Bool {
        let own = self.network
        return network.inputs.map(\.shape) == own.inputs.map(\.shape) && network.outputShapes == own.outputShapes
    }
}

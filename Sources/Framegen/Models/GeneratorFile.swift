public import FrameGeneration
import ModelFiles

/// A trained generator on disk, of which it is known what it may be; its weights are read once that is settled.
public struct GeneratorFile: Sendable {
    /// As it was given.
    public let path: String
    /// The generators that the file may be, the likeliest first: more than one where no tensor tells them apart.
    public let candidates: [Generator]
    private let stateDict: StateDict

    /// Opens a checkpoint (`.pth`).
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - features: the kind of features that it is said to take; nil to go by the file.
    ///   - cropResampling: how face crops are resized; nil for the way of the program that the file comes from.
    /// - Throws: `FramegenError` naming the file: `.notFound`; `.invalidData` when it is no generator of the family,
    ///   with what is missing of the one it is closest to; `.invalidRequest` when it takes other features than
    ///   `features`, or its crops are never resized so.
    public init(
        checkpointPath path: String, features: FeatureKind? = nil, cropResampling: Resampling? = nil
    ) throws(FramegenError) {
        let stateDict = try PyTorchCheckpoint.stateDict(at: path)
        var candidates = stateDict.generators
        if candidates.isEmpty {
            // Says what is wrong with its tensors.
            let expected = Generator.all.first { $0.features == features } ?? .syncTalk328AVE
            _ = try stateDict.model(of: stateDict.closestGenerator ?? expected)
        }
        if let features {
            let names = candidates.map(\.name).joined(separator: " or ")
            candidates.removeAll { $0.features != features }
            guard !candidates.isEmpty else {
                throw FramegenError(
                    .invalidRequest,
                    "\(path) is a \(names) generator, but \(features) features were asked for")
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
        self.stateDict = stateDict
    }

    /// The candidate that takes such features.
    ///
    /// - Throws: `FramegenError` with `.invalidData` that says what the features and what the file's generators are.
    public func generator(for features: some FeatureSource) throws(FramegenError) -> Generator {
        if let generator = candidates.first(where: { $0.accepts(rowsOf: features.rowShape) }) { return generator }
        let others = Generator.all.filter { $0.accepts(rowsOf: features.rowShape) }.map(\.features.rawValue)
        let kind = Set(others).count == 1 ? "\(others[0]) features" : "features"
        throw FramegenError(
            .invalidData,
            "\(features.name) holds \(kind), rows of \(features.rowShape), but \(path) is "
                + candidates.map { "a \($0.name) generator, which takes rows of \($0.features.rowShape)" }
                .joined(separator: " or "))
    }

    /// Reads the weights.
    ///
    /// - Throws: `FramegenError` with `.invalidData` naming the file when it is damaged, or its weights are of no use.
    public func model(of generator: Generator) throws(FramegenError) -> NetworkModel {
        try stateDict.model(of: generator)
    }
}

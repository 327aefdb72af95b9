public import FrameGeneration

/// A format that whole models come in, network and weights.
public enum ModelFormat: String, Sendable, Codable, CaseIterable {
    /// A file.
    case onnx
    /// A package, which is a folder.
    case coreML

    /// The ending of such a model's name.
    public var fileExtension: String {
        switch self {
        case .onnx: "onnx"
        case .coreML: CoreMLPackage.fileExtension
        }
    }

    /// The format that the ending of a name tells; nil where it tells none.
    public init?(path: String) {
        let name = Folder.withoutSlash(path).lowercased()
        guard let format = Self.allCases.first(where: { name.hasSuffix(".\($0.fileExtension)") }) else { return nil }
        self = format
    }

    /// Reads a model, whatever its name.
    ///
    /// - Returns: as `ONNXModelFile.load` and `CoreMLPackage.load`.
    /// - Throws: as these.
    public func load(at path: String, batch: Int = 1) throws(FramegenError) -> NetworkModel {
        switch self {
        case .onnx: try ONNXModelFile.load(at: path, batch: batch)
        case .coreML: try CoreMLPackage.load(at: path, batch: batch)
        }
    }
}

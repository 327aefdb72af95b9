import FrameGeneration
import Framegen
import ModelFiles

/// Where an exported model goes, and in which format.
struct ModelOutput: Sendable {
    /// Without the slash that shells put behind a folder.
    let path: String
    let format: ModelFormat
    let weights: WeightType
    private let overwrites: Bool

    /// A model that is whole but has not got its name; it leaves nothing if it never does.
    struct Unfinished {
        /// The hidden name.
        let partialPath: String
        let byteCount: Int
        let finish: () throws(FramegenError) -> Void
    }

    /// Weights that are nil are stored in the format's own way.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` naming `path` where its ending is that of no format.
    init(_ path: String, weights: WeightType?, overwrites: Bool) throws(FramegenError) {
        self.path = Folder.withoutSlash(path)
        try OutputFile.checkExtension(
            self.path, contents: "a model", extensions: ModelFormat.allCases.map(\.fileExtension))
        let format = ModelFormat(path: self.path) ?? .onnx
        self.format = format
        self.weights = weights ?? (format == .coreML ? .fp16 : .fp32)
        self.overwrites = overwrites
    }

    /// Checks before any work that the model may be put there.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming `path`.
    func check() throws(FramegenError) {
        switch format {
        case .onnx: try OutputFile.checkFree(path, contents: "a model", overwrites: overwrites)
        case .coreML:
            try PartialFolder.checkFree(
                path, contents: "a Core ML package", overwrites: overwrites, isReplaceable: CoreMLPackage.isPackage)
        }
        try OutputFile.checkPlace(path)
        try OutputFile.checkIdle(path)
    }

    /// Writes the model under a hidden name; `documentation` is about it, for people.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    func write(
        _ model: NetworkModel, documentation: String, hasOpenBatch: Bool
    ) throws(FramegenError) -> Unfinished {
        switch format {
        case .onnx:
            var options = ONNXWriter.Options()
            options.weights = weights
            options.hasOpenBatch = hasOpenBatch
            options.documentation = documentation
            let bytes = ONNXWriter.model(model, options: options)
            let file = try PartialFile(path, overwrites: overwrites, makesFolder: true)
            try file.append(bytes)
            return Unfinished(partialPath: file.partialPath, byteCount: bytes.count) { () throws(FramegenError) in
                try file.finish()
            }
        case .coreML:
            var options = CoreMLWriter.Options()
            options.weights = weights
            options.documentation = documentation
            let folder = try PartialFolder(path, overwrites: overwrites)
            let byteCount = try folder.fill { path throws(FramegenError) in
                try CoreMLWriter.write(model, options: options, to: path)
            }
            return Unfinished(partialPath: folder.partialPath, byteCount: byteCount) { () throws(FramegenError) in
                try folder.finish()
            }
        }
    }
}

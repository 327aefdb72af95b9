internal import EngineSupport
public import FrameGeneration
internal import ModelFiles

/// Runs networks on the CPU with OpenVINO, which is looked for at run time.
///
/// The runtime is taken from the folder given here, or else from the one that the environment variable
/// `FRAMEGEN_OPENVINO` names; both must hold one if they are given. Otherwise it is looked for with the program, in the
/// user's folder for data, where `framegen runtimes install` puts it, and in the system's folders.
public struct OpenVINOEngine: InferenceEngine {
    /// `openvino`.
    public let name = "openvino"
    /// True.
    public let computesAnyNetwork = true
    private let libraryFolder: String?

    /// An engine on the runtime in `libraryFolder`, or on the one that is found.
    ///
    /// Nothing is looked for or loaded before it is needed.
    public init(libraryFolder: String? = nil) {
        self.libraryFolder = libraryFolder
    }

    /// Finds and loads the runtime that an engine with the same `libraryFolder` uses.
    ///
    /// - Throws: `FramegenError`: `.notFound` when there is none, saying where it was looked for and how to get it;
    ///   `.invalidData` when what was found is no OpenVINO runtime or a broken one.
    public static func locateRuntime(libraryFolder: String? = nil) throws(FramegenError) -> OpenVINORuntime {
        let library = try loadLibrary(libraryFolder)
        return OpenVINORuntime(libraryPath: library.path, version: library.version)
    }

    /// Prepares `model` to be run on the CPU.
    ///
    /// Blocks for as long as OpenVINO compiles (up to seconds).
    ///
    /// - Throws: `FramegenError`: as `locateRuntime`, `.invalidRequest` when OpenVINO cannot do what `options` ask,
    ///   `.internalFailure` when it refuses the model.
    public func makeSession(
        for model: NetworkModel, options: SessionOptions
    ) throws(FramegenError) -> sending any InferenceSession {
        try prepare(model, options: options, sessionCount: 1).makeSession()
    }

    /// Compiles `model` once for `sessionCount` sessions.
    ///
    /// - Throws: as `makeSession`.
    public func prepare(
        _ model: NetworkModel, options: SessionOptions, sessionCount: Int
    ) throws(FramegenError) -> any PreparedNetwork {
        let library = try Self.loadLibrary(libraryFolder)
        var writing = ONNXWriter.Options()
        writing.bfloat16InputCount = options.bfloat16InputCount
        return try OpenVINONetwork(
            library: library, onnx: ONNXWriter.model(model, options: writing), inputs: model.network.inputs,
            outputs: model.network.outputs, options: options, sessionCount: sessionCount)
    }

    /// A session for a network that is ONNX already, with the inputs and outputs that it names.
    package func makeSession(
        onnx: [UInt8], inputs: [NetworkGraph.Value], outputs: [String], options: SessionOptions
    ) throws(FramegenError) -> sending OpenVINOSession {
        try OpenVINOSession(
            try OpenVINONetwork(
                library: try Self.loadLibrary(libraryFolder), onnx: onnx, inputs: inputs, outputs: outputs,
                options: options, sessionCount: 1))
    }

    private static func loadLibrary(_ libraryFolder: String?) throws(FramegenError) -> OpenVINOLibrary {
        try OpenVINOLibrary(opening: RuntimeSearch(for: .openVINO, libraryFolder: libraryFolder).libraryPath())
    }
}

/// An OpenVINO runtime that was found and loaded.
public struct OpenVINORuntime: Sendable, Hashable {
    /// The file that holds OpenVINO's C functions.
    public let libraryPath: String
    /// OpenVINO's build number, such as `2026.4.1-22982`.
    public let version: String
}

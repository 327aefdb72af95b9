internal import EngineSupport
public import FrameGeneration
internal import ModelFiles

/// Runs networks with ONNX Runtime, which is looked for at run time, on one of its execution providers.
///
/// The runtime is taken from the folder given here, or else from the one that the environment variable
/// `FRAMEGEN_ONNXRUNTIME` names; both must hold one if they are given. Otherwise it is looked for with the program, in the
/// user's folder for data, where `framegen runtimes install` puts it, and in the system's folders. Releases from 1.20
/// on will do; nothing is reported to their makers.
public struct ONNXRuntimeEngine: InferenceEngine {
    /// What it computes on.
    public let provider: ExecutionProvider
    private let libraryFolder: String?

    /// `onnxruntime`, and in brackets what it computes on if that is not the processor.
    public var name: String { provider == .cpu ? "onnxruntime" : "onnxruntime (\(provider.rawValue))" }

    /// True.
    public let computesAnyNetwork = true

    /// An engine on the runtime in `libraryFolder`, or on the one that is found.
    ///
    /// Nothing is looked for or loaded before it is needed.
    public init(libraryFolder: String? = nil, provider: ExecutionProvider = .cpu) {
        self.libraryFolder = libraryFolder
        self.provider = provider
    }

    /// Finds, loads and tries the runtime that an engine with the same `libraryFolder` uses.
    ///
    /// - Parameters:
    ///   - libraryFolder: the folder of the runtime's libraries, or nil to look for it.
    ///   - provider: what it must be able to compute on.
    /// - Returns: what was found.
    /// - Throws: `FramegenError`: `.notFound` when there is none, saying where it was looked for and how to get it, or
    ///   when it does not offer `provider`, saying what it offers; `.invalidData` when what was found is no ONNX Runtime
    ///   or a broken one.
    public static func locateRuntime(
        libraryFolder: String? = nil, offering provider: ExecutionProvider = .cpu
    ) throws(FramegenError) -> ONNXRuntime {
        let library = try loadLibrary(libraryFolder)
        try library.requireOffer(of: provider)
        return ONNXRuntime(
            libraryPath: library.path, version: library.version, providerNames: library.providerNames)
    }

    /// Prepares `model` to be run.
    ///
    /// Blocks for as long as ONNX Runtime takes (up to seconds; minutes with TensorRT). A provider that cannot be used
    /// is an error: nothing runs on the processor in its place.
    ///
    /// - Throws: `FramegenError`: as `locateRuntime`, `.invalidRequest` when ONNX Runtime cannot do what `options` ask or
    ///   its provider cannot be started, `.internalFailure` when it refuses the model.
    public func makeSession(
        for model: NetworkModel, options: SessionOptions
    ) throws(FramegenError) -> sending any InferenceSession {
        try prepare(model, options: options, sessionCount: 1).makeSession()
    }

    /// Prepares `model` once for all sessions.
    ///
    /// - Throws: as `makeSession`.
    public func prepare(
        _ model: NetworkModel, options: SessionOptions, sessionCount: Int
    ) throws(FramegenError) -> any PreparedNetwork {
        try prepare(
            onnx: ONNXWriter.model(model), inputs: model.network.inputs, outputs: model.network.outputs,
            options: options, sessionCount: sessionCount)
    }

    /// A session for a network that is ONNX already, with the inputs and outputs that it names.
    package func makeSession(
        onnx: [UInt8], inputs: [NetworkGraph.Value], outputs: [String], options: SessionOptions
    ) throws(FramegenError) -> sending ONNXRuntimeSession {
        try ONNXRuntimeSession(
            try prepare(onnx: onnx, inputs: inputs, outputs: outputs, options: options, sessionCount: 1))
    }

    private func prepare(
        onnx: [UInt8], inputs: [NetworkGraph.Value], outputs: [String], options: SessionOptions, sessionCount: Int
    ) throws(FramegenError) -> ONNXRuntimeNetwork {
        let library = try Self.loadLibrary(libraryFolder)
        try library.requireOffer(of: provider)
        return try ONNXRuntimeNetwork(
            library: library, provider: provider, onnx: onnx, inputs: inputs, outputs: outputs, options: options,
            sessionCount: sessionCount)
    }

    private static func loadLibrary(_ libraryFolder: String?) throws(FramegenError) -> ONNXRuntimeLibrary {
        let search = RuntimeSearch(for: .onnxRuntime, libraryFolder: libraryFolder)
        let library = try ONNXRuntimeLibrary(opening: search.libraryPath())
        try KnownAnswer.check(library)
        return library
    }
}

/// An ONNX Runtime that was found and loaded.
public struct ONNXRuntime: Sendable, Hashable {
    /// The file that holds ONNX Runtime's functions.
    public let libraryPath: String
    /// ONNX Runtime's version, such as `1.28.0`.
    public let version: String
    /// All that it says it can compute on, in its own words, the preferred first.
    public let providerNames: [String]

    /// What it can compute on, of what framegen knows.
    ///
    /// That it was built with a provider does not mean that the provider's device and driver are there.
    public var providers: [ExecutionProvider] {
        ExecutionProvider.allCases.filter { providerNames.contains($0.listedName) }
    }
}

/// Makes sessions that run a network.
///
/// Engines hold no state; what they differ in is said by properties.
public protocol InferenceEngine: Sendable {
    /// What users type and reports print, such as `openvino`.
    var name: String { get }

    /// Whether it computes any network it is given, so that a generator may be run in parts and rewritten.
    var computesAnyNetwork: Bool { get }

    /// Whether a generator is worth being run in parts on it, of which the one for a template frame is run once; false
    /// where it computes a whole network about as fast as it takes in what would be kept.
    var runsNetworksInParts: Bool { get }

    /// Whether it computes the wide values of `model` at full resolution without writing them to memory, so that they need
    /// not be computed some channels at a time.
    func fusesLayers(of model: NetworkModel, in precision: Precision) -> Bool

    /// Prepares `model` to be run. Blocks for as long as the runtime compiles (up to seconds).
    ///
    /// - Throws: `FramegenError`: `.notFound` when the runtime is missing, `.invalidRequest` when it cannot do what
    ///   `options` ask, `.internalFailure` when it refuses the model.
    func makeSession(
        for model: NetworkModel, options: SessionOptions
    ) throws(FramegenError) -> sending any InferenceSession

    /// Prepares `model` to be run by several sessions side by side, which share what they can: its compilation and its
    /// weights. Blocks as `makeSession`.
    ///
    /// - Parameters:
    ///   - model: the network.
    ///   - options: of each session.
    ///   - sessionCount: sessions that will be made of it.
    /// - Returns: what sessions are made of.
    /// - Throws: as `makeSession`.
    func prepare(
        _ model: NetworkModel, options: SessionOptions, sessionCount: Int
    ) throws(FramegenError) -> any PreparedNetwork
}

extension InferenceEngine {
    /// Whether it computes any network.
    public var runsNetworksInParts: Bool { computesAnyNetwork }

    /// False.
    public func fusesLayers(of model: NetworkModel, in precision: Precision) -> Bool { false }

    /// Makes each session by itself.
    public func prepare(
        _ model: NetworkModel, options: SessionOptions, sessionCount: Int
    ) throws(FramegenError) -> any PreparedNetwork {
        SeparateSessions(engine: self, model: model, options: options)
    }
}

/// A network that sessions can be made of.
public protocol PreparedNetwork: Sendable {
    /// A session that runs the network beside the others made of it.
    ///
    /// - Throws: as an engine's `makeSession`.
    func makeSession() throws(FramegenError) -> sending any InferenceSession
}

private struct SeparateSessions: PreparedNetwork {
    let engine: any InferenceEngine
    let model: NetworkModel
    let options: SessionOptions

    func makeSession() throws(FramegenError) -> sending any InferenceSession {
        try engine.makeSession(for: model, options: options)
    }
}

/// A network ready to run.
///
/// A session has one owner at a time and is not shared.
public protocol InferenceSession: AnyObject {
    /// Runs the network once. Blocks.
    ///
    /// - Parameter inputs: one tensor for each of the network's inputs, in their order and of their shapes.
    /// - Returns: one tensor for each of the network's outputs, in their order.
    /// - Throws: `FramegenError`: `.invalidRequest` for inputs of another shape, `.internalFailure` when the runtime
    ///   fails, `.cancelled` when the task was cancelled on the way.
    func run(_ inputs: [Tensor]) throws(FramegenError) -> [Tensor]

    /// Runs the network once, its first inputs being given in bfloat16. Blocks.
    ///
    /// - Parameters:
    ///   - kept: tensors for the first inputs of the network.
    ///   - inputs: tensors for the others.
    /// - Returns: one tensor for each of the network's outputs, in their order.
    /// - Throws: as `run(_:)`.
    func run(_ kept: [BFloat16Tensor], _ inputs: [Tensor]) throws(FramegenError) -> [Tensor]
}

extension InferenceSession {
    /// Makes float32 of `kept` before it runs.
    public func run(_ kept: [BFloat16Tensor], _ inputs: [Tensor]) throws(FramegenError) -> [Tensor] {
        try run(kept.map(\.widened) + inputs)
    }
}

/// The arithmetic a session computes in.
public enum Precision: String, Sendable, Codable, CaseIterable {
    /// float32 throughout.
    case fp32
    /// Products of bfloat16, summed in float32; where the processor has instructions for it, at twice the speed.
    case bf16
    /// float16 throughout, which is all that Apple's Neural Engine computes in.
    case fp16
}

/// The arithmetic of the two parts that a generator's network is run in.
public struct NetworkPrecision: Sendable, Codable, Hashable {
    /// Of the part that runs for every video frame.
    public var perFrame: Precision
    /// Of the part that depends on template frames alone.
    public var template: Precision

    /// Both parts in `precision`.
    public init(_ precision: Precision) { self.init(perFrame: precision, template: precision) }

    /// Each part in its own precision.
    public init(perFrame: Precision, template: Precision) {
        self.perFrame = perFrame
        self.template = template
    }
}

/// How a session is to run.
public struct SessionOptions: Sendable {
    /// Threads the engine may use; at least 1.
    public var threads: Int
    /// The arithmetic to compute in.
    public var precision: Precision
    /// Inputs of the network, from the first on, that are given in bfloat16.
    public var bfloat16InputCount = 0

    /// Options for a session on `threads` threads.
    public init(threads: Int, precision: Precision = .fp32) {
        self.threads = threads
        self.precision = precision
    }
}

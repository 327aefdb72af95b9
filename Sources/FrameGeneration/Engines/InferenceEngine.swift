/// Makes sessions that run a network.
///
/// Engines hold no state; what they differ in is said by properties.
public protocol InferenceEngine: Sendable {
    /// What users type and reports print, such as `openvino`.
    var name: String { get }

    /// Prepares `model` to be run. Blocks for as long as the runtime compiles (up to seconds).
    ///
    /// - Throws: `FramegenError`: `.notFound` when the runtime is missing, `.invalidRequest` when it cannot do what
    ///   `options` ask, `.internalFailure` when it refuses the model.
    func makeSession(
        for model: NetworkModel, options: SessionOptions
    ) throws(FramegenError) -> sending any InferenceSession
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
}

/// The arithmetic a session computes in.
public enum Precision: String, Sendable, Codable, CaseIterable {
    case fp32
}

/// How a session is to run.
public struct SessionOptions: Sendable {
    /// Threads the engine may use; at least 1.
    public var threads: Int
    /// The arithmetic to compute in.
    public var precision: Precision

    /// Options for a session on `threads` threads.
    public init(threads: Int, precision: Precision = .fp32) {
        self.threads = threads
        self.precision = precision
    }
}

import Synchronization

/// The stages that a frame goes through.
public enum Stage: String, Sendable, Codable, CaseIterable {
    /// Sound to features.
    case audio
    /// Reading the template frame and making the network's input of it.
    case compose
    /// The network.
    case generate
    /// Putting the face back.
    case composite
    /// Writing the frame.
    case encode
}

/// How long each stage was busy.
///
/// Stages run side by side, so their sum may exceed the time that passed.
public final class StageTimes: Sendable {
    private let busy = Mutex<[Stage: Duration]>([:])

    /// All at zero.
    public init() {}

    /// Busy time of a stage up to now.
    public func busy(_ stage: Stage) -> Duration { busy.withLock { $0[stage] ?? .zero } }

    /// Adds the time since `start` to a stage.
    package func add(_ stage: Stage, since start: ContinuousClock.Instant) {
        let duration = start.duration(to: .now)
        busy.withLock { $0[stage, default: .zero] += duration }
    }
}

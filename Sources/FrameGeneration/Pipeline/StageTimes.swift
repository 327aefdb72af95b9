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

/// How long each stage was busy, and how often a template frame was there already.
///
/// Stages run side by side, so their sum may exceed the time that passed.
public final class StageTimes: Sendable {
    private struct State {
        var busy: [Stage: Duration] = [:]
        var templateFrames = TemplateFrameCounts()
    }

    private let state = Mutex(State())

    /// All at zero.
    public init() {}

    /// Busy time of a stage up to now.
    public func busy(_ stage: Stage) -> Duration { state.withLock { $0.busy[stage] ?? .zero } }

    /// How often template frames were used up to now.
    public var templateFrames: TemplateFrameCounts { state.withLock { $0.templateFrames } }

    /// Adds the time since `start` to a stage.
    package func add(_ stage: Stage, since start: ContinuousClock.Instant) {
        let duration = start.duration(to: .now)
        state.withLock { $0.busy[stage, default: .zero] += duration }
    }

    func countTemplateFrame(wasKept: Bool) {
        state.withLock { state in
            if wasKept { state.templateFrames.kept += 1 } else { state.templateFrames.prepared += 1 }
        }
    }

    func countStoredValues() { state.withLock { $0.templateFrames.stored += 1 } }
}

/// How often a frame of the template was used.
public struct TemplateFrameCounts: Sendable, Hashable {
    /// Times that it was kept from before.
    public internal(set) var kept = 0
    /// Times that it had to be read and prepared.
    public internal(set) var prepared = 0
    /// Of those, times that what the network computes for it was stored by an earlier run, or earlier in this one.
    public internal(set) var stored = 0
}

import Synchronization

/// The stages that a frame goes through.
public enum Stage: String, Sendable, Codable, CaseIterable {
    /// Sound to features.
    case audio
    /// Reading the template frame and making the network's input of it.
    case cut
    /// The network.
    case infer
    /// Putting the face back.
    case paste
    /// Writing the frame.
    case encode
}

/// How a stage has spent its time.
///
/// Of a stage that works on several frames side by side it is the sum over them.
public struct StageTime: Sendable, Hashable {
    /// At work.
    public fileprivate(set) var busy = Duration.zero
    /// Waiting for the stage before it.
    public fileprivate(set) var starved = Duration.zero
    /// Waiting for the stage after it to take what is finished.
    public fileprivate(set) var blocked = Duration.zero

    /// No time at all.
    package init() {}

    /// The time of `later` without that of `earlier`.
    package static func - (later: StageTime, earlier: StageTime) -> StageTime {
        var difference = later
        difference.busy -= earlier.busy
        difference.starved -= earlier.starved
        difference.blocked -= earlier.blocked
        return difference
    }
}

/// How each stage spent its time, and how often a template frame was there already.
///
/// Stages run side by side, so their sum may exceed the time that passed.
public final class StageTimes: Sendable {
    /// What a stage does with its time.
    package enum Use {
        case busy
        case starved
        case blocked
    }

    private struct State {
        var stages: [Stage: StageTime] = [:]
        var templateFrames = TemplateFrameCounts()
    }

    private let state = Mutex(State())

    /// All at zero.
    public init() {}

    /// Busy time of a stage up to now.
    public func busy(_ stage: Stage) -> Duration { state.withLock { $0.stages[stage]?.busy ?? .zero } }

    /// How every stage has spent its time up to now; stages that had nothing to do are left out.
    public var stages: [Stage: StageTime] { state.withLock { $0.stages } }

    /// How often template frames were used up to now.
    public var templateFrames: TemplateFrameCounts { state.withLock { $0.templateFrames } }

    /// Adds the time since `start` to a stage.
    package func add(_ stage: Stage, _ use: Use = .busy, since start: ContinuousClock.Instant) {
        let duration = start.duration(to: .now)
        state.withLock { state in
            switch use {
            case .busy: state.stages[stage, default: StageTime()].busy += duration
            case .starved: state.stages[stage, default: StageTime()].starved += duration
            case .blocked: state.stages[stage, default: StageTime()].blocked += duration
            }
        }
    }

    func countTemplateFrame(wasKept: Bool, keptBytes: Int) {
        state.withLock { state in
            if wasKept { state.templateFrames.kept += 1 } else { state.templateFrames.prepared += 1 }
            state.templateFrames.keptBytes = keptBytes
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
    /// What all that is kept takes now.
    public internal(set) var keptBytes = 0
}

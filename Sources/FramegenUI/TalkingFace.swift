public import Foundation
public import FrameGeneration
public import Observation

/// An avatar that a user sees speak: what a view shows of it, and what its buttons do.
///
/// It needs no user interface itself. Speeches follow one another: a new one stops the one before.
@MainActor @Observable
public final class TalkingFace {
    /// How far it is.
    public enum State: Sendable, Equatable {
        /// Nothing is said, and nothing was wrong.
        case idle
        /// The avatar is loaded, or the first frames are made: which share of those that have to be there before the
        /// first is shown, 0 to 1.
        case preparing(progress: Double)
        /// It is seen and heard.
        case speaking
        /// All was said.
        case finished
        /// Something was wrong: a sentence for the user that names what.
        case failed(String)
    }

    /// How far it is.
    public private(set) var state = State.idle
    /// Where it is seen and heard.
    @ObservationIgnored public let player: any FacePlaying
    @ObservationIgnored private let load: @Sendable () async throws(FramegenError) -> Avatar
    @ObservationIgnored private var loading: Task<Result<Avatar, FramegenError>, Never>?
    @ObservationIgnored private var work: Task<Void, Never>?

    /// A face of an avatar that is loaded when it is needed, and then kept.
    ///
    /// - Parameters:
    ///   - player: where it is seen and heard; no other face may use it.
    ///   - load: loads the avatar; called again only after it has failed.
    public init(
        player: any FacePlaying, loading load: @escaping @Sendable () async throws(FramegenError) -> Avatar
    ) {
        self.player = player
        self.load = load
    }

    /// Loads the avatar, so that the first speech begins sooner.
    public func prepare() async {
        guard work == nil else { return }
        state = .preparing(progress: 0)
        do throws(FramegenError) {
            _ = try await avatar()
            if work == nil { state = .idle }
        } catch {
            if work == nil { state = Self.state(after: error) }
        }
    }

    /// Speaks the sound of a file.
    ///
    /// - Parameters:
    ///   - url: any file with sound that the platform reads.
    ///   - settings: of the take.
    public func speak(_ url: URL, settings: TakeSettings = TakeSettings()) {
        speak(.sound(path: url.path(percentEncoded: false)), settings: settings)
    }

    /// Speaks.
    ///
    /// - Parameters:
    ///   - speech: what is said.
    ///   - settings: of the take.
    public func speak(_ speech: Speech, settings: TakeSettings = TakeSettings()) {
        let before = work
        before?.cancel()
        state = .preparing(progress: 0)
        work = Task {
            // One at a time has the player.
            await before?.value
            await self.run(speech, settings)
        }
    }

    /// Stops speaking; when this returns, nothing is heard and no work goes on.
    public func stop() async {
        guard let work else { return }
        work.cancel()
        await work.value
        // Another speech may have begun meanwhile.
        guard self.work == work else { return }
        self.work = nil
        state = .idle
    }

    private func run(_ speech: Speech, _ settings: TakeSettings) async {
        guard !Task.isCancelled else { return }
        do throws(FramegenError) {
            let take = try await avatar().speak(speech, settings: settings)
            let sink = FaceSink(player, format: try await take.format) { [weak self] state in
                await self?.follow(state)
            }
            try await take.write(to: [sink])
            if !Task.isCancelled { state = .finished }
        } catch {
            if !Task.isCancelled { state = Self.state(after: error) }
        }
    }

    private func follow(_ state: State) {
        // What was under way when it was stopped is no news.
        if work?.isCancelled == false { self.state = state }
    }

    private static func state(after error: FramegenError) -> State {
        error.code == .cancelled ? .idle : .failed(error.message)
    }

    private func avatar() async throws(FramegenError) -> Avatar {
        let task =
            loading
            ?? Task { [load] () -> Result<Avatar, FramegenError> in
                do throws(FramegenError) { return .success(try await load()) } catch { return .failure(error) }
            }
        loading = task
        let result = await task.value
        if case .failure = result, loading == task { loading = nil }
        return try result.get()
    }
}

package import FrameGeneration
import Framegen
import Media

/// Who has avatars.
package protocol AvatarLending: Sendable {
    /// Checks that there is an avatar of that name, loaded or not.
    ///
    /// - Throws: `Problem` with `.notFound`.
    func checkAvatar(_ name: String) async throws(Problem)

    /// Does `work` with an avatar, which is loaded when needed and stays loaded until `work` is done.
    func withAvatar<Value: Sendable>(
        _ name: String, _ work: @Sendable (Avatar) async throws(FramegenError) -> Value
    ) async throws -> Value
}

/// Has avatars speak to video files.
package struct AvatarJobRunner: Sendable {
    private let avatars: any AvatarLending

    package init(avatars: any AvatarLending) { self.avatars = avatars }

    /// Makes the video of a job; cancelled, it leaves nothing and has ended when this returns.
    ///
    /// - Returns: the number of frames.
    package func run(
        _ work: JobWork, _ report: @escaping @Sendable (JobProgress) -> Void
    ) async throws -> Int {
        try await avatars.withAvatar(work.avatar) { avatar async throws(FramegenError) in
            var settings = TakeSettings()
            settings.frameRate = work.settings.frameRate
            var video = VideoOutput(path: work.videoPath)
            video.constantRateFactor = work.settings.crf
            video.preset = work.settings.preset
            // A run that ended before its end was recorded may have left one.
            video.overwrites = true
            let take = avatar.speak(.sound(path: work.soundPath), settings: settings)
            let follower = Task { await follow(take.events, report) }
            defer { follower.cancel() }
            return try await take.write(to: [.video(video)]).frameCount
        }
    }

    private func follow(
        _ events: AsyncStream<TakeEvent>, _ report: @escaping @Sendable (JobProgress) -> Void
    ) async {
        var frameCount: Int?
        for await event in events {
            switch event {
            case .started(let count, _):
                frameCount = count
                report(JobProgress(framesMade: 0, frameCount: frameCount))
            case .framesFinished(let count): report(JobProgress(framesMade: count, frameCount: frameCount))
            case .warning, .ended: break
            }
        }
    }
}

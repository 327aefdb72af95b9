import FrameGeneration
import Framegen
import Media

/// How soon a loaded avatar begins to speak again, when it has shown the template's frames that it begins with before.
public struct NextTake: Sendable, Hashable, Codable {
    /// From the call to the first frame that is finished.
    public let secondsToFirstFrame: Double
    /// From the call to the first packet out of a video encoder that is set to low delay.
    public let secondsToFirstPacket: Double
    /// What the process's memory grew by in the second take, in bytes; nil where the system does not tell.
    public let memoryInBytes: Int?

    /// Frames of each take: as many as fill all stages.
    private static let frameCount = 25

    /// Loads the request's avatar and lets it speak three times.
    ///
    /// - Throws: `FramegenError` as rendering does.
    init(_ request: GenerationRequest, folder: String) async throws(FramegenError) {
        let avatar = try await Avatar(request.source, settings: request.settings)
        var settings = request.take
        settings.frameLimit = min(settings.frameLimit ?? .max, Self.frameCount)
        settings.segment = nil
        var video = request.video(in: folder)
        video.isLowDelay = true

        // The first take reads the template's frames and wakes the engine.
        try await avatar.speak(request.speech.speech, settings: settings).write(to: [.video(video)])
        let memoryBefore = PeakMemory.inBytes
        secondsToFirstFrame = try await Self.secondsToFirstFrame(
            avatar.speak(request.speech.speech, settings: settings))
        secondsToFirstPacket = try await Self.secondsToFirstPacket(
            avatar.speak(request.speech.speech, settings: settings), video)
        memoryInBytes = PeakMemory.inBytes.flatMap { after in memoryBefore.map { after - $0 } }
    }

    private static func secondsToFirstFrame(_ take: Take) async throws(FramegenError) -> Double {
        let start = ContinuousClock.now
        var first: Duration?
        for try await _ in take.frames where first == nil { first = start.duration(to: .now) }
        return (first ?? .zero) / .seconds(1)
    }

    private static func secondsToFirstPacket(
        _ take: Take, _ video: VideoOutput
    ) async throws(FramegenError) -> Double {
        let start = ContinuousClock.now
        let sinks = try await take.open([.video(video)])
        try await take.write(to: sinks)
        guard let sink = sinks.first as? VideoFileSink, let instant = await sink.firstPacketInstant else { return 0 }
        return start.duration(to: instant) / .seconds(1)
    }
}

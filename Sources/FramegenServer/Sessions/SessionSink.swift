import FrameGeneration
import Media

/// Encodes a session's frames, and tells of each when it has left the encoder.
struct SessionSink: FrameSink {
    let video: VideoStreamSink
    let frameLeft: @Sendable (LiveMark) async -> Void

    var wantsPictures: Bool { true }

    func write(_ frame: Frame) async throws(FramegenError) {
        try await video.write(frame)
        if let mark = frame.live { await frameLeft(mark) }
    }

    func finish() async throws(FramegenError) { try await video.finish() }

    func abandon() async { await video.abandon() }
}

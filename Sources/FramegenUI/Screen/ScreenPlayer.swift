#if canImport(AVFoundation)
    import AppleMedia
    public import AVFoundation
    import CoreMedia
    import CoreVideo
    public import FrameGeneration

    /// Shows a face on a layer, and plays its sound in time with it.
    @MainActor
    public final class ScreenPlayer: FacePlaying {
        /// How long to wait before it is asked again whether there is room.
        private static let pause = Duration.milliseconds(5)

        /// Where the face is seen.
        public let layer = AVSampleBufferDisplayLayer()
        private let synchronizer = AVSampleBufferRenderSynchronizer()
        private var sound: AVSampleBufferAudioRenderer?
        private var stream: Stream?

        /// What a speech's buffers are made with.
        private struct Stream {
            let pool: CVPixelBufferPool
            let frameRate: FrameRate
            let soundFormat: CMAudioFormatDescription?
            /// Samples of each channel before the first frame's.
            var soundOrigin: Int?
        }

        /// A player that nothing was played with.
        public init() {
            layer.videoGravity = .resizeAspect
            synchronizer.addRenderer(layer.sampleBufferRenderer)
        }

        /// Makes ready for frames of a format; the clock stands at 0.
        ///
        /// - Throws: `FramegenError` with `.internalFailure` when there is no memory.
        public func begin(_ format: TakeFormat) async throws(FramegenError) {
            flush()
            synchronizer.setRate(0, time: .zero)
            let soundFormat =
                if let sound = format.sound { try SampleBuffers.format(of: sound) } else {
                    nil as CMAudioFormatDescription?
                }
            stream = Stream(
                pool: try PixelBuffers.pool(for: format.frameSize), frameRate: format.frameRate,
                soundFormat: soundFormat)
            if soundFormat != nil, sound == nil {
                let renderer = AVSampleBufferAudioRenderer()
                synchronizer.addRenderer(renderer)
                sound = renderer
            }
        }

        /// Takes a frame and its sound.
        ///
        /// - Throws: `FramegenError`: `.internalFailure` when the system refuses them, `.cancelled`.
        public func enqueue(_ frame: Frame, at place: Int) async throws(FramegenError) {
            let planes = try await Self.picture(of: frame)
            guard let stream else { throw FramegenError(.cancelled, "cancelled") }
            let origin = stream.soundOrigin ?? frame.sound?.start ?? 0
            self.stream?.soundOrigin = origin
            let picture = try SampleBuffers.picture(
                try PixelBuffers.buffer(of: planes, from: stream.pool),
                at: SampleBuffers.time(ofFrame: place, at: stream.frameRate),
                duration: SampleBuffers.time(ofFrame: 1, at: stream.frameRate))
            try await waitForRoom(in: layer.sampleBufferRenderer)
            layer.sampleBufferRenderer.enqueue(picture)
            guard let sound, let format = stream.soundFormat, let span = frame.sound, span.sampleCount > 0 else {
                return
            }
            let samples = try SampleBuffers.sound(span, format, origin: origin)
            try await waitForRoom(in: sound)
            sound.enqueue(samples)
        }

        /// Converts outside of the main actor.
        private nonisolated static func picture(of frame: Frame) async throws(FramegenError) -> PlanarPicture {
            try frame.picture ?? AppleMedia.VideoPictureConverter().picture(of: frame.makeImage())
        }

        private func waitForRoom(in renderer: any AVQueuedSampleBufferRendering) async throws(FramegenError) {
            while !renderer.isReadyForMoreMediaData { try await sleep(Self.pause) }
        }

        private func sleep(_ duration: Duration) async throws(FramegenError) {
            do { try await Task.sleep(for: duration) } catch { throw FramegenError(.cancelled, "cancelled") }
        }

        /// Lets the clock run from a time on, in seconds.
        public func play(from seconds: Double) async {
            synchronizer.setRate(1, time: CMTime(seconds: seconds, preferredTimescale: 600_000))
        }

        /// Stops the clock.
        public func pause() async { synchronizer.setRate(0, time: synchronizer.currentTime()) }

        /// What the clock says, in seconds.
        public var seconds: Double { CMTimeGetSeconds(synchronizer.currentTime()) }

        /// Waits until the clock has come to a time.
        ///
        /// - Throws: `FramegenError` with `.cancelled` when the task is cancelled meanwhile.
        public func wait(until seconds: Double) async throws(FramegenError) {
            while case let rest = seconds - self.seconds, rest > 0 {
                try await sleep(.seconds(min(rest, 1)) + .milliseconds(1))
            }
        }

        /// Stops the clock and forgets what was not played; the last picture stays.
        public func flush() {
            synchronizer.setRate(0, time: synchronizer.currentTime())
            layer.sampleBufferRenderer.flush()
            sound?.flush()
        }
    }
#endif

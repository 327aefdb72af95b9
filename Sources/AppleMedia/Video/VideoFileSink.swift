#if canImport(AVFoundation)
    @preconcurrency import AVFoundation
    import CoreMedia
    import CoreVideo
    import Foundation
    public import FrameGeneration
    public import MediaSupport

    /// Writes frames as an MP4 file through AVFoundation: H.264, with the sound that the frames carry as AAC.
    ///
    /// Colours are converted to and tagged as BT.709, limited range, 4:2:0. That has even sizes only: at an odd width
    /// or height the last column or row is repeated.
    ///
    /// The file is written beside its final name, hidden, and appears when it is finished; before the first frame
    /// nothing is written. Memory does not grow with the length.
    public actor VideoFileSink: FrameSink {
        /// Extensions, in lower case, that the file's name may have.
        public static let fileExtensions = ["mp4", "m4v", "mov"]

        /// True.
        public nonisolated var wantsPictures: Bool { true }
        /// What encodes.
        public nonisolated let encoderName = "VideoToolbox"
        /// That presets have no effect here.
        public nonisolated let warning: String? =
            "VideoToolbox encodes at a bit rate instead of a constant rate factor, without presets"
        /// Nil: the encoder chooses.
        public nonisolated let threadCount: Int? = nil
        private let path: String
        private let overwrites: Bool
        private let frameSize: ImageSize
        private let settings: VideoSettings
        private let sound: SoundTrackFormat?
        private let segment: MovieSegment?
        private let converter = VideoPictureConverter()
        /// Makes the pictures smaller; nil where they keep their size.
        private let scaler: PictureScaler?
        private var movie: MovieWriter?
        private var frameCount = 0
        /// Samples of each channel up to the end of the last frame's sound, and those before the first one.
        private var soundEnd: Int?
        private var soundOrigin = 0
        /// Why nothing more can be written; set by the first failure and by the end.
        private var closed: FramegenError?
        private let executor = StageExecutor(name: "encode")

        /// Encoding and writing block, so they run on a thread of their own.
        public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        /// A sink for a video file at `path`.
        ///
        /// - Parameters:
        ///   - path: a name that ends in `.mp4`, `.m4v` or `.mov`; missing folders are made with the first frame.
        ///   - frameSize: of every frame.
        ///   - settings: rate and quality; presets and threads have no effect, and the constant rate factor becomes a
        ///     bit rate.
        ///   - sound: of every frame's sound; nil for a silent video, in which sound that frames carry is left out.
        ///   - segment: which part of a longer video it is, for `VideoJoining`; nil for a whole one. Its file is a `.mov`,
        ///     since it keeps its sound as samples.
        ///   - overwrites: whether a file that is there already may be replaced, which happens only by a whole new one.
        /// - Throws: `FramegenError`: `.invalidRequest` for a value out of range, `.cannotWrite` when `path` is taken.
        public init(
            path: String, frameSize: ImageSize, settings: VideoSettings, sound: SoundTrackFormat? = nil,
            segment: VideoSegment? = nil, overwrites: Bool = false
        ) throws(FramegenError) {
            try Self.check(path, overwrites: overwrites)
            try settings.validate()
            if let sound { try SoundFormat.validate(sound) }
            try segment?.validate()
            if segment != nil, OutputFile.fileExtension(of: path) != MovieSegment.fileExtension {
                throw FramegenError(
                    .invalidRequest,
                    "\(path) is to be segment \(segment?.number ?? 0), expected a name that ends in "
                        + ".\(MovieSegment.fileExtension): a segment keeps its sound as samples")
            }
            guard (2...16_384).contains(frameSize.width), (2...16_384).contains(frameSize.height) else {
                throw FramegenError(.invalidRequest, "frames of \(frameSize), expected 2×2 to 16384×16384 for a video")
            }
            let (wholeSize, size) = (frameSize.roundedUpToEven, settings.pictureSize(ofFrames: frameSize))
            scaler = size == wholeSize ? nil : PictureScaler(from: wholeSize, to: size)
            self.path = path
            self.frameSize = frameSize
            self.settings = settings
            self.sound = sound
            self.segment = segment.map { MovieSegment(segment: $0, frameRate: settings.frameRate, sound: sound) }
            self.overwrites = overwrites
        }

        /// Encodes a frame, and the sound that it carries.
        ///
        /// A frame's picture is taken as it is, if it has one; otherwise its image is converted.
        ///
        /// - Throws: `FramegenError`: `.cannotWrite` naming the file, of which nothing is left then; `.invalidRequest`
        ///   for a frame of another size, or whose sound is missing or does not follow that of the frame before.
        public func write(_ frame: Frame) async throws(FramegenError) {
            if let closed { throw closed }
            do throws(FramegenError) {
                try await add(frame)
            } catch {
                close(error)
                throw error
            }
        }

        /// Completes the file and gives it its name.
        ///
        /// - Throws: `FramegenError` with `.cannotWrite` naming the file, of which nothing is left then.
        public func finish() async throws(FramegenError) {
            if let closed { throw closed }
            do throws(FramegenError) {
                guard let movie else { throw FramegenError(.cannotWrite, "\(path) cannot be a video of no frames") }
                try await movie.finish(at: SampleBuffers.time(ofFrame: frameCount, at: settings.frameRate))
            } catch {
                close(error)
                throw error
            }
            close(FramegenError(.cannotWrite, "\(path) is finished already"))
        }

        /// Removes what was written.
        public func abandon() { close(FramegenError(.cannotWrite, "\(path) was abandoned")) }

        private func add(_ frame: Frame) async throws(FramegenError) {
            guard frame.size == frameSize else {
                throw FramegenError(.invalidRequest, "frame \(frame.index) is \(frame.size), the video is \(frameSize)")
            }
            let span = try span(of: frame)
            let movie = try openMovie()
            let picture = try frame.picture ?? converter.picture(of: frame.makeImage())
            try await movie.add(scaler?.scaled(picture) ?? picture, at: frameCount)
            if let span { try await movie.add(span, origin: soundOrigin) }
            frameCount += 1
        }

        private func span(of frame: Frame) throws(FramegenError) -> SoundSpan? {
            guard let sound else { return nil }
            guard let span = frame.sound else {
                throw FramegenError(.invalidRequest, "frame \(frame.index) has no sound, expected some in \(sound)")
            }
            guard span.format == sound, span.start == soundEnd ?? span.start else {
                throw FramegenError(
                    .invalidRequest,
                    "sound of \(span.format) from sample \(span.start) on, expected \(sound) from \(soundEnd ?? 0) on")
            }
            try segment?.segment.check(span, ofFrame: frameCount, at: settings.frameRate)
            if soundEnd == nil { soundOrigin = span.start }
            soundEnd = span.end
            return span
        }

        private func openMovie() throws(FramegenError) -> MovieWriter {
            if let movie { return movie }
            let opened = try MovieWriter(
                path, .encoded(settings.pictureSize(ofFrames: frameSize), settings), at: settings.frameRate, sound,
                segment: segment, overwrites: overwrites)
            movie = opened
            return opened
        }

        /// The writer removes its file, unless that is finished, when it goes.
        private func close(_ reason: FramegenError) {
            closed = closed ?? reason
            movie = nil
        }

        package static func check(_ path: String, overwrites: Bool) throws(FramegenError) {
            try OutputFile.check(path, contents: "a video", extensions: fileExtensions, overwrites: overwrites)
        }
    }
#endif

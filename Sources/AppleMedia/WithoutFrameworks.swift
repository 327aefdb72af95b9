// Where there are neither Apple's frameworks nor FFmpeg: the same names, so that what is put together of them builds
// anywhere, and one error that says what is missing.
#if !canImport(AVFoundation)
    public import FrameGeneration
    public import MediaSupport

    extension ImageFileDecoder {
        /// Reads the sizes of images and nothing else.
        public init() { self.init(codec: MissingCodec()) }
    }

    private struct MissingCodec: ImageCodec {
        func decodeJPEG(_ file: [UInt8]) throws(ImageFault) -> PixelImage { throw ImageFault(Missing.reason) }

        func decodePNG(_ file: [UInt8]) throws(ImageFault) -> PixelImage { throw ImageFault(Missing.reason) }
    }

    /// Writes nothing.
    public struct PNGEncoder: ImageEncoding {
        /// An encoder that fails.
        public init() {}

        /// Always `png`.
        public var fileExtension: String { "png" }

        /// - Throws: `FramegenError` with `.notFound`.
        public func encode(_ image: PixelImage) throws(FramegenError) -> [UInt8] {
            throw Missing.error("an image of \(image.size)")
        }
    }

    /// Writes nothing.
    public struct JPEGEncoder: ImageEncoding {
        /// An encoder that fails.
        public init(quality: Int = 95) {}

        /// Always `jpg`.
        public var fileExtension: String { "jpg" }

        /// - Throws: `FramegenError` with `.notFound`.
        public func encode(_ image: PixelImage) throws(FramegenError) -> [UInt8] {
            throw Missing.error("an image of \(image.size)")
        }
    }

    private enum Missing {
        static let reason =
            "framegen was built without FFmpeg's libraries, and the frameworks of Apple's systems are not here"

        static func error(_ what: String) -> FramegenError {
            FramegenError(.notFound, "\(what) cannot be used: \(reason)")
        }
    }

    /// Reads nothing.
    public struct SoundFile: SoundSource, SampleSource {
        /// The path.
        public var name: String
        /// Of a sound that is never there.
        public var trackFormat: SoundTrackFormat
        /// Nil.
        public var expectedSpeechSampleCount: Int? { nil }

        /// - Throws: `FramegenError` with `.notFound`.
        public init(
            path: String, stream: Int? = nil, makes uses: SoundUses = [.speech, .track]
        ) throws(FramegenError) {
            throw Missing.error(path)
        }

        /// Nil.
        public func nextPiece() throws(FramegenError) -> SoundPiece? { nil }
    }

    /// Writes nothing.
    public struct VideoFileSink: FrameSink {
        /// Extensions, in lower case, that the file's name may have.
        public static let fileExtensions = ["mp4", "m4v", "mov"]

        /// - Throws: `FramegenError` with `.notFound`.
        public init(
            path: String, frameSize: ImageSize, settings: VideoSettings, sound: SoundTrackFormat? = nil,
            segment: VideoSegment? = nil, overwrites: Bool = false
        ) throws(FramegenError) {
            throw Missing.error(path)
        }

        /// Does nothing.
        public func write(_ frame: Frame) {}

        /// Does nothing.
        public func finish() {}

        /// Does nothing.
        public func abandon() {}

        package static func check(_ path: String, overwrites: Bool) throws(FramegenError) { throw Missing.error(path) }
    }

    extension VideoJoining {
        /// - Throws: `FramegenError` with `.notFound`.
        public static func join(
            _ paths: [String], to path: String, overwrites: Bool = false
        ) throws(FramegenError) -> Summary { throw Missing.error(path) }
    }
#endif

#if canImport(AVFoundation)
    @preconcurrency import AVFoundation
    import Dispatch
    import Foundation
    public import FrameGeneration
    import MediaSupport

    /// The sound of a file, decoded once by AVFoundation: as the audio features are made of it and as a video carries
    /// it.
    ///
    /// Any file that AVFoundation reads will do: WAV, MP3, M4A, FLAC and so on, or a video with sound. For features,
    /// channels are averaged; other rates are resampled. Sound lies where the file's time stamps say: of what is
    /// missing, some tens of milliseconds are left out, and more becomes silence.
    public actor SoundFile: SoundSource, SampleSource {
        /// Samples of speech a second.
        public static let sampleRate = SoundFormat.speech.sampleRate

        /// The path.
        public nonisolated let name: String
        /// The file's rate where AAC knows it, else 48,000, and one or two channels.
        public nonisolated let trackFormat: SoundTrackFormat
        /// By the duration that the file states, which may be wrong; nil where it states none.
        public nonisolated let expectedSpeechSampleCount: Int?
        private let reader: SoundReader
        private var forms: SoundForms<SwiftSoundConverter>
        private var check: SoundCheck
        private var isAtEnd = false
        private let executor = StageExecutor(name: "sound")

        /// Reading blocks, so it runs on a thread of its own.
        public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        /// Opens a file and decodes its beginning; blocks meanwhile.
        ///
        /// - Parameters:
        ///   - path: any file that AVFoundation can read.
        ///   - stream: which of its sound tracks, counted from 0; nil for the first one, of which a warning tells where
        ///     there are several.
        ///   - uses: the forms that pieces hold; the other one is not made.
        /// - Throws: `FramegenError` naming `path`: `.notFound` if it is not a file that can be read, `.invalidData` if
        ///   it has no sound or none that can be decoded, `.invalidRequest` if it has no such track.
        public init(
            path: String, stream: Int? = nil, makes uses: SoundUses = [.speech, .track]
        ) throws(FramegenError) {
            try Self.checkKind(path)
            let reader = try SoundReader(path, stream)
            guard let piece = try reader.next() else { throw FramegenError(.invalidData, "\(path) has no sound") }
            trackFormat = SoundFormat.trackFormat(sampleRate: piece.sampleRate, channelCount: piece.channelCount)
            forms = SoundForms(uses, trackFormat: trackFormat) { SwiftSoundConverter(to: $0) }
            check = SoundCheck(path, uses)
            name = path
            expectedSpeechSampleCount = reader.seconds.flatMap {
                Int(exactly: ($0 * Double(Self.sampleRate)).rounded())
            }
            if let warning = reader.warning { check.note(warning) }
            try Self.make(&forms, &check, of: piece, path)
            self.reader = reader
        }

        /// Checks that a file is sound or video, by its beginning alone.
        ///
        /// - Throws: `FramegenError` naming `path`: `.notFound` if it is not a file that can be read, `.invalidData`
        ///   that says what it is otherwise.
        public static func checkKind(_ path: String) throws(FramegenError) {
            let file = try RegularFile(path)
            let start = try file.bytes(in: 0..<min(file.byteCount, FileContent.startByteCount))
            // What no signature tells may be sound all the same: AVFoundation says.
            guard let content = FileContent(startingWith: start), content.role != .sound else { return }
            throw FramegenError(.invalidData, "\(path) is not a sound or video file: it is \(content.name)")
        }

        /// The next at most half a second; nil after the last piece.
        ///
        /// - Throws: `FramegenError` naming the file when it cannot be decoded, or its time stamps jump by more than a
        ///   minute.
        public func nextPiece() throws(FramegenError) -> SoundPiece? {
            while true {
                if let piece = forms.next() {
                    check.look(atTrack: piece.track, channelCount: trackFormat.channelCount)
                    return piece
                }
                guard !isAtEnd else { return nil }
                let piece = try reader.next()
                isAtEnd = piece == nil
                try Self.make(&forms, &check, of: piece, name)
            }
        }

        /// What there is to know of the choice of a track, of samples that are no sound or far too large, and of
        /// channels that cancel each other.
        public func newWarnings(isOver: Bool) -> [String] { check.newWarnings(isOver: isOver) }

        /// Converts a piece, or after the last one what the filters still hold.
        private static func make(
            _ forms: inout SoundForms<SwiftSoundConverter>, _ check: inout SoundCheck, of piece: SoundReader.Piece?,
            _ path: String
        ) throws(FramegenError) {
            if let piece {
                check.look(
                    at: piece.samples, channelCount: piece.channelCount, from: piece.start, sampleRate: piece.sampleRate
                )
            }
            do throws(SoundFormatError) {
                try forms.make { converter throws(SoundFormatError) in
                    guard let piece else { return converter.finish() }
                    return try converter.convert(
                        piece.samples, sampleRate: piece.sampleRate, channelCount: piece.channelCount)
                }
            } catch {
                throw FramegenError(.invalidData, "\(path) \(error.reason)")
            }
        }
    }

    /// Takes the samples of one of a file's sound tracks.
    private final class SoundReader {
        struct Piece {
            var samples: [Float]
            var sampleRate: Int
            var channelCount: Int
            /// Seconds of sound before it.
            var start: Double
        }

        /// How long the file says that it is.
        let seconds: Double?
        /// What the user should know of the choice of a track.
        let warning: String?
        private let path: String
        private let reader: AVAssetReader
        private let output: AVAssetReaderTrackOutput
        private var placed: PlacedSamples

        init(_ path: String, _ stream: Int?) throws(FramegenError) {
            let asset = AVURLAsset(url: URL(filePath: path))
            let found = try Self.load(asset, path)
            guard !found.tracks.isEmpty else { throw FramegenError(.invalidData, "\(path) has no sound") }
            let index = stream ?? 0
            guard found.tracks.indices.contains(index) else {
                throw FramegenError(
                    .invalidRequest,
                    "\(path) has no sound stream \(index), expected one of 0 to \(found.tracks.count - 1)")
            }
            warning =
                stream == nil && found.tracks.count > 1
                ? "\(path) has \(found.tracks.count) sound streams: stream 0 is taken, as no other one is asked for"
                : nil
            seconds = found.seconds
            self.path = path
            placed = PlacedSamples(name: path)
            output = AVAssetReaderTrackOutput(track: found.tracks[index], outputSettings: SampleBuffers.settings)
            output.alwaysCopiesSampleData = false
            do { reader = try AVAssetReader(asset: asset) } catch { throw Self.damaged(path, error) }
            guard reader.canAdd(output) else { throw Self.damaged(path, nil) }
            reader.add(output)
            guard reader.startReading() else { throw Self.damaged(path, reader.error) }
        }

        /// The next piece; nil after the last one.
        func next() throws(FramegenError) -> Piece? {
            while let buffer = output.copyNextSampleBuffer() {
                guard let description = CMSampleBufferGetFormatDescription(buffer),
                    let format = CMAudioFormatDescriptionGetStreamBasicDescription(description)?.pointee
                else { continue }
                let (sampleRate, channelCount) = (Int(format.mSampleRate), Int(format.mChannelsPerFrame))
                var samples = try SampleBuffers.samples(of: buffer, path)
                guard sampleRate > 0, channelCount > 0, !samples.isEmpty else { continue }
                let stamp = CMTimeGetSeconds(CMSampleBufferGetPresentationTimeStamp(buffer))
                let start = placed.end
                samples = try placed.place(samples, at: stamp, sampleRate: sampleRate, channelCount: channelCount)
                guard !samples.isEmpty else { continue }
                return Piece(samples: samples, sampleRate: sampleRate, channelCount: channelCount, start: start)
            }
            guard reader.status != .failed else { throw Self.damaged(path, reader.error) }
            return nil
        }

        /// Unchecked, as tracks may not be sendable: only who waits for it uses it.
        private struct Found: @unchecked Sendable {
            let tracks: [AVAssetTrack]
            let seconds: Double?
        }

        /// Waits for what the asset says only asynchronously; the caller is on a thread that may block.
        private static func load(_ asset: AVURLAsset, _ path: String) throws(FramegenError) -> Found {
            let found = AwaitedResult<Found>()
            Task.detached {
                do {
                    let tracks = try await asset.loadTracks(withMediaType: .audio)
                    let seconds = CMTimeGetSeconds(try await asset.load(.duration))
                    found.finish(
                        .success(Found(tracks: tracks, seconds: seconds.isFinite && seconds > 0 ? seconds : nil)))
                } catch {
                    found.finish(.failure(damaged(path, error)))
                }
            }
            return try found.value()
        }

        private static func damaged(_ path: String, _ error: (any Error)?) -> FramegenError {
            if let error = error as? FramegenError { return error }
            let reason = error?.localizedDescription ?? "AVFoundation gives no reason"
            return FramegenError(.invalidData, "\(path) is damaged: \(reason)", cause: error)
        }
    }
#endif

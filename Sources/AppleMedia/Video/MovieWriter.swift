#if canImport(AVFoundation)
    @preconcurrency import AVFoundation
    import CoreMedia
    import CoreVideo
    import Foundation
    import FrameGeneration
    import MediaSupport

    /// Writes a movie beside its final name; it appears there when it is whole, and is removed otherwise.
    final class MovieWriter {
        /// Where its pictures come from.
        enum Pictures {
            /// They are encoded, in a size that is even.
            case encoded(ImageSize, VideoSettings)
            /// They are encoded already, in a format.
            case copied(CMFormatDescription)
        }

        /// Bits a second of one channel and of two.
        private static let soundBitRates = [128_000, 192_000]
        /// Rates at which AVFoundation encodes AAC, samples a second; it ends the program at any other.
        private static let soundRates = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000]
        /// How long to wait before it is asked again whether there is room.
        private static let pause = Duration.milliseconds(2)

        private let path: String
        private let file: PartialFile
        /// AVFoundation makes its file itself, and takes no name that there is.
        private let moviePath: String
        private let writer: AVAssetWriter
        private let pictures: AVAssetWriterInput
        private let frameRate: FrameRate
        /// Nil where pictures are copied.
        private let encoding: (adaptor: AVAssetWriterInputPixelBufferAdaptor, pool: CVPixelBufferPool)?
        private let sound: (input: AVAssetWriterInput, format: CMAudioFormatDescription)?
        private var isFinished = false

        /// - Parameters:
        ///   - path: its final name.
        ///   - pictures: where they come from.
        ///   - frameRate: of them.
        ///   - sound: what it is encoded from; nil for none.
        ///   - segment: what the movie is of a longer one, whose sound is kept as it is; nil for a whole one.
        ///   - overwrites: whether a file of the name may be replaced.
        /// - Throws: `FramegenError`: `.cannotWrite` when the name is taken or cannot be written, `.invalidRequest` for
        ///   what AVFoundation does not encode.
        init(
            _ path: String, _ pictures: Pictures, at frameRate: FrameRate, _ sound: SoundTrackFormat?,
            segment: MovieSegment? = nil, overwrites: Bool
        ) throws(FramegenError) {
            self.path = path
            file = try PartialFile(path, overwrites: overwrites, makesFolder: true)
            moviePath = "\(file.partialPath).movie"
            // Of a process that was killed; who holds the partial file holds this one too.
            unlink(moviePath)
            do {
                writer = try AVAssetWriter(
                    url: URL(filePath: moviePath), fileType: OutputFile.fileExtension(of: path) == "mov" ? .mov : .mp4)
            } catch {
                throw FramegenError(
                    .cannotWrite, "\(path) cannot be written: \(error.localizedDescription)", cause: error)
            }
            // With the index in front, players can start before they have the whole file.
            writer.shouldOptimizeForNetworkUse = true
            if let segment { writer.metadata = [Self.comment(try segment.comment())] }
            switch pictures {
            case .encoded(let size, let settings):
                let input = AVAssetWriterInput(
                    mediaType: .video, outputSettings: Self.settings(size, settings, joinsOthers: segment != nil))
                encoding = (
                    AVAssetWriterInputPixelBufferAdaptor(
                        assetWriterInput: input, sourcePixelBufferAttributes: PixelBuffers.attributes(of: size)),
                    try PixelBuffers.pool(for: size)
                )
                self.pictures = input
            case .copied(let format):
                encoding = nil
                self.pictures = AVAssetWriterInput(mediaType: .video, outputSettings: nil, sourceFormatHint: format)
            }
            self.pictures.expectsMediaDataInRealTime = false
            self.pictures.mediaTimeScale = CMTimeScale(frameRate.numerator)
            self.frameRate = frameRate
            if let sound {
                let settings = segment == nil ? Self.encodedSettings(sound) : Self.plainSettings(sound)
                guard writer.canApply(outputSettings: settings, forMediaType: .audio) else {
                    throw FramegenError(
                        .invalidRequest,
                        "AVFoundation cannot write sound of \(sound.sampleRate) samples a second to \(path)")
                }
                let input = AVAssetWriterInput(mediaType: .audio, outputSettings: settings)
                input.expectsMediaDataInRealTime = false
                self.sound = (input, try SampleBuffers.format(of: sound))
            } else {
                self.sound = nil
            }
            for input in [self.pictures, self.sound?.input].compactMap({ $0 }) {
                guard writer.canAdd(input) else {
                    throw FramegenError(.invalidRequest, "AVFoundation cannot write such a video to \(path)")
                }
                writer.add(input)
            }
            guard writer.startWriting() else { throw failure() }
            writer.startSession(atSourceTime: .zero)
        }

        private static func settings(
            _ size: ImageSize, _ settings: VideoSettings, joinsOthers: Bool
        ) -> [String: Any] {
            var compression: [String: Any] = [
                AVVideoAverageBitRateKey: settings.bitRate(ofPictures: size),
                AVVideoProfileLevelKey: AVVideoProfileLevelH264HighAutoLevel,
                // Without it each picture is decoded when it is shown, also where one segment ends and the next begins.
                AVVideoAllowFrameReorderingKey: !settings.lowDelay && !joinsOthers,
                AVVideoExpectedSourceFrameRateKey: Double(settings.frameRate.numerator)
                    / Double(settings.frameRate.denominator),
            ]
            if let interval = settings.keyFrameInterval { compression[AVVideoMaxKeyFrameIntervalKey] = interval }
            let colours: [String: Any] = [
                AVVideoColorPrimariesKey: AVVideoColorPrimaries_ITU_R_709_2,
                AVVideoTransferFunctionKey: AVVideoTransferFunction_ITU_R_709_2,
                AVVideoYCbCrMatrixKey: AVVideoYCbCrMatrix_ITU_R_709_2,
            ]
            return [
                AVVideoCodecKey: AVVideoCodecType.h264, AVVideoWidthKey: size.width, AVVideoHeightKey: size.height,
                AVVideoColorPropertiesKey: colours, AVVideoCompressionPropertiesKey: compression,
            ]
        }

        /// Of sound as AAC.
        private static func encodedSettings(_ sound: SoundTrackFormat) -> [String: Any] {
            var settings: [String: Any] = [
                AVFormatIDKey: kAudioFormatMPEG4AAC,
                // AVFoundation resamples what is not of that rate.
                AVSampleRateKey: soundRates.contains(sound.sampleRate) ? sound.sampleRate : 48_000,
                AVNumberOfChannelsKey: sound.channelCount,
            ]
            // At lower rates the encoder takes no such number, and finds its own where none is asked for.
            if sound.sampleRate >= 44_100 { settings[AVEncoderBitRateKey] = soundBitRates[sound.channelCount - 1] }
            return settings
        }

        /// Of sound as it is.
        private static func plainSettings(_ sound: SoundTrackFormat) -> [String: Any] {
            SampleBuffers.settings.merging(
                [AVSampleRateKey: sound.sampleRate, AVNumberOfChannelsKey: sound.channelCount],
                uniquingKeysWith: { $1 })
        }

        private static func comment(_ text: String) -> AVMetadataItem {
            let item = AVMutableMetadataItem()
            item.identifier = .quickTimeMetadataComment
            item.dataType = kCMMetadataBaseDataType_UTF8 as String
            item.value = text as NSString
            return item
        }

        deinit {
            guard !isFinished else { return }
            if writer.status == .writing { writer.cancelWriting() }
            unlink(moviePath)
        }

        /// Encodes a picture, to be shown in the time of a frame.
        nonisolated(nonsending) func add(_ picture: PlanarPicture, at frame: Int) async throws(FramegenError) {
            guard let encoding else { return }
            try await waitForRoom(in: pictures)
            let buffer = try PixelBuffers.buffer(of: picture, from: encoding.pool)
            let time = SampleBuffers.time(ofFrame: frame, at: frameRate)
            guard encoding.adaptor.append(buffer, withPresentationTime: time) else { throw failure() }
        }

        /// Copies a picture that is encoded already.
        nonisolated(nonsending) func add(_ picture: CMSampleBuffer, at frame: Int) async throws(FramegenError) {
            try await waitForRoom(in: pictures)
            guard pictures.append(try SampleBuffers.copy(picture, toFrame: frame, at: frameRate)) else {
                throw failure()
            }
        }

        /// `origin` is the sample at which the video begins.
        nonisolated(nonsending) func add(_ span: SoundSpan, origin: Int) async throws(FramegenError) {
            guard let sound, span.sampleCount > 0 else { return }
            try await waitForRoom(in: sound.input)
            guard sound.input.append(try SampleBuffers.sound(span, sound.format, origin: origin)) else {
                throw failure()
            }
        }

        /// Completes the file, whose pictures last until `end`, and gives it its name.
        nonisolated(nonsending) func finish(at end: CMTime) async throws(FramegenError) {
            pictures.markAsFinished()
            sound?.input.markAsFinished()
            writer.endSession(atSourceTime: end)
            // Not the asynchronous form: the writer stays here.
            await withCheckedContinuation { continuation in
                writer.finishWriting { continuation.resume() }
            }
            guard writer.status == .completed else { throw failure() }
            try file.finish(with: moviePath)
            isFinished = true
        }

        private nonisolated(nonsending) func waitForRoom(in input: AVAssetWriterInput) async throws(FramegenError) {
            while !input.isReadyForMoreMediaData {
                guard writer.status == .writing else { throw failure() }
                do { try await Task.sleep(for: Self.pause) } catch { throw FramegenError(.cancelled, "cancelled") }
            }
        }

        private func failure() -> FramegenError {
            let reason = writer.error?.localizedDescription ?? "AVFoundation gives no reason"
            return FramegenError(.cannotWrite, "\(path) cannot be written: \(reason)", cause: writer.error)
        }
    }
#endif

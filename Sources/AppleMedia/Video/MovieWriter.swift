#if canImport(AVFoundation)
    @preconcurrency import AVFoundation
    import CoreMedia
    import CoreVideo
    import Foundation
    import FrameGeneration
    import MediaSupport

    /// Writes a movie beside its final name; it appears there when it is whole, and is removed otherwise.
    final class MovieWriter {
        /// Bits a second of one channel and of two.
        private static let soundBitRates = [128_000, 192_000]
        /// How long to wait before it is asked again whether there is room.
        private static let pause = Duration.milliseconds(2)

        private let path: String
        private let file: PartialFile
        /// AVFoundation makes its file itself, and takes no name that there is.
        private let moviePath: String
        private let writer: AVAssetWriter
        private let pictures: AVAssetWriterInput
        private let adaptor: AVAssetWriterInputPixelBufferAdaptor
        private let pool: CVPixelBufferPool
        private let sound: (input: AVAssetWriterInput, format: CMAudioFormatDescription)?
        private var isFinished = false

        init(
            _ path: String, _ frameSize: ImageSize, _ settings: VideoSettings, _ sound: SoundTrackFormat?,
            overwrites: Bool
        ) throws(FramegenError) {
            if case let folder = Folder.parent(of: path), !folder.isEmpty { try Folder.make(folder) }
            self.path = path
            file = try PartialFile(path, overwrites: overwrites)
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
            let size = frameSize.roundedUpToEven
            var compression: [String: Any] = [
                AVVideoAverageBitRateKey: settings.bitRate(ofPictures: size),
                AVVideoProfileLevelKey: AVVideoProfileLevelH264HighAutoLevel,
                AVVideoAllowFrameReorderingKey: !settings.lowDelay,
                AVVideoExpectedSourceFrameRateKey: Double(settings.frameRate.numerator)
                    / Double(settings.frameRate.denominator),
            ]
            if let interval = settings.keyFrameInterval { compression[AVVideoMaxKeyFrameIntervalKey] = interval }
            let colours: [String: Any] = [
                AVVideoColorPrimariesKey: AVVideoColorPrimaries_ITU_R_709_2,
                AVVideoTransferFunctionKey: AVVideoTransferFunction_ITU_R_709_2,
                AVVideoYCbCrMatrixKey: AVVideoYCbCrMatrix_ITU_R_709_2,
            ]
            pictures = AVAssetWriterInput(
                mediaType: .video,
                outputSettings: [
                    AVVideoCodecKey: AVVideoCodecType.h264, AVVideoWidthKey: size.width, AVVideoHeightKey: size.height,
                    AVVideoColorPropertiesKey: colours, AVVideoCompressionPropertiesKey: compression,
                ])
            pictures.expectsMediaDataInRealTime = false
            pictures.mediaTimeScale = CMTimeScale(settings.frameRate.numerator)
            adaptor = AVAssetWriterInputPixelBufferAdaptor(
                assetWriterInput: pictures, sourcePixelBufferAttributes: PixelBuffers.attributes(of: size))
            pool = try PixelBuffers.pool(for: size)
            if let sound {
                let input = AVAssetWriterInput(
                    mediaType: .audio,
                    outputSettings: [
                        AVFormatIDKey: kAudioFormatMPEG4AAC, AVSampleRateKey: sound.sampleRate,
                        AVNumberOfChannelsKey: sound.channelCount,
                        AVEncoderBitRateKey: Self.soundBitRates[sound.channelCount - 1],
                    ])
                input.expectsMediaDataInRealTime = false
                self.sound = (input, try SampleBuffers.format(of: sound))
            } else {
                self.sound = nil
            }
            for input in [pictures, self.sound?.input].compactMap({ $0 }) {
                guard writer.canAdd(input) else {
                    throw FramegenError(.invalidRequest, "AVFoundation cannot write such a video to \(path)")
                }
                writer.add(input)
            }
            guard writer.startWriting() else { throw failure() }
            writer.startSession(atSourceTime: .zero)
        }

        deinit {
            guard !isFinished else { return }
            if writer.status == .writing { writer.cancelWriting() }
            unlink(moviePath)
        }

        nonisolated(nonsending) func add(_ picture: PlanarPicture, at time: CMTime) async throws(FramegenError) {
            try await waitForRoom(in: pictures)
            let buffer = try PixelBuffers.buffer(of: picture, from: pool)
            guard adaptor.append(buffer, withPresentationTime: time) else { throw failure() }
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

#if canImport(AVFoundation)
    @preconcurrency import AVFoundation
    import CoreMedia
    import Foundation
    import FrameGeneration
    import MediaSupport

    /// A movie that is a segment, before its frames are read.
    struct SegmentMovie {
        let path: String
        let mark: MovieSegment
        /// How its pictures are encoded.
        let format: CMFormatDescription
        fileprivate let asset: AVURLAsset
        fileprivate let pictures: AVAssetTrack
        fileprivate let sound: AVAssetTrack?

        /// - Throws: `FramegenError` naming the file: `.notFound` if it cannot be read, `.invalidData` if it is no segment.
        nonisolated(nonsending) static func open(_ path: String) async throws(FramegenError) -> SegmentMovie {
            _ = try RegularFile(path)
            let asset = AVURLAsset(url: URL(filePath: path))
            do {
                guard let mark = try await mark(of: asset) else {
                    throw FramegenError(
                        .invalidData, "\(path) is not a segment, expected a movie that was written as one")
                }
                let sound = try await asset.loadTracks(withMediaType: .audio).first
                guard let pictures = try await asset.loadTracks(withMediaType: .video).first,
                    let format = try await pictures.load(.formatDescriptions).first, mark.sound == nil || sound != nil
                else { throw FramegenError(.invalidData, "\(path) is damaged: it lacks its pictures or its sound") }
                return SegmentMovie(
                    path: path, mark: mark, format: format, asset: asset, pictures: pictures,
                    sound: mark.sound == nil ? nil : sound)
            } catch {
                if let error = error as? FramegenError { throw error }
                throw FramegenError(
                    .invalidData, "\(path) is damaged: \(error.localizedDescription.onOneLine)", cause: error)
            }
        }

        private nonisolated(nonsending) static func mark(of asset: AVURLAsset) async throws -> MovieSegment? {
            for item in try await asset.load(.metadata) where item.identifier == .quickTimeMetadataComment {
                if let text = try await item.load(.stringValue), let mark = MovieSegment(comment: text) { return mark }
            }
            return nil
        }

        /// Checks that the movie can come behind another.
        ///
        /// - Throws: `FramegenError` with `.invalidData` naming the movie, and what differs.
        func check(follows before: SegmentMovie, endingAt end: Int) throws(FramegenError) {
            try mark.check(path, follows: before.mark, endingAt: end)
            guard Self.parameterSets(of: format) == Self.parameterSets(of: before.format) else {
                throw FramegenError(
                    .invalidData, "\(path) was encoded with other settings than \(before.path), expected the same")
            }
        }

        /// What a decoder of H.264 is told before the first picture: sizes and settings.
        private static func parameterSets(of format: CMFormatDescription) -> [[UInt8]] {
            var count = 0
            CMVideoFormatDescriptionGetH264ParameterSetAtIndex(
                format, parameterSetIndex: 0, parameterSetPointerOut: nil, parameterSetSizeOut: nil,
                parameterSetCountOut: &count, nalUnitHeaderLengthOut: nil)
            return (0..<count).map { index in
                var (start, size): (UnsafePointer<UInt8>?, Int) = (nil, 0)
                CMVideoFormatDescriptionGetH264ParameterSetAtIndex(
                    format, parameterSetIndex: index, parameterSetPointerOut: &start, parameterSetSizeOut: &size,
                    parameterSetCountOut: nil, nalUnitHeaderLengthOut: nil)
                return Array(UnsafeBufferPointer(start: start, count: size))
            }
        }
    }

    /// Reads the frames of a segment's movie.
    final class SegmentReader {
        private let movie: SegmentMovie
        private let reader: AVAssetReader
        private let pictures: AVAssetReaderTrackOutput
        private let sound: AVAssetReaderTrackOutput?
        /// What was read of the sound and not given out, and how many samples of each channel were given out.
        private var samples: [Float] = []
        private var sampleCount = 0

        init(_ movie: SegmentMovie) throws(FramegenError) {
            self.movie = movie
            // As they are stored.
            pictures = AVAssetReaderTrackOutput(track: movie.pictures, outputSettings: nil)
            sound = movie.sound.map {
                AVAssetReaderTrackOutput(track: $0, outputSettings: SampleBuffers.settings)
            }
            do { reader = try AVAssetReader(asset: movie.asset) } catch { throw Self.damaged(movie, error) }
            for output in [pictures, sound].compactMap({ $0 }) {
                output.alwaysCopiesSampleData = false
                guard reader.canAdd(output) else { throw Self.damaged(movie, nil) }
                reader.add(output)
            }
            guard reader.startReading() else { throw Self.damaged(movie, reader.error) }
        }

        /// The next picture, encoded; nil after the last one.
        func nextPicture() throws(FramegenError) -> CMSampleBuffer? {
            while let buffer = pictures.copyNextSampleBuffer() {
                // Some say something of the stream and hold no picture.
                switch CMSampleBufferGetNumSamples(buffer) {
                case 0: continue
                case 1: return buffer
                case let count:
                    throw FramegenError(.invalidData, "\(movie.path) is damaged: \(count) pictures lie together")
                }
            }
            guard reader.status != .failed else { throw Self.damaged(movie, reader.error) }
            return nil
        }

        /// The next `count` samples of each channel.
        func nextSound(_ count: Int, in format: SoundTrackFormat) throws(FramegenError) -> [Float] {
            let length = count * format.channelCount
            while samples.count < length, let buffer = sound?.copyNextSampleBuffer() {
                samples += try SampleBuffers.samples(of: buffer, movie.path)
            }
            guard samples.count >= length else {
                if reader.status == .failed { throw Self.damaged(movie, reader.error) }
                let end = sampleCount + samples.count / format.channelCount
                throw FramegenError(
                    .invalidData,
                    "\(movie.path) is damaged: it has \(end) samples of sound, expected \(sampleCount + count)")
            }
            sampleCount += count
            defer { samples.removeFirst(length) }
            return Array(samples.prefix(length))
        }

        private static func damaged(_ movie: SegmentMovie, _ error: (any Error)?) -> FramegenError {
            let reason = error?.localizedDescription.onOneLine ?? "AVFoundation gives no reason"
            return FramegenError(.invalidData, "\(movie.path) is damaged: \(reason)", cause: error)
        }
    }
#endif

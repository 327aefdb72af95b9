#if canImport(AVFoundation)
    @preconcurrency import AVFoundation
    import CoreMedia
    public import FrameGeneration
    public import MediaSupport

    extension VideoJoining {
        /// Joins the segments of a video: all its pictures as they are, and its sound, which is encoded now.
        ///
        /// Blocks while it works, on a thread that may block.
        ///
        /// - Parameters:
        ///   - paths: the files of all segments, in any order, each written by this `VideoFileSink` with its
        ///     `VideoSegment`.
        ///   - path: the whole video's name, which ends in `.mp4`, `.m4v` or `.mov`; missing folders are made. The file
        ///     appears when it is whole.
        ///   - overwrites: whether a file that is there already may be replaced; a segment never is.
        /// - Returns: what was put together.
        /// - Throws: `FramegenError` naming the file and what was expected: `.invalidRequest` for segments that are missing
        ///   or there twice, `.notFound` and `.invalidData` for files that cannot be read or do not fit, `.cannotWrite` for
        ///   the whole video, of which nothing is left then.
        public static func join(
            _ paths: [String], to path: String, overwrites: Bool = false
        ) throws(FramegenError) -> Summary {
            try VideoFileSink.check(path, overwrites: overwrites)
            try check(path, isNoneOf: paths)
            let joined = AwaitedResult<Summary>()
            // What a movie is, AVFoundation says to tasks only.
            Task.detached {
                do throws(FramegenError) {
                    joined.finish(.success(try await joinMovies(paths, to: path, overwrites: overwrites)))
                } catch {
                    joined.finish(.failure(error))
                }
            }
            return try joined.value()
        }

        private nonisolated(nonsending) static func joinMovies(
            _ paths: [String], to path: String, overwrites: Bool
        ) async throws(FramegenError) -> Summary {
            var movies: [SegmentMovie] = []
            for path in paths { movies.append(try await SegmentMovie.open(path)) }
            movies.sort { $0.mark.segment.number < $1.mark.segment.number }
            try checkComplete(movies.map { ($0.path, $0.mark.segment) })
            let first = movies[0]
            let writer = try MovieWriter(
                path, .copied(first.format), at: first.mark.frameRate, first.mark.sound, overwrites: overwrites)
            var frameCount = 0
            for (index, movie) in movies.enumerated() {
                if index > 0 { try movie.check(follows: movies[index - 1], endingAt: frameCount) }
                let reader = try SegmentReader(movie)
                while let picture = try reader.nextPicture() {
                    try await writer.add(picture, at: frameCount)
                    frameCount += 1
                    guard let sound = first.mark.sound else { continue }
                    let (start, end) = (
                        sound.firstSample(ofFrame: frameCount - 1, at: first.mark.frameRate),
                        sound.firstSample(ofFrame: frameCount, at: first.mark.frameRate)
                    )
                    let samples = try reader.nextSound(end - start, in: sound)
                    try await writer.add(SoundSpan(format: sound, start: start, samples: samples), origin: 0)
                }
            }
            try await writer.finish(at: SampleBuffers.time(ofFrame: frameCount, at: first.mark.frameRate))
            let sampleCount = first.mark.sound?.firstSample(ofFrame: frameCount, at: first.mark.frameRate) ?? 0
            return Summary(
                segmentCount: movies.count, frameCount: frameCount, soundPacketCount: (sampleCount + 1023) / 1024)
        }
    }
#endif

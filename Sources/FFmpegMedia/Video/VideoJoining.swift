public import FrameGeneration
import MediaSupport

/// Puts segments of a video, which several machines may have made, together to one, without encoding anything again.
public enum VideoJoining {
    /// What was put together.
    public struct Summary: Sendable, Equatable, Codable {
        /// Segments, which were all.
        public let segmentCount: Int
        /// Frames of the whole video.
        public let frameCount: Int
        /// Packets of sound, of 1024 samples each but the last; 0 for a silent video.
        public let soundPacketCount: Int
    }

    /// Joins the segments of a video: all its pictures, and its sound whole to the sample, with the times that they have
    /// in a video that was made in one.
    ///
    /// - Parameters:
    ///   - paths: the files of all segments, in any order, each written by a `VideoFileSink` with its `VideoSegment`.
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
        guard !paths.contains(where: { FileName.isSame($0, path) }) else {
            throw FramegenError(.invalidRequest, "\(path) is one of the segments, expected another name for the whole")
        }
        var files: [SegmentFile] = []
        for path in paths { files.append(try SegmentFile(path: path)) }
        files.sort { $0.mark.segment.number < $1.mark.segment.number }
        try checkComplete(files)
        for (before, file) in zip(files, files.dropFirst()) { try file.check(follows: before) }

        let streams = [files[0].pictures] + (files.lazy.compactMap(\.sound).first.map { [$0] } ?? [])
        let muxer = try MP4FileMuxer(path: path, streams: streams, overwrites: overwrites)
        let delay = files.map(\.delay).max() ?? 0
        for file in files {
            var copy = SegmentCopy(file, to: muxer, delay: delay)
            try copy.run()
        }
        try muxer.finish()
        let last = files[files.count - 1].mark
        return Summary(
            segmentCount: files.count, frameCount: last.segment.firstFrame + last.frameCount,
            soundPacketCount: last.sound.map { $0.firstPacket + $0.packetCount } ?? 0)
    }

    /// Checks that each segment is there once.
    private static func checkComplete(_ files: [SegmentFile]) throws(FramegenError) {
        guard let first = files.first else {
            throw FramegenError(.invalidRequest, "there are no segments to join, expected all of a video")
        }
        let count = first.mark.segment.count
        for (index, file) in files.enumerated() {
            let segment = file.mark.segment
            guard segment.count == count else {
                throw FramegenError(
                    .invalidRequest,
                    "\(file.path) is one of \(segment.count) segments, expected one of \(count) as \(first.path)")
            }
            if index > 0, files[index - 1].mark.segment.number == segment.number {
                throw FramegenError(
                    .invalidRequest,
                    "\(files[index - 1].path) and \(file.path) are both segment \(segment.number), expected one of them"
                )
            }
            guard segment.number == index + 1 else { throw missing(index + 1, count) }
        }
        guard files.count == count else { throw missing(files.count + 1, count) }
    }

    private static func missing(_ number: Int, _ count: Int) -> FramegenError {
        FramegenError(.invalidRequest, "segment \(number) of \(count) is missing, expected all of them")
    }
}

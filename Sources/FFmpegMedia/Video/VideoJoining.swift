public import FrameGeneration
public import MediaSupport

extension VideoJoining {
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
        try check(path, isNoneOf: paths)
        var files: [SegmentFile] = []
        for path in paths { files.append(try SegmentFile(path: path)) }
        files.sort { $0.mark.segment.number < $1.mark.segment.number }
        try checkComplete(files.map { ($0.path, $0.mark.segment) })
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
}

package import FrameGeneration

/// Puts segments of a video, which several machines may have made, together to one, without encoding its pictures again.
public enum VideoJoining {
    /// What was put together.
    public struct Summary: Sendable, Equatable, Codable {
        /// Segments, which were all.
        public let segmentCount: Int
        /// Frames of the whole video.
        public let frameCount: Int
        /// Packets of sound, of 1024 samples each but the last; 0 for a silent video.
        public let soundPacketCount: Int

        package init(segmentCount: Int, frameCount: Int, soundPacketCount: Int) {
            self.segmentCount = segmentCount
            self.frameCount = frameCount
            self.soundPacketCount = soundPacketCount
        }
    }

    /// Checks that each segment of a video is there once.
    ///
    /// - Parameter files: in the order of their numbers.
    /// - Throws: `FramegenError` with `.invalidRequest` naming those that are missing or there twice.
    package static func checkComplete(_ files: [(path: String, segment: VideoSegment)]) throws(FramegenError) {
        guard let first = files.first else {
            throw FramegenError(.invalidRequest, "there are no segments to join, expected all of a video")
        }
        let count = first.segment.count
        for (index, file) in files.enumerated() {
            guard file.segment.count == count else {
                throw FramegenError(
                    .invalidRequest,
                    "\(file.path) is one of \(file.segment.count) segments, expected one of \(count) as \(first.path)")
            }
            if index > 0, files[index - 1].segment.number == file.segment.number {
                throw FramegenError(
                    .invalidRequest,
                    "\(files[index - 1].path) and \(file.path) are both segment \(file.segment.number), expected one "
                        + "of them")
            }
            guard file.segment.number == index + 1 else { throw missing(index + 1, count) }
        }
        guard files.count == count else { throw missing(files.count + 1, count) }
    }

    private static func missing(_ number: Int, _ count: Int) -> FramegenError {
        FramegenError(.invalidRequest, "segment \(number) of \(count) is missing, expected all of them")
    }

    /// Checks that the whole video is none of its segments.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` naming it.
    package static func check(_ path: String, isNoneOf segments: [String]) throws(FramegenError) {
        guard !segments.contains(where: { FileName.isSame($0, path) }) else {
            throw FramegenError(.invalidRequest, "\(path) is one of the segments, expected another name for the whole")
        }
    }
}

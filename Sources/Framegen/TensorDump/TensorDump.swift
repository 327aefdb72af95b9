import FrameGeneration

extension GenerationRequest {
    /// Every intermediate of some frames as files, for comparison against another implementation.
    public struct TensorDump: Sendable, Codable, Equatable {
        /// The folder; made when it is not there.
        public var path: String
        /// The video frames, counted from 0; in any order, and twice is as good as once.
        public var frames: [Int]
        /// Whether intermediates that are there already may be replaced.
        public var overwrites: Bool

        /// The intermediates of `frames` in the folder at `path`.
        public init(path: String, frames: [Int] = [0], overwrites: Bool = false) {
            self.path = path
            self.frames = frames
            self.overwrites = overwrites
        }

        /// Reads a dump of which all but the path may be left out.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.init(
                path: try container.decode(String.self, forKey: .path),
                frames: try container.decodeIfPresent([Int].self, forKey: .frames) ?? [0],
                overwrites: try container.decodeIfPresent(Bool.self, forKey: .overwrites) ?? false)
        }
    }

    /// What writes the intermediates, if they are asked for.
    ///
    /// - Throws: `FramegenError`: `.invalidRequest` for frames that cannot be, `.cannotWrite` when the folder is taken.
    func openDump() async throws(FramegenError) -> TensorDumpWriter? {
        guard let tensorDump else { return nil }
        guard let first = tensorDump.frames.min(), let last = tensorDump.frames.max() else {
            throw FramegenError(.invalidRequest, "no frames are named to be dumped, expected one or more")
        }
        guard first >= 0 else {
            throw FramegenError(.invalidRequest, "frame \(first) is to be dumped, expected 0 or more")
        }
        if let frameLimit, last >= frameLimit {
            throw FramegenError(
                .invalidRequest, "frame \(last) is to be dumped, expected 0 to \(frameLimit - 1) as the limit says")
        }
        return try await runBlocking { () throws(FramegenError) in try TensorDumpWriter(tensorDump) }
    }

    /// Without the frames that nobody would see.
    var limitedToDump: GenerationRequest {
        guard frameFolder == nil, video == nil, let last = tensorDump?.frames.max() else { return self }
        var request = self
        request.frameLimit = last < .max ? last + 1 : last
        return request
    }
}

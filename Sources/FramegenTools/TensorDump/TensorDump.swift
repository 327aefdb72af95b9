public import FrameGeneration
public import Framegen

/// Every intermediate of some frames as files, for comparison against another implementation.
public struct TensorDump: Sendable, Codable, Hashable {
    /// The folder; made when it is not there.
    public var path: String
    /// The video frames, counted from 0; in any order, and twice is as good as once.
    public var frames = [0]
    /// Whether intermediates that are there already may be replaced.
    public var overwrites = false

    /// The intermediates of the first frame in the folder at `path`, to be changed as needed.
    public init(path: String) { self.path = path }

    /// Reads a dump of which all but the path may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        path = try container.decode(String.self, forKey: .path)
        frames = try container.decode(.frames, default: frames)
        overwrites = try container.decode(.overwrites, default: overwrites)
    }

    /// Where the index of the intermediates will be.
    public var indexPath: String { "\(path)/\(TensorIndex.fileName)" }

    /// What writes the intermediates.
    ///
    /// - Throws: `FramegenError`: `.invalidRequest` for frames that cannot be, `.cannotWrite` when the folder is taken.
    func open(frameLimit: Int?) async throws(FramegenError) -> TensorDumpWriter {
        guard let first = frames.min(), let last = frames.max() else {
            throw FramegenError(.invalidRequest, "no frames are named to be dumped, expected one or more")
        }
        guard first >= 0 else {
            throw FramegenError(.invalidRequest, "frame \(first) is to be dumped, expected 0 or more")
        }
        if let frameLimit, last >= frameLimit {
            throw FramegenError(
                .invalidRequest, "frame \(last) is to be dumped, expected 0 to \(frameLimit - 1) as the limit says")
        }
        return try await runBlocking { () throws(FramegenError) in try TensorDumpWriter(self) }
    }
}

extension GenerationRequest {
    /// Renders as `render` does, and writes the intermediates of the frames that `dump` names.
    ///
    /// Where there is no other output and the take makes the whole speech, no frame after the last of them is made.
    ///
    /// - Parameters:
    ///   - dump: which frames, and where to.
    ///   - report: called for every event, in order, from one task.
    /// - Returns: what was made.
    /// - Throws: as `render`.
    public func render(
        dumping dump: TensorDump, report: @escaping @Sendable (TakeEvent) -> Void = { _ in }
    ) async throws(FramegenError) -> GenerationSummary {
        try await runBlocking { () throws(FramegenError) in try checkApart(dump.path) }
        let writer = try await dump.open(frameLimit: take.frameLimit)
        var request = self
        // Where a segment begins and ends depends on the limit.
        if outputs.isEmpty, take.segment == nil, let last = dump.frames.max() {
            request.take.frameLimit = last < .max ? last + 1 : last
        }
        var hooks = RenderingHooks()
        hooks.tracer = writer
        hooks.beforeFinish = { take, frameCount throws(FramegenError) in
            let warning = try await writer.finish(self, take, frameCount: frameCount)
            if let warning { take.report(.warning(warning)) }
        }
        do throws(FramegenError) {
            return try await request.render(with: hooks, report: report)
        } catch {
            await writer.abandon()
            throw error
        }
    }
}

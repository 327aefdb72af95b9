public import FrameGeneration
import Media

extension GenerationRequest {
    /// Renders the frames into the request's folder.
    ///
    /// - Parameter report: called for every event, in order, from one task.
    /// - Returns: what was made.
    /// - Throws: `FramegenError`; frames written before it stay, each of them whole.
    public func render(
        report: @Sendable (GenerationEvent) -> Void = { _ in }
    ) async throws(FramegenError) -> GenerationSummary {
        let start = ContinuousClock.now
        guard let frameFolder else {
            throw FramegenError(.invalidRequest, "the request says no folder for its frames")
        }
        let sink = try FrameFolderSink(
            path: frameFolder.path, encoder: frameFolder.format.encoder, overwrites: frameFolder.overwrites)
        let generator = try await FrameGenerator(self)
        for warning in generator.warnings { report(.warning(warning)) }
        report(.started(frameCount: generator.frameCount, engine: generator.engineName))

        let times = generator.pipeline.times
        var count = 0
        for try await frame in generator.frames {
            let writeStart = ContinuousClock.now
            try await sink.write(frame)
            times.add(.encode, since: writeStart)
            count += 1
            report(.frameFinished(index: frame.index))
        }
        return GenerationSummary(
            frameCount: count, firstFramePath: sink.path(of: 0), lastFramePath: sink.path(of: max(count - 1, 0)),
            duration: start.duration(to: .now),
            stageTimes: Dictionary(uniqueKeysWithValues: Stage.allCases.map { ($0, times.busy($0)) }))
    }
}

extension FrameFormat {
    var encoder: any ImageEncoding {
        switch self {
        case .png: PNGEncoder()
        case .jpg: JPEGEncoder(quality: 95)
        }
    }
}

public import FrameGeneration
import Media

extension GenerationRequest {
    /// Renders the frames into the request's folder, its video, or both, and writes the intermediates of those it names.
    ///
    /// Where intermediates are all that is wanted, no frame after the last of them is made.
    ///
    /// - Parameter report: called for every event, in order, from one task.
    /// - Returns: what was made.
    /// - Throws: `FramegenError`. Frames written before it stay, each of them whole; of a video nothing is left, and an
    ///   older one stays.
    public func render(
        report: @Sendable (GenerationEvent) -> Void = { _ in }
    ) async throws(FramegenError) -> GenerationSummary {
        try await render(opened: { _, _ in }, report: report)
    }

    /// Says also what does the work, once it is ready and before its first frame.
    func render(
        opened: @Sendable (FrameGenerator, VideoFileSink?) -> Void, report: @Sendable (GenerationEvent) -> Void
    ) async throws(FramegenError) -> GenerationSummary {
        let start = ContinuousClock.now
        guard frameFolder != nil || video != nil || tensorDump != nil else {
            throw FramegenError(
                .invalidRequest, "there is nowhere to write to: expected a folder for frames or tensors, or a video")
        }
        let (frameFolder, video) = (frameFolder, video)
        let dump = try await openDump()
        let folderSink = try await runBlocking { () throws(FramegenError) in
            // Before anything large is opened.
            if let video { try VideoFileSink.check(video.path, overwrites: video.overwrites) }
            return try frameFolder.map { folder throws(FramegenError) in
                try FrameFolderSink(path: folder.path, encoder: folder.format.encoder, overwrites: folder.overwrites)
            }
        }
        let generator = try await FrameGenerator(limitedToDump, tracer: dump)
        let sound = try await openSound(for: generator)
        let videoSink = try await openVideo(for: generator, sound)
        let outputs: [(any FrameSink)?] = [folderSink, videoSink]
        let sinks = outputs.compactMap { $0 }
        for warning in generator.warnings + (videoSink?.warning.map { [$0] } ?? []) { report(.warning(warning)) }
        opened(generator, videoSink)
        report(.started(frameCount: generator.frameCount, engine: generator.engineName))

        let frameCount: Int
        do {
            frameCount = try await Self.write(generator, sound, to: sinks, report: report) {
                count throws(FramegenError) in
                let dumpWarning = try await dump?.finish(self, generator, frameCount: count)
                for warning in [dumpWarning, generator.templateCacheWarning] {
                    if let warning { report(.warning(warning)) }
                }
            }
        } catch {
            await generator.settle()
            await dump?.abandon()
            for sink in sinks { await sink.abandon() }
            throw error
        }
        return GenerationSummary(
            frameCount: frameCount, frameRate: generator.frameRate,
            framePaths: folderSink.map { sink in
                GenerationSummary.ClosedPaths(first: sink.path(of: 0), last: sink.path(of: frameCount - 1))
            },
            videoPath: video?.path, tensorIndexPath: dump?.indexPath, engineName: generator.engineName,
            precision: generator.precision, duration: start.duration(to: .now),
            stageTimes: Dictionary(uniqueKeysWithValues: Stage.allCases.map { ($0, generator.times.busy($0)) }))
    }

    private static func write(
        _ generator: FrameGenerator, _ sound: FrameSounds?, to sinks: [any FrameSink],
        report: @Sendable (GenerationEvent) -> Void,
        beforeFinish: (Int) async throws(FramegenError) -> Void
    ) async throws(FramegenError) -> Int {
        var count = 0
        var idle = ContinuousClock.now
        for try await frame in generator.frames {
            generator.times.add(.encode, .starved, since: idle)
            let start = ContinuousClock.now
            let frame = frame.with(sound: try await sound?.next())
            for sink in sinks { try await sink.write(frame) }
            generator.times.add(.encode, since: start)
            count += 1
            report(.frameFinished(index: frame.index))
            idle = .now
        }
        generator.times.add(.encode, .starved, since: idle)
        try await beforeFinish(count)
        let start = ContinuousClock.now
        for sink in sinks { try await sink.finish() }
        generator.times.add(.encode, since: start)
        return count
    }

    private func openSound(for generator: FrameGenerator) async throws(FramegenError) -> FrameSounds? {
        guard video != nil, let audioPath else { return nil }
        let file = try await runBlocking { () throws(FramegenError) in try SoundFile(path: audioPath, makes: .track) }
        return FrameSounds(of: file, at: generator.frameRate)
    }

    private func openVideo(
        for generator: FrameGenerator, _ sound: FrameSounds?
    ) async throws(FramegenError) -> VideoFileSink? {
        guard let video else { return nil }
        let (frameSize, soundFormat) = (generator.frameSize, sound?.format)
        let settings = VideoSettings(
            frameRate: generator.frameRate, crf: video.constantRateFactor, preset: video.preset,
            threads: video.preset.threadsBesideNetworks(frameSize: frameSize, processorCount: processorCount))
        return try await runBlocking { () throws(FramegenError) in
            try VideoFileSink(
                path: video.path, frameSize: frameSize, settings: settings, sound: soundFormat,
                overwrites: video.overwrites)
        }
    }
}

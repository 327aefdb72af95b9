public import FrameGeneration

extension GenerationRequest {
    /// Loads the avatar and lets it speak into the request's outputs.
    ///
    /// - Parameter report: called for every event, in order, from one task.
    /// - Returns: what was made.
    /// - Throws: `FramegenError`. Frames written before it stay, each of them whole; of a video nothing is left, and an
    ///   older one stays.
    public func render(
        report: @escaping @Sendable (TakeEvent) -> Void = { _ in }
    ) async throws(FramegenError) -> GenerationSummary {
        try await render(with: RenderingHooks(), report: report)
    }

    /// With those who look into the work.
    package func render(
        with hooks: RenderingHooks, report: @escaping @Sendable (TakeEvent) -> Void
    ) async throws(FramegenError) -> GenerationSummary {
        let start = ContinuousClock.now
        guard !outputs.isEmpty || hooks.tracer != nil else {
            throw FramegenError(.invalidRequest, "there is nowhere to write to: expected a video or a folder")
        }
        // Before anything large is opened.
        try await runBlocking { () throws(FramegenError) in try checkOutputs() }
        let resolved = try await resolveSpeech()
        let avatar = try await load(for: resolved)
        return try await render(avatar, saying: resolved.speech, since: start, with: hooks, report: report)
    }

    /// Checks that the outputs are none of the files that are read.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` that names the output at fault.
    package func checkApart() throws(FramegenError) {
        for output in outputs { try checkApart(output.path) }
    }

    /// Checks that what is to be written at `path` is none of the files and folders that are read.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` that names it.
    package func checkApart(_ path: String) throws(FramegenError) {
        let folders = Template.folders.map { "\(source.templatePath)/\($0)" }
        let inputs =
            speech.paths + [source.generator.path, source.audioEncoderPath].compactMap { $0 } + [source.templatePath]
            + folders
        try OutputFile.checkApart(path, from: inputs, andFilesIn: folders)
    }

    /// Checks that the outputs may be written, and are none of the files that are read.
    ///
    /// - Throws: `FramegenError` that names the output at fault.
    package func checkOutputs() throws(FramegenError) {
        try checkApart()
        for (index, output) in outputs.enumerated() {
            try output.check()
            guard !outputs[..<index].contains(where: { FileName.isSame($0.path, output.path) }) else {
                throw FramegenError(
                    .invalidRequest, "\(output.path) is to be written twice, expected a name for each output")
            }
            guard case .video(let video) = output else { continue }
            if let within = outputs.first(where: { $0.path.hasPrefix("\(video.path)/") }) {
                throw FramegenError(
                    .invalidRequest,
                    "\(video.path) is to be a video, and \(within.path) to be written within it: expected another folder"
                )
            }
        }
    }

    /// Lets a loaded avatar speak.
    package func render(
        _ avatar: Avatar, saying speech: Speech? = nil, since start: ContinuousClock.Instant = .now,
        with hooks: RenderingHooks = RenderingHooks(), report: @escaping @Sendable (TakeEvent) -> Void
    ) async throws(FramegenError) -> GenerationSummary {
        let take = avatar.speak(speech ?? self.speech.speech, settings: self.take, tracer: hooks.tracer)
        let (beforeFinish, store) = (hooks.beforeFinish, avatar.store)
        async let events: Void = take.events.forEach(report)
        let result: Result<TakeSummary, FramegenError>
        do throws(FramegenError) {
            let sinks = try await take.open(outputs)
            hooks.opened(take, sinks)
            result = .success(
                try await take.write(to: sinks) { frameCount throws(FramegenError) in
                    try await beforeFinish(take, frameCount)
                    if let warning = store?.warning { take.report(.warning(warning)) }
                })
        } catch {
            // Ends the events, where writing has not begun.
            await take.cancel()
            result = .failure(error)
        }
        await events
        return GenerationSummary(try result.get(), self, avatar, duration: start.duration(to: .now))
    }

    /// The request's avatar, loaded for this speech alone: what is not used again is not kept.
    func load(for speech: ResolvedSpeech) async throws(FramegenError) -> Avatar {
        var loading = AvatarLoading(source, settings)
        loading.rowShape = speech.rowShape
        loading.speechPath = self.speech.paths.first
        loading.expectedFrameCount = speech.frameCount(at: take.frameRate, limit: take.frameLimit)
        return try await Avatar(loading)
    }

    /// The speech with its files open, as far as that can be done before the generator is known.
    func resolveSpeech() async throws(FramegenError) -> ResolvedSpeech {
        let (speech, source, platform) = (speech, source, Platform.standard)
        return try await runBlocking { () throws(FramegenError) in
            switch speech {
            case .sound(let path, let stream):
                guard source.audioEncoderPath != nil else {
                    throw FramegenError(
                        .invalidRequest,
                        "features are to be made of \(path): expected the audio encoder's checkpoint too")
                }
                let sound = try platform.openSound(path, stream, true)
                return ResolvedSpeech(
                    speech: .source(sound), rowShape: AudioEncoder.ave.rowShape,
                    seconds: sound.expectedSpeechSampleCount.map { Double($0) / Double(MelSpectrogram.sampleRate) })
            case .features(let path, let soundPath, let stream):
                // Of a raw file without a description the generator says how long a row is.
                guard path.lowercased().hasSuffix(".npy") else {
                    return ResolvedSpeech(speech: speech.speech, rowShape: nil, seconds: nil)
                }
                let features = try platform.openFeatures(path, 1)
                let sound = try soundPath.map { path throws(FramegenError) in
                    try platform.openSound(path, stream, false)
                }
                return ResolvedSpeech(
                    speech: .rows(features, sound: sound), rowShape: features.rowShape,
                    // A frame more or less does not matter here, so neither does WeNet's other rate.
                    seconds: features.rowCount.map { Double($0) / 25 })
            }
        }
    }
}

/// A speech of which it is known what its files say.
struct ResolvedSpeech: Sendable {
    let speech: Speech
    /// Sizes of a feature row; nil where the generator decides.
    let rowShape: [Int]?
    /// About how long it is; nil where that is not known.
    let seconds: Double?

    func frameCount(at frameRate: FrameRate?, limit: Int?) -> Int? {
        let rate = frameRate.map { Double($0.numerator) / Double($0.denominator) } ?? 25
        let frames = seconds.flatMap { Int(exactly: ($0 * rate).rounded(.up)) }
        return frames.map { min($0, limit ?? $0) } ?? limit
    }
}

/// Those who look into the work of a request.
package struct RenderingHooks: Sendable {
    /// Sees every frame after each stage.
    package var tracer: (any FrameTracing)?
    /// Is told what does the work, once it is ready and before its first frame.
    package var opened: @Sendable (Take, [any FrameSink]) -> Void = { _, _ in }
    /// Is called with the number of frames when all are written, before the outputs are completed.
    package var beforeFinish: @Sendable (Take, Int) async throws(FramegenError) -> Void = {
        (_, _) throws(FramegenError) in
    }

    package init() {}
}

extension AsyncStream where Element: Sendable {
    fileprivate func forEach(_ body: @Sendable (Element) -> Void) async {
        for await element in self { body(element) }
    }
}

/// A take's speech with its files open, and how it is shown.
struct OpenedSpeech: Sendable {
    let content: Content
    let schedule: FrameSchedule
    let walk: PingPong
    /// Frames of the speech that the take makes.
    let frames: Range<Int>
    let format: TakeFormat
    /// What lets the mouth come to rest where nobody speaks; nil where it goes on as it does.
    let rest: RestingMouth?
    /// What the user should know of its files.
    let warnings: [String]

    /// Where its cues come from.
    enum Content: Sendable {
        case rows(any FeatureSource, SpeechSound?)
        case live(LiveSpeech)
    }

    /// Opens what `speech` names, in the background, and checks the settings against it.
    ///
    /// - Throws: `FramegenError`: `.invalidRequest` for settings out of range, and what the files' readers throw.
    init(
        _ speech: Speech, of avatar: Avatar, settings: TakeSettings, times: StageTimes
    ) async throws(FramegenError) {
        let generator = avatar.generator
        walk = try avatar.walk(startFrame: settings.startFrame)
        guard settings.frameLimit ?? 1 >= 1 else {
            throw FramegenError(
                .invalidRequest, "the frame limit is \(settings.frameLimit ?? 0), expected 1 or more")
        }
        let frameRate = settings.frameRate ?? generator.frameRate
        let rowsPerSecond = generator.features.rowsPerSecond
        let schedule = FrameSchedule(rowsPerSecond: rowsPerSecond, frameRate: frameRate)
        if case .live(let speech) = speech {
            guard speech.avatar === avatar, settings.segment == nil, settings.frameLimit == nil else {
                throw FramegenError(
                    .invalidRequest,
                    "live speech is spoken by the avatar that it was made for, without a segment or a frame limit")
            }
            content = .live(speech)
            self.schedule = schedule
            frames = 0..<Int.max
            format = TakeFormat(
                frameSize: avatar.template.imageSize, frameRate: frameRate, frameCount: nil, sound: speech.trackFormat,
                firstFrame: 0, segment: nil)
            rest = nil
            warnings = []
            return
        }
        let opened = try await Self.open(speech, of: avatar, findsSilence: settings.silence == .rest)
        rest = settings.silence == .rest ? try await opened.rest(of: avatar) : nil
        let limit = settings.frameLimit ?? .max

        // Only a source that makes its rows knows their number before it knows where to begin.
        let probe = try opened.features(from: 0, avatar, times)
        let frameCount = probe.rowCount.map { min(schedule.frameCount(ofRows: $0), limit) }
        var frames = min(settings.firstFrame, limit)..<limit
        if let segment = settings.segment {
            guard let frameCount else {
                throw FramegenError(
                    .invalidRequest, "\(probe.name) does not say how long it is, which its segments need to know")
            }
            frames = segment.frames(of: frameCount).clamped(to: frames)
            guard !frames.isEmpty else {
                throw FramegenError(
                    .invalidRequest, "segment \(segment) of \(frameCount) frames is empty, expected fewer segments")
            }
        }
        let firstRow = schedule.row(shownBy: frames.lowerBound) - generator.audioRowsPerWindow / 2
        content = .rows(
            firstRow > 0 ? try opened.features(from: firstRow, avatar, times) : probe, opened.sound)
        self.schedule = schedule
        self.frames = frames
        format = TakeFormat(
            frameSize: avatar.template.imageSize, frameRate: frameRate,
            frameCount: frameCount.map { frames.clamped(to: 0..<$0).count }, sound: opened.sound?.format,
            firstFrame: frames.lowerBound, segment: settings.segment)
        await opened.sound?.lookForWarnings()
        let soundWarnings = await opened.sound?.takeWarnings() ?? []
        warnings = soundWarnings + [opened.lengthWarning(rowsPerSecond: rowsPerSecond)].compactMap { $0 }
    }

    /// The speech's files, opened once.
    private struct Opened: Sendable {
        let sound: SpeechSound?
        /// Nil where they are made of the sound.
        let features: (any FeatureSource)?
        let isLive: Bool

        func features(
            from firstRow: Int, _ avatar: Avatar, _ times: StageTimes
        ) throws(FramegenError) -> any FeatureSource {
            if let features { return features }
            guard let sound, let encoder = avatar.speechEncoder else {
                throw FramegenError(
                    .invalidRequest,
                    "features are to be made of \(sound?.name ?? "sound"), and the avatar has no audio encoder")
            }
            return AudioFeatures(
                of: sound, soundName: sound.name, encoder: encoder, isLive: isLive, firstRow: firstRow, times: times)
        }

        /// - Throws: `.invalidRequest` where there is no sound to find silence in, or no encoder to make features of it,
        ///   and what the encoder throws.
        func rest(of avatar: Avatar) async throws(FramegenError) -> RestingMouth {
            let generator = avatar.generator
            guard let sound, let encoder = avatar.speechEncoder,
                encoder.encoder.rowShape == generator.features.rowShape
            else {
                throw FramegenError(
                    .invalidRequest,
                    "the mouth is to rest in silence, expected sound to find it in and an audio encoder to make features "
                        + "of it")
            }
            return RestingMouth(
                sound, silentWindow: generator.window(ofEqualRows: try await encoder.silentRow()),
                rowsPerSecond: generator.features.rowsPerSecond)
        }

        /// Features and sound that were given together, and of which one is not the other's; nil where nothing is wrong
        /// with them, or where they do not say how long they are.
        func lengthWarning(rowsPerSecond: Int) -> String? {
            guard let features, let rowCount = features.rowCount, let sound, let samples = sound.expectedSampleCount
            else { return nil }
            let spoken = Double(rowCount) / Double(rowsPerSecond)
            let heard = Double(samples) / Double(MelSpectrogram.sampleRate)
            guard abs(spoken - heard) > Self.usualDifference else { return nil }
            return "\(features.name) is for \(spoken.secondsText) of speech and \(sound.name) lasts "
                + "\(heard.secondsText): \(heard < spoken ? "silence follows the sound" : "the sound is cut")"
        }

        /// Seconds: features lack up to two rows at the ends of their sound, and headers count the delay of a codec.
        private static let usualDifference = 0.5
    }

    private static func open(
        _ speech: Speech, of avatar: Avatar, findsSilence: Bool
    ) async throws(FramegenError) -> Opened {
        @Sendable func opened(_ source: any SoundSource, makesFeatures: Bool) -> SpeechSound {
            SpeechSound(source, makesFeatures: makesFeatures, findsSilence: findsSilence)
        }
        let (platform, rowShape) = (avatar.platform, avatar.generator.features.rowShape)
        return try await runBlocking { () throws(FramegenError) in
            switch speech {
            case .sound(let path, let stream):
                return Opened(
                    sound: opened(try platform.openSound(path, stream, true), makesFeatures: true), features: nil,
                    isLive: false)
            case .features(let path, let soundPath, let stream):
                let features = try platform.openFeatures(path, rowShape.reduce(1, *))
                let sound = try soundPath.map { path throws(FramegenError) in
                    try platform.openSound(path, stream, false)
                }
                return Opened(
                    sound: sound.map { opened($0, makesFeatures: false) }, features: features, isLive: false)
            case .rows(let features, let sound):
                return Opened(
                    sound: sound.map { opened($0, makesFeatures: false) }, features: features, isLive: false)
            case .source(let source):
                return Opened(sound: opened(source, makesFeatures: true), features: nil, isLive: false)
            case .samples(let samples):
                return Opened(
                    sound: opened(try platform.openSamples(samples), makesFeatures: true), features: nil,
                    isLive: true)
            case .live:
                throw FramegenError(.internalFailure, "live speech has no files to open")
            }
        }
    }

    /// The sound of something that is said live.
    ///
    /// - Throws: what the sound's reader throws; `.invalidRequest` for what is no sound.
    static func liveSound(
        of speech: Speech, by avatar: Avatar, trackFormat: SoundTrackFormat
    ) async throws(FramegenError) -> any SoundSource {
        let platform = avatar.platform
        return try await runBlocking { () throws(FramegenError) in
            switch speech {
            case .sound(let path, let stream):
                try platform.convertTrack(try platform.openSound(path, stream, true), trackFormat)
            case .source(let source): try platform.convertTrack(source, trackFormat)
            case .samples(let samples): try platform.convertTrack(try platform.openSamples(samples), trackFormat)
            case .features, .rows, .live:
                throw FramegenError(.invalidRequest, "live speech is sound, expected no features")
            }
        }
    }
}

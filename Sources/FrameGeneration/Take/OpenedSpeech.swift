/// A take's speech with its files open, and how it is shown.
struct OpenedSpeech: Sendable {
    let features: any FeatureSource
    let sound: SpeechSound?
    let schedule: FrameSchedule
    let walk: PingPong
    /// Frames of the speech that the take makes.
    let frames: Range<Int>
    let format: TakeFormat

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
        let opened = try await Self.open(speech, of: avatar)
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
        features = firstRow > 0 ? try opened.features(from: firstRow, avatar, times) : probe
        sound = opened.sound
        self.schedule = schedule
        self.frames = frames
        format = TakeFormat(
            frameSize: avatar.template.imageSize, frameRate: frameRate,
            frameCount: frameCount.map { frames.clamped(to: 0..<$0).count }, sound: sound?.format,
            firstFrame: frames.lowerBound, segment: settings.segment)
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
    }

    private static func open(_ speech: Speech, of avatar: Avatar) async throws(FramegenError) -> Opened {
        let (platform, rowShape) = (avatar.platform, avatar.generator.features.rowShape)
        return try await runBlocking { () throws(FramegenError) in
            switch speech {
            case .sound(let path):
                return Opened(
                    sound: SpeechSound(try platform.openSound(path, true), makesFeatures: true), features: nil,
                    isLive: false)
            case .features(let path, let soundPath):
                let features = try platform.openFeatures(path, rowShape.reduce(1, *))
                let sound = try soundPath.map { path throws(FramegenError) in try platform.openSound(path, false) }
                return Opened(
                    sound: sound.map { SpeechSound($0, makesFeatures: false) }, features: features, isLive: false)
            case .rows(let features, let sound):
                return Opened(
                    sound: sound.map { SpeechSound($0, makesFeatures: false) }, features: features, isLive: false)
            case .source(let source):
                return Opened(sound: SpeechSound(source, makesFeatures: true), features: nil, isLive: false)
            case .samples(let samples):
                return Opened(
                    sound: SpeechSound(try platform.openSamples(samples), makesFeatures: true), features: nil,
                    isLive: true)
            }
        }
    }
}

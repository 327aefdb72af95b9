import FrameGeneration
import Media

extension Admission.Cost {
    /// Measures what an avatar's frames cost, by letting it speak for a moment as fast as it can with nobody watching.
    ///
    /// It speaks twice: the first time what depends on the template alone is made, which a session needs once.
    ///
    /// - Throws: what the stages and the encoder throw.
    static func measure(_ avatar: Avatar) async throws(FramegenError) -> Admission.Cost {
        _ = try await measureOnce(avatar)
        return try await measureOnce(avatar)
    }

    private static func measureOnce(_ avatar: Avatar) async throws(FramegenError) -> Admission.Cost {
        let speech = try await LiveSpeech(for: avatar, pace: .asFastAsPossible)
        let take = avatar.speak(.live(speech))
        let format = try await take.format
        let (pieces, send) = AsyncStream.makeStream(of: [Float].self)
        send.yield(testSound)
        send.finish()
        let id = try await speech.say(.samples(SpeechSamples(pieces, sampleRate: MelSpectrogram.sampleRate)))
        let measuring = MeasuringSink(
            video: try VideoStreamSink(
                to: Nowhere(), frameSize: format.frameSize, settings: .live(format.frameRate), sound: format.sound),
            utterance: id, speech: speech)
        try await take.write(to: [measuring])
        return await measuring.cost
    }

    /// A second of noise.
    private static var testSound: [Float] {
        var generator = SystemRandomNumberGenerator()
        return (0..<MelSpectrogram.sampleRate).map { _ in Float.random(in: -0.3...0.3, using: &generator) }
    }
}

extension VideoSettings {
    /// As live streams are encoded.
    static func live(_ frameRate: FrameRate) -> VideoSettings {
        var settings = VideoSettings(frameRate: frameRate, crf: 23, preset: .superfast, threads: 1)
        settings.lowDelay = true
        // So that players which come without asking for one have not long to wait.
        settings.keyFrameInterval = max(Int(2 * frameRate.framesPerSecond), 1)
        return settings
    }
}

/// Encodes frames for nobody and looks at the time between them.
private actor MeasuringSink: FrameSink {
    nonisolated var wantsPictures: Bool { true }
    private let video: VideoStreamSink
    private let utterance: Int
    private let speech: LiveSpeech
    private var speaking: [Duration] = []
    private var idle: [Duration] = []
    private var still: [Duration] = []
    private var last: Moment?
    private var hasSpoken = false
    private let idleFrameCount = 20
    /// Of the first of them some were made before the person was told to stay still.
    private let stillFrameCount = 40
    /// Sessions of the network finish frames together, so that single ones say little.
    private let framesTogether = 8

    private struct Moment {
        let instant = ContinuousClock.now
        let processorTime = ProcessClock.processorTime

        func duration(to other: Moment) -> Duration { instant.duration(to: other.instant) }

        /// What a frame without the network takes of the machine: its stages are busy on a part of the processors only, and
        /// other sessions run on the others.
        func share(to other: Moment) -> Duration {
            min(duration(to: other), (other.processorTime - processorTime) / processorCount)
        }
    }

    init(video: VideoStreamSink, utterance: Int, speech: LiveSpeech) {
        self.video = video
        self.utterance = utterance
        self.speech = speech
    }

    func write(_ frame: Frame) async throws(FramegenError) {
        try await video.write(frame)
        let now = Moment()
        defer { last = now }
        guard let mark = frame.live, let last else { return }
        if mark.seenUtterance == utterance, !mark.isIdle {
            hasSpoken = true
            speaking.append(last.duration(to: now))
        } else if hasSpoken, mark.isIdle {
            if idle.count < idleFrameCount {
                idle.append(last.share(to: now))
                if idle.count == idleFrameCount { await speech.setIdle(.still) }
            } else {
                still.append(last.share(to: now))
                if still.count == stillFrameCount { await speech.end() }
            }
        }
    }

    func finish() async throws(FramegenError) { try await video.finish() }

    func abandon() async { await video.abandon() }

    var cost: Admission.Cost {
        // Single frames say little. Half of the stretches were slower: the quickest would promise what is not held.
        let stretches = speaking.indices.dropLast(framesTogether - 1).map { start in
            speaking[start..<start + framesTogether].reduce(Duration.zero, +) / .seconds(1) / Double(framesTogether)
        }
        return Admission.Cost(
            speakingInSeconds: stretches.isEmpty ? 0 : stretches.sorted()[stretches.count / 2],
            idleInSeconds: Self.meanOfQuickerHalf(idle),
            stillInSeconds: Self.meanOfQuickerHalf(still))
    }

    /// Faces that are made for the first time are not what silence costs: the quickest half are those that were kept.
    private static func meanOfQuickerHalf(_ durations: [Duration]) -> Double {
        let quick = durations.sorted().prefix(durations.count / 2)
        return quick.isEmpty ? 0 : quick.reduce(Duration.zero, +) / .seconds(1) / Double(quick.count)
    }
}

/// Takes bytes that nobody wants.
private struct Nowhere: StreamWriter {
    func write(_ piece: StreamPiece) {}
}

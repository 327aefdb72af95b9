import FrameGeneration
import Media

extension Admission.Costs {
    /// Measures what an avatar's frames cost, by letting it be silent and speak for a moment, as fast as it can, with nobody
    /// watching.
    ///
    /// What depends on the template alone is made first, since a session needs it once. Of a short template that is what it
    /// shows while it is silent, which is encoded then, and sent again in the end.
    ///
    /// - Parameters:
    ///   - avatar: whose frames are measured.
    ///   - silence: where its sessions have what is encoded once.
    /// - Returns: what a frame of each kind takes.
    /// - Throws: what the stages and the encoder throw.
    static func measure(_ avatar: Avatar, _ silence: SilentGroups) async throws(FramegenError) -> Admission.Costs {
        let round = try avatar.firstPassFrameCount(TakeSettings())
        guard round <= longestRound else {
            _ = try await measureOnce(avatar, speaks: true, nil)
            let cost = try await measureOnce(avatar, speaks: true, nil)
            return Admission.Costs(encoded: cost, sentAgain: cost)
        }
        _ = try await measureOnce(avatar, speaks: false, silence, idleFrames: round + groupLength(of: avatar))
        let encoded = try await measureOnce(avatar, speaks: true, nil)
        var sentAgain = try await measureOnce(avatar, speaks: false, silence)
        sentAgain.speakingInSeconds = encoded.speakingInSeconds
        return Admission.Costs(encoded: encoded, sentAgain: sentAgain)
    }

    /// Frames in which a short template comes back: 16 s at the usual 25 a second.
    private static let longestRound = 400

    private static func groupLength(of avatar: Avatar) -> Int {
        VideoSettings.live(avatar.generator.frameRate).keyFrameInterval ?? 0
    }

    private static func measureOnce(
        _ avatar: Avatar, speaks: Bool, _ silence: SilentGroups?, idleFrames: Int = 0
    ) async throws(FramegenError) -> Admission.Cost {
        let speech = try await LiveSpeech(for: avatar, pace: .asFastAsPossible)
        let take = avatar.speak(.live(speech))
        let format = try await take.format
        let (pieces, send) = AsyncStream.makeStream(of: [Float].self)
        send.yield(testSound)
        send.finish()
        let samples = SpeechSamples(pieces, sampleRate: MelSpectrogram.sampleRate)
        let id = speaks ? try await speech.say(.samples(samples)) : nil
        let measuring = MeasuringSink(
            video: try VideoStreamSink(
                to: Nowhere(), frameSize: format.frameSize, settings: .live(format.frameRate), sound: format.sound,
                silence: silence),
            utterance: id, speech: speech, idleFrameCount: idleFrames,
            groupLength: silence == nil ? 0 : groupLength(of: avatar))
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
    private let utterance: Int?
    private let speech: LiveSpeech
    private var speaking: [Duration] = []
    private var idle: Silence
    private var still: Silence
    private var last: Moment?
    private var hasSpoken: Bool
    private var framesWithoutUtterance = 0
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

    /// Frames of a person who is silent, of which it wants so many that most of the newest ones are sent again, if any is.
    private struct Silence {
        private static let wantedCount = 20
        private let leastCount: Int
        private let mostCount: Int
        private var newest: [Duration] = []
        private var count = 0
        private var sentAgainCount = 0

        /// - Parameters:
        ///   - leastCount: frames at least.
        ///   - groupLength: frames after which one is sent again at the latest, if it ever is.
        init(leastCount: Int, groupLength: Int) {
            self.leastCount = leastCount
            // Some of the first were made before the person was told what to do.
            mostCount = max(leastCount, 2 * groupLength + 2 * Self.wantedCount)
        }

        mutating func append(_ duration: Duration, isSentAgain: Bool) {
            count += 1
            if isSentAgain { sentAgainCount += 1 }
            newest.append(duration)
            if newest.count > Self.wantedCount { newest.removeFirst() }
        }

        var isComplete: Bool {
            count >= mostCount || (count >= leastCount && sentAgainCount >= Self.wantedCount)
        }

        /// Some are slower for other reasons: the quickest half are what silence costs.
        var costInSeconds: Double {
            let quick = newest.sorted().prefix(newest.count / 2)
            return quick.isEmpty ? 0 : quick.reduce(Duration.zero, +) / .seconds(1) / Double(quick.count)
        }
    }

    /// - Parameters:
    ///   - video: where frames go.
    ///   - utterance: what is said; nil for silence alone.
    ///   - speech: is ended when enough was seen.
    ///   - idleFrameCount: silent frames at least.
    ///   - groupLength: frames after which a silent one is sent again at the latest, if it ever is.
    init(video: VideoStreamSink, utterance: Int?, speech: LiveSpeech, idleFrameCount: Int, groupLength: Int) {
        self.video = video
        self.utterance = utterance
        hasSpoken = utterance == nil
        self.speech = speech
        idle = Silence(leastCount: idleFrameCount, groupLength: groupLength)
        still = Silence(leastCount: 0, groupLength: groupLength)
    }

    func write(_ frame: Frame) async throws(FramegenError) {
        let sentBefore = await video.picturesSentAgain
        try await video.write(frame)
        let isSentAgain = await video.picturesSentAgain > sentBefore
        let now = Moment()
        defer { last = now }
        try await checkUtterance()
        guard let mark = frame.live, let last else { return }
        if let utterance, mark.seenUtterance == utterance, !mark.isIdle {
            hasSpoken = true
            speaking.append(last.duration(to: now))
        } else if hasSpoken, mark.isIdle {
            if !idle.isComplete {
                idle.append(last.share(to: now), isSentAgain: isSentAgain)
                if idle.isComplete { await speech.setIdle(.still) }
            } else {
                still.append(last.share(to: now), isSentAgain: isSentAgain)
                if still.isComplete { await speech.end() }
            }
        }
    }

    /// More frames than lie between a row of features and here.
    private static let framesUnderWay = 100

    /// What cannot be spoken would be waited for without an end.
    private func checkUtterance() async throws(FramegenError) {
        guard !hasSpoken, let utterance, await !speech.utterances.contains(utterance) else { return }
        framesWithoutUtterance += 1
        guard framesWithoutUtterance <= Self.framesUnderWay else {
            throw FramegenError(.internalFailure, "the noise by which frames of speech are measured was not spoken")
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
            idleInSeconds: idle.costInSeconds, stillInSeconds: still.costInSeconds)
    }
}

/// Takes bytes that nobody wants.
private struct Nowhere: StreamWriter {
    func write(_ piece: StreamPiece) {}
}

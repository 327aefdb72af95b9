package import AsyncAlgorithms
package import Foundation
package import FrameGeneration
import Framegen
package import Media
import Metrics
import Synchronization

/// An avatar that is there for as long as somebody watches it or lets it speak: one take of live speech, encoded once
/// whatever the number of watchers.
package actor Session {
    package nonisolated let id: String
    package nonisolated let settings: SessionSettings
    package nonisolated let createdAt = Date()
    /// Who made it; nil where the server has no tokens.
    package nonisolated let owner: ClientIdentity?
    package nonisolated let frameRate: FrameRate
    package nonisolated let broadcast: StreamBroadcast
    private nonisolated let eventLog = EventLog()
    private nonisolated let pictureSize: ImageSize
    private nonisolated let speech: LiveSpeech
    private nonisolated let take: Take
    private nonisolated let sink: VideoStreamSink
    private nonisolated let push: StreamPush?
    private var pushDescription: PushDescription?
    private nonisolated let keyFrames = KeyFrameRequests()
    private let limits: SessionLimits
    /// Is told when the session begins or ends to speak.
    private let activityChanged: @Sendable () async -> Void
    private var wasSpeaking = false
    private var figures = SessionFigures()
    private var second = Second()
    private var utterances: [Int: UtteranceRecord] = [:]
    private var heard: Int?
    /// What was interrupted while it was heard, until the mouth is shut.
    private var closing: (utterance: Int, since: ContinuousClock.Instant)?
    private var lastUse = ContinuousClock.now
    /// Nil while it goes on.
    private(set) var endReason: SessionEndReason?
    private var openStreams: [String: OpenStream] = [:]
    /// One stream is begun at a time, so that two requests that begin it at once are one utterance.
    private let beginningStreams = ThreadBudget(threadCount: 1)
    /// Utterances that are gone without having been heard, and the pictures that had been made when that was seen.
    private var lost: [Int: Int] = [:]

    /// What came of an utterance up to now.
    private struct UtteranceRecord {
        /// Nil where it waits behind another one, so that the time until it is seen says nothing.
        let firstByte: ContinuousClock.Instant?
        /// Nil where nobody knows how long it will be.
        let seconds: Double?
        /// Where its samples come from; nil for a file.
        let pieces: AsyncChannel<[Float]>?
        /// In Hz; of samples that are sent.
        let sampleRate: Int
        /// Samples that were sent up to now.
        var sentSamples = 0
        var wasSeen = false
        var secondsSpoken = 0.0
        var secondsReported = 0.0
        var latencyInSeconds: Double?

        /// How long it is, as far as that is known: of samples, those that were sent.
        var knownSeconds: Double? { seconds ?? (pieces == nil ? nil : Double(sentSamples) / Double(sampleRate)) }
        /// Samples that were sent and not spoken.
        var waitingSamples: Int { max(0, sentSamples - Int(secondsSpoken * Double(sampleRate))) }

        /// More than the silence that is said behind a sound, and a frame.
        private static let mostSecondsBehind = 0.4

        /// Notes how far it is spoken; a little beyond its end is the silence behind it, and more a length that was wrong.
        mutating func speak(upTo seconds: Double) {
            let beyond = max(knownSeconds.map { seconds - $0 } ?? 0, 0)
            secondsSpoken = beyond < Self.mostSecondsBehind ? seconds - beyond : seconds
        }
    }

    /// Samples that come in requests of their own, one after the other.
    private struct OpenStream {
        let utterance: Int
        let pieces: AsyncChannel<[Float]>
        /// Requests that send samples just now.
        var requestCount = 0
        var lastRequest = ContinuousClock.now
    }

    /// What is counted anew every second.
    private struct Second {
        var start = ContinuousClock.now
        var frames = 0
        var lateness = 0.0
    }

    package init(
        id: String, settings: SessionSettings, frameRate: FrameRate, owner: ClientIdentity?, avatar: Avatar,
        limits: SessionLimits, silence: SilentGroups, activityChanged: @escaping @Sendable () async -> Void = {}
    ) async throws(FramegenError) {
        self.id = id
        self.settings = settings
        self.frameRate = frameRate
        self.owner = owner
        self.limits = limits
        self.activityChanged = activityChanged
        speech = try await LiveSpeech(for: avatar, idle: settings.idle)
        var takeSettings = TakeSettings()
        takeSettings.frameRate = frameRate
        take = avatar.speak(.live(speech), settings: takeSettings)
        var videoSettings = VideoSettings.live(frameRate)
        videoSettings.largestHeight = settings.maxHeight
        let frameSize = try await take.format.frameSize
        pictureSize = videoSettings.pictureSize(ofFrames: frameSize)
        broadcast = StreamBroadcast { [keyFrames] in await keyFrames.request() }
        sink = try VideoStreamSink(
            to: broadcast, name: "session \(id)", frameSize: frameSize, settings: videoSettings,
            sound: speech.trackFormat, silence: silence)
        if let address = settings.push {
            push = try await sink.push(to: address)
            pushDescription = PushDescription(to: address.description)
        } else {
            push = nil
        }
        keyFrames.send(to: sink)
    }

    /// Makes frames until the session is ended.
    ///
    /// - Throws: what the stages and the encoder throw.
    func run() async throws(FramegenError) {
        let sink = SessionSink(video: sink) { mark in await self.frameLeft(mark) }
        let reading = Task { [speech] in
            for await event in speech.events { await self.report(event) }
        }
        defer { reading.cancel() }
        let pushing = push.map { push in
            Task { await push.run { event in await self.report(event) } }
        }
        let result: Result<Void, FramegenError>
        do throws(FramegenError) {
            try await take.write(to: [sink])
            result = .success(())
        } catch {
            result = .failure(error)
        }
        // A server that takes the stream gets its end; for another one nobody waits.
        if pushDescription?.state != .connected { pushing?.cancel() }
        await finish()
        await waitForEnd(of: pushing)
        // One that was ended before its first frame has no video, which is no failure.
        if endReason == .failed { try result.get() }
    }

    /// A server that takes the rest of the stream slowly is not waited for.
    private func waitForEnd(of pushing: Task<Void, Never>?) async {
        guard let pushing else { return }
        let timer = Task {
            try await Task.sleep(for: .seconds(5))
            pushing.cancel()
        }
        await pushing.value
        timer.cancel()
    }

    /// Says no more; what was made is still sent.
    package func end(_ reason: SessionEndReason) async {
        endReason = endReason ?? reason
        for id in utterances.keys { forget(id) }
        await speech.end()
    }

    private func finish() async {
        let reason = endReason ?? .failed
        endReason = reason
        for id in utterances.keys { forget(id) }
        await report("session-ended", SessionEnd(reason: reason))
        await eventLog.end()
        await broadcast.end()
        // Otherwise encoder and broadcast would hold each other for ever.
        keyFrames.stop()
    }

    // MARK: - Speech

    /// The events after `id`, as far as they are kept, and those to come; nil for those to come alone.
    package nonisolated func events(after id: Int?) async -> AsyncStream<ServerSentEvent> {
        await eventLog.events(after: id)
    }

    /// Seconds of sound that wait, as far as that is known.
    private var queuedSeconds: Double {
        utterances.values.reduce(0) { $0 + max(0, ($1.knownSeconds ?? 0) - $1.secondsSpoken) }
    }

    /// Whether more samples of an utterance may come now, or the memory of those that wait is used up.
    ///
    /// What is said first always has room: all others wait for its end.
    func hasRoom(forSamplesOf utterance: Int) -> Bool {
        utterance == utterances.keys.min()
            || utterances.values.reduce(0) { $0 + $1.waitingSamples } < limits.waitingSamples
    }

    /// Counts samples that were sent.
    func sent(_ count: Int, of utterance: Int) { utterances[utterance]?.sentSamples += count }

    /// Lets the avatar say a sound when all before is said.
    ///
    /// - Returns: the utterance's number, and the seconds that wait before it.
    /// - Throws: `Problem` when too much waits.
    func say(
        _ sound: any SoundSource, interrupts: Bool, firstByte: ContinuousClock.Instant
    ) async throws(Problem) -> QueuedUtterance {
        let seconds = sound.expectedSpeechSampleCount.map { Double($0) / Double(MelSpectrogram.sampleRate) }
        return try await say(
            .source(sound), seconds: seconds, pieces: nil, sampleRate: MelSpectrogram.sampleRate,
            interrupts: interrupts, firstByte: firstByte)
    }

    /// Lets the avatar say samples that are sent over a channel, until that is finished.
    ///
    /// - Parameters:
    ///   - pieces: each of a few thousand samples at most.
    ///   - sampleRate: in Hz.
    ///   - interrupts: whether what is said, and what waits, is dropped first.
    ///   - firstByte: when the first of them came.
    /// - Returns: the utterance's number, and the seconds that wait before it.
    /// - Throws: `Problem` when too much waits.
    package func say(
        _ pieces: AsyncChannel<[Float]>, sampleRate: Int, interrupts: Bool, firstByte: ContinuousClock.Instant
    ) async throws(Problem) -> QueuedUtterance {
        // What waits behind other utterances is taken off the connection, which would otherwise seem to stall.
        let buffer = pieces.buffer(policy: .bounded(limits.bufferedPieces))
        return try await say(
            .samples(SpeechSamples(buffer, sampleRate: sampleRate, name: "the sent samples")), seconds: nil,
            pieces: pieces, sampleRate: sampleRate, interrupts: interrupts, firstByte: firstByte)
    }

    /// The channel for the samples of the stream `name`, which is begun where it is not there; to be left with `leaveStream`.
    func stream(
        _ name: String, sampleRate: Int, interrupts: Bool, firstByte: ContinuousClock.Instant
    ) async throws -> (QueuedUtterance, AsyncChannel<[Float]>) {
        try await beginningStreams.take(1)
        defer { beginningStreams.giveBack(1) }
        let spoken = await speech.utterances
        if let open = openStreams[name], spoken.contains(open.utterance) {
            openStreams[name]?.requestCount += 1
            return (QueuedUtterance(id: open.utterance, queuedSeconds: 0), open.pieces)
        }
        guard openStreams.count < limits.openStreams else {
            throw Problem(
                .tooManyRequests, "\(openStreams.count) streams of samples are open, expected at most that many",
                retryAfterInSeconds: 1)
        }
        let pieces = AsyncChannel<[Float]>()
        let utterance = try await say(pieces, sampleRate: sampleRate, interrupts: interrupts, firstByte: firstByte)
        openStreams[name] = OpenStream(utterance: utterance.id, pieces: pieces, requestCount: 1)
        return (utterance, pieces)
    }

    /// Notes that a request for a stream's samples is over; others may follow.
    func leaveStream(_ name: String, utterance: Int) {
        guard openStreams[name]?.utterance == utterance else { return }
        openStreams[name]?.requestCount -= 1
        openStreams[name]?.lastRequest = .now
    }

    /// Lets go of an utterance that is over; who still sends samples for it need not wait.
    @discardableResult
    private func forget(_ id: Int) -> UtteranceRecord? {
        openStreams = openStreams.filter { $0.value.utterance != id }
        let record = utterances.removeValue(forKey: id)
        record?.pieces?.finish()
        return record
    }

    /// Ends the stream `name`.
    func endStream(_ name: String) {
        openStreams[name]?.pieces.finish()
        openStreams[name] = nil
    }

    private func say(
        _ speech: Speech, seconds: Double?, pieces: AsyncChannel<[Float]>?, sampleRate: Int, interrupts: Bool,
        firstByte: ContinuousClock.Instant
    ) async throws(Problem) -> QueuedUtterance {
        lastUse = .now
        guard endReason == nil else { throw Problem(.notFound, "the session has ended") }
        if interrupts { await interrupt() }
        let waiting = queuedSeconds
        guard utterances.count < limits.queuedUtterances, waiting < limits.queuedSeconds else {
            throw Problem(
                .tooManyRequests,
                "\(utterances.count) utterances of \(Int(waiting)) s wait, expected fewer than "
                    + "\(limits.queuedUtterances) and less than \(Int(limits.queuedSeconds)) s",
                retryAfterInSeconds: max(1, Int(waiting - limits.queuedSeconds)))
        }
        do throws(FramegenError) {
            let id = try await self.speech.say(speech)
            utterances[id] = UtteranceRecord(
                firstByte: utterances.isEmpty ? firstByte : nil, seconds: seconds, pieces: pieces,
                sampleRate: sampleRate)
            await tellActivity()
            return QueuedUtterance(id: id, queuedSeconds: waiting.roundedToMilliseconds)
        } catch {
            throw Problem(.notFound, "the session has ended")
        }
    }

    /// Drops what is said and what waits.
    package func interrupt() async {
        lastUse = .now
        let start = ContinuousClock.now
        let dropped = await speech.interrupt()
        if let heard { closing = (heard, start) }
        for id in Set(dropped).union(heard.map { [$0] } ?? []).sorted() {
            guard let record = forget(id) else { continue }
            await report("utterance-interrupted", UtteranceEvent(utterance: id, seconds: record.secondsSpoken))
        }
        heard = nil
    }

    // MARK: - What happens

    private func frameLeft(_ mark: LiveMark) async {
        figures.framesMade += 1
        second.frames += 1
        second.lateness = max(second.lateness, speech.lateness(of: mark))
        if mark.isRepeated { figures.framesRepeated += 1 }
        if let seen = mark.seenUtterance, var record = utterances[seen], !record.wasSeen {
            record.wasSeen = true
            if let firstByte = record.firstByte {
                let latency = firstByte.duration(to: .now) / .seconds(1)
                record.latencyInSeconds = latency
                figures.latencyInSeconds = latency.roundedToMilliseconds
                Recorder(label: "framegen_speech_latency_seconds").record(latency)
            }
            utterances[seen] = record
        }
        await follow(mark)
        if mark.isIdle, let (utterance, start) = closing {
            closing = nil
            let seconds = start.duration(to: .now) / .seconds(1)
            Recorder(label: "framegen_interruption_seconds").record(seconds)
            await report("mouth-shut", UtteranceEvent(utterance: utterance, seconds: seconds))
        }
        if second.start.duration(to: .now) >= .seconds(1) { await endSecond() }
    }

    private func follow(_ mark: LiveMark) async {
        if let heard, heard != mark.utterance, let record = utterances[heard] {
            // Sound that comes too slowly leaves silence within an utterance.
            let goesOn = await speech.utterances.contains(heard) && mark.utterance == nil
            // It may have been interrupted meanwhile.
            if !goesOn, self.heard == heard, forget(heard) != nil {
                self.heard = nil
                await report("utterance-ended", UtteranceEvent(utterance: heard, seconds: record.secondsSpoken))
            }
        }
        guard let id = mark.utterance, var record = utterances[id] else { return }
        record.speak(upTo: mark.secondsSpoken + 1 / frameRate.framesPerSecond)
        let event = UtteranceEvent(
            utterance: id, seconds: record.secondsSpoken, latencyInSeconds: record.latencyInSeconds)
        if heard != id {
            heard = id
            utterances[id] = record
            await report("utterance-begun", event)
        } else if record.secondsSpoken - record.secondsReported >= 0.5 {
            record.secondsReported = record.secondsSpoken
            utterances[id] = record
            await report("utterance-progressed", event)
        } else {
            utterances[id] = record
        }
        lastUse = .now
    }

    private func endSecond() async {
        let duration = second.start.duration(to: .now) / .seconds(1)
        figures.framesPerSecond = (Double(second.frames) / duration).roundedToMilliseconds
        figures.latenessInSeconds = second.lateness.roundedToMilliseconds
        second = Second()
        let now = ContinuousClock.now
        for (name, stream) in openStreams
        where stream.requestCount == 0 && stream.lastRequest.duration(to: now) > .seconds(2) { endStream(name) }
        await forgetLost()
        await tellActivity()
        await report("load", await description)
        let isWatched = await broadcast.watcherCount > 0 || pushDescription?.state == .connected
        if isWatched { lastUse = now }
        let timeout = min(settings.idleTimeoutInSeconds ?? .infinity, limits.idleTimeoutInSeconds)
        if lastUse.duration(to: now) > .seconds(timeout) { await end(.unused) }
    }

    /// More pictures than lie between a row of features and the encoder.
    private static let picturesUnderWay = 50

    /// Pictures that left the encoder; when there is no time, many frames share one.
    private var picturesMade: Int { figures.framesMade - figures.framesRepeated }

    /// Ends utterances that came to nothing, such as those whose sound failed before it was known here.
    private func forgetLost() async {
        let there = Set(await speech.utterances)
        let gone = Set(utterances.keys).subtracting(there).subtracting([heard].compactMap { $0 })
        lost = lost.filter { gone.contains($0.key) }
        for id in gone {
            // Frames that are under way may still show it.
            guard picturesMade - (lost[id] ?? picturesMade) > Self.picturesUnderWay else {
                lost[id] = lost[id] ?? picturesMade
                continue
            }
            guard let record = forget(id) else { continue }
            await report("utterance-ended", UtteranceEvent(utterance: id, seconds: record.secondsSpoken))
        }
    }

    private func report(_ event: StreamPush.Event) async {
        switch event {
        case .connected:
            pushDescription?.state = .connected
            pushDescription?.problem = nil
        case .failed(let error):
            pushDescription?.state = .failed
            pushDescription?.problem = error.message
        }
        guard let pushDescription else { return }
        await report("push-\(pushDescription.state.rawValue)", pushDescription)
    }

    private func report(_ event: LiveSpeechEvent) async {
        switch event {
        case .failed(let id, let error):
            let seconds = utterances[id]?.secondsSpoken ?? 0
            utterances[id]?.pieces?.finish()
            if heard != id { forget(id) }
            await report(
                "utterance-failed",
                UtteranceEvent(utterance: id, seconds: seconds, problem: error.message))
        case .warning(let id, let text):
            await report(
                "utterance-warning",
                UtteranceEvent(utterance: id, seconds: utterances[id]?.secondsSpoken ?? 0, problem: text))
        }
    }

    private func report(_ name: String, _ data: some Encodable) async {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        guard let json = try? encoder.encode(data) else { return }
        await eventLog.append(name, data: String(decoding: json, as: UTF8.self))
    }

    private func tellActivity() async {
        guard isSpeaking != wasSpeaking else { return }
        wasSpeaking = isSpeaking
        await activityChanged()
    }

    /// Whether the person stays still while nothing is said, whatever was asked for.
    func stayStill(_ isStill: Bool) async { await speech.setIdle(isStill ? .still : settings.idle) }

    /// Whether something is said or waits.
    var isSpeaking: Bool { !utterances.isEmpty }

    /// As clients see it.
    package var description: SessionDescription {
        get async {
            SessionDescription(
                id: id, avatar: settings.avatar, state: endReason != nil ? .ended : isSpeaking ? .speaking : .idle,
                width: pictureSize.width, height: pictureSize.height,
                frameRate: frameRate.framesPerSecond, createdAt: createdAt, watchers: await broadcast.watcherCount,
                idle: await speech.idle, queuedSeconds: queuedSeconds.roundedToMilliseconds,
                push: pushDescription, figures: figures)
        }
    }
}

/// An utterance that was taken on.
package struct QueuedUtterance: Sendable, Encodable {
    package let id: Int
    package let queuedSeconds: Double
}

/// Why a session ended.
package enum SessionEndReason: String, Sendable, Encodable {
    /// Somebody asked for it.
    case deleted
    /// Nobody watched it or let it speak for a time.
    case unused
    /// The server stops.
    case stopped
    /// Its frames could not be made.
    case failed
}

package struct SessionEnd: Sendable, Encodable {
    let reason: SessionEndReason
}

package struct UtteranceEvent: Sendable, Encodable {
    let utterance: Int
    let seconds: Double
    let latencyInSeconds: Double?
    let problem: String?

    init(utterance: Int, seconds: Double, latencyInSeconds: Double? = nil, problem: String? = nil) {
        self.utterance = utterance
        self.seconds = seconds.roundedToMilliseconds
        self.latencyInSeconds = latencyInSeconds?.roundedToMilliseconds
        self.problem = problem
    }
}

/// Asks an encoder for key frames that was not there yet when its broadcast was made.
private final class KeyFrameRequests: Sendable {
    private let sink = Mutex<VideoStreamSink?>(nil)

    func send(to sink: VideoStreamSink) { self.sink.withLock { $0 = sink } }

    func stop() { sink.withLock { $0 = nil } }

    func request() async { await sink.withLock { $0 }?.requestKeyFrame() }
}

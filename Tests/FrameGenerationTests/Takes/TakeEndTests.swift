import Dispatch
import Foundation
import FrameGeneration
import Synchronization
import TestSupport
import Testing

@Suite("How a take ends", .timeLimit(.minutes(2)))
struct TakeEndTests {
    private let folder: TemplateFolder

    init() throws { folder = try TemplateFolder(images: [0, 1, 2, 3], landmarks: [0, 1, 2, 3]) }

    private func avatar(
        sessions: Int = 2, engine: any InferenceEngine = StandInEngine(), platform: Platform = .test()
    ) async throws -> Avatar {
        try await .test(try folder.open(), engine: engine, threads: sessions, platform: platform)
    }

    // MARK: Cancelling

    @Test("cancelled before it began, it opens nothing and makes nothing")
    func cancelledBefore() async throws {
        let (opened, runs) = (Counter(), Counter())
        let platform = Platform.test(openFeatures: { _ throws(FramegenError) in
            opened.add()
            return NumberedRows(9)
        })
        let avatar = try await avatar(engine: StandInEngine { _ in runs.add() }, platform: platform)
        for isWritten in [false, true] {
            let take = avatar.speak(.features(path: "a.npy"))
            await take.cancel()
            let sink = TestSink()
            let error = await #expect(throws: FramegenError.self) {
                if isWritten { try await take.write(to: [sink]) } else { _ = try await take.allFrames() }
            }
            #expect(error?.code == .cancelled)
            #expect(await sink.ends == (isWritten ? [.abandoned] : []))
            let format = await #expect(throws: FramegenError.self) { try await take.format }
            #expect(format?.code == .cancelled)
            // They end too.
            #expect(await take.allEvents().isEmpty)
        }
        #expect(opened.count == 0 && runs.count == 0)
    }

    @Test("cancelled while the speech is being opened, it waits for that and makes nothing")
    func cancelledWhileOpening() async throws {
        let (opening, ended, runs) = (Counter(), Counter(), Counter())
        let gate = DispatchSemaphore(value: 0)
        let platform = Platform.test(openFeatures: { _ throws(FramegenError) in
            opening.add()
            gate.wait()
            ended.add()
            return NumberedRows(9)
        })
        let avatar = try await avatar(engine: StandInEngine { _ in runs.add() }, platform: platform)
        let take = avatar.speak(.features(path: "a.npy"))
        let sink = TestSink()
        let writing = Task { try await take.write(to: [sink]) }
        await opening.reach(1)
        let cancelling = Task {
            await take.cancel()
            return (ended.count, await sink.ends)
        }
        gate.signal()
        let (endedBefore, endsBefore) = await cancelling.value
        #expect(endedBefore == 1 && endsBefore == [.abandoned], "it returned too early")
        let error = await #expect(throws: FramegenError.self) { try await writing.value }
        #expect(error?.code == .cancelled)
        #expect(runs.count == 0)
        #expect(await sink.frames.isEmpty)
    }

    @Test(
        "cancelled while the network is at work, it waits for that, and nothing runs afterwards", arguments: [1, 2, 4])
    func cancelledWhileRunning(sessions: Int) async throws {
        let (started, ended) = (Counter(), Counter())
        let gate = DispatchSemaphore(value: 0)
        let engine = StandInEngine { run in
            guard run.window != nil else { return }
            if started.add() >= 3 { gate.wait() }
            ended.add()
        }
        let take = try await avatar(sessions: sessions, engine: engine).speak(.rows(NumberedRows(100_000)))
        let iterating = Task { try await take.allFrames() }
        await started.reach(4)
        let cancelling = Task {
            await take.cancel()
            return (started.count, ended.count)
        }
        for _ in 0..<sessions { gate.signal() }
        let (startedBefore, endedBefore) = await cancelling.value
        #expect(startedBefore == endedBefore, "a session was still at work")
        // Those that were under way, and in each lane one that was about to be.
        #expect(startedBefore <= 4 + 2 * sessions)
        let error = await #expect(throws: FramegenError.self) { try await iterating.value }
        #expect(error?.code == .cancelled)
        try await Task.sleep(for: .milliseconds(20))
        #expect(started.count == startedBefore, "work went on after the end")
    }

    @Test("cancelled while a sink writes, sinks are abandoned, and nothing runs afterwards", arguments: [1, 2, 4])
    func cancelledWhileWriting(sessions: Int) async throws {
        let (runs, written) = (Counter(), Counter())
        let gate = Gate()
        let take = try await avatar(sessions: sessions, engine: StandInEngine { _ in runs.add() })
            .speak(.rows(NumberedRows(100_000)))
        // Nobody opens the gate: the sink is let off by being cancelled.
        let slow = TestSink { frame in
            guard frame.index == 2 else { return }
            written.add()
            await gate.wait()
        }
        let other = TestSink()
        let writing = Task { try await take.write(to: [other, slow]) }
        await written.reach(1)
        await take.cancel()
        let count = runs.count
        for sink in [slow, other] { #expect(await sink.ends == [.abandoned]) }
        #expect(await slow.frames.count == 3)
        let error = await #expect(throws: FramegenError.self) { try await writing.value }
        #expect(error?.code == .cancelled)
        // Three were taken, one picture waited, each lane had a face; and four images were prepared.
        #expect(count <= 4 + sessions + 4)
        try await Task.sleep(for: .milliseconds(20))
        #expect(runs.count == count, "work went on after the end")
        // Cancelling once more changes nothing.
        await take.cancel()
        #expect(await slow.ends == [.abandoned])
    }

    @Test("cancelling who writes is cancelling the take")
    func writerCancelled() async throws {
        let written = Counter()
        let gate = Gate()
        let take = try await avatar().speak(.rows(NumberedRows(100_000)))
        let sink = TestSink { _ in
            written.add()
            await gate.wait()
        }
        let writing = Task { try await take.write(to: [sink]) }
        await written.reach(1)
        writing.cancel()
        let error = await #expect(throws: FramegenError.self) { try await writing.value }
        #expect(error?.code == .cancelled)
        #expect(await sink.ends == [.abandoned])
    }

    @Test("when a sink fails, all are abandoned, its error is thrown, and nothing runs afterwards", arguments: [1, 4])
    func sinkFails(sessions: Int) async throws {
        let (active, runs) = (Counter(), Counter())
        let engine = StandInEngine { _ in
            active.add()
            usleep(2000)
            runs.add()
        }
        let take = try await avatar(sessions: sessions, engine: engine).speak(.rows(NumberedRows(100_000)))
        let failing = TestSink { frame throws(FramegenError) in
            if frame.index == 4 { throw FramegenError(.cannotWrite, "the disk is full") }
        }
        let other = TestSink()
        let error = await #expect(throws: FramegenError.self) { try await take.write(to: [other, failing]) }
        let (begun, count) = (active.count, runs.count)
        #expect(begun == count, "a session was still at work")
        #expect(error?.message == "the disk is full")
        for sink in [failing, other] { #expect(await sink.ends == [.abandoned]) }
        try await Task.sleep(for: .milliseconds(20))
        #expect(active.count == begun, "work went on after the end")
        // They end without the take having succeeded.
        #expect(await take.allEvents().last == .framesFinished(count: 4))
    }

    @Test("takes that are cancelled at any moment leave nothing behind: no sink, no speech, no thread")
    func cancelledAtAnyMoment() async {
        // In a process of its own, whose threads are nobody else's.
        await #expect(processExitsWith: .success) {
            for sessions in [1, 4] { try await TakeEndTests().cancelAtRandomMoments(sessions: sessions) }
        }
    }

    /// Begins and cancels 200 takes.
    private func cancelAtRandomMoments(sessions: Int) async throws {
        let avatar = try await avatar(sessions: sessions)
        let alive = Mutex<[WeakToken]>([])
        let underWay = Counter()
        // A take that goes to its end has started whatever threads there are to be.
        #expect(try await avatar.speak(.rows(NumberedRows(20))).allFrames().count == 20)
        let threadsBefore = Self.threadCount
        var numbers = SeededNumbers(state: UInt64(sessions))
        for round in 0..<100 {
            // Two at a time, each stopped in its own way.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<2 {
                    let token = Token()
                    alive.withLock { $0.append(WeakToken(token: token)) }
                    let sink = TestSink { [token] _ in withExtendedLifetime(token) {} }
                    let take = avatar.speak(.rows(HeldRows(token: token)))
                    let yields = Int.random(in: 0..<300, using: &numbers)
                    let pause =
                        Int.random(in: 0..<3, using: &numbers) == 0 ? Int.random(in: 0..<3000, using: &numbers) : 0
                    group.addTask {
                        let writing = Task { try await take.write(to: [sink]) }
                        for _ in 0..<yields { await Task.yield() }
                        if pause > 0 { try await Task.sleep(for: .microseconds(pause)) }
                        if (round + number) % 3 == 0 { writing.cancel() } else { await take.cancel() }
                        let result = await writing.result
                        #expect(throws: FramegenError.self, "\(round)") { try result.get() }
                        #expect(await sink.ends == [.abandoned], "\(round)")
                        let written = await sink.frames.map(\.index)
                        #expect(written == Array(0..<written.count))
                        if !written.isEmpty { underWay.add() }
                    }
                }
                try await group.waitForAll()
            }
        }
        // Some had begun, and some had not.
        #expect((1..<200).contains(underWay.count))
        // The avatar is as good as before.
        #expect(try await avatar.speak(.rows(NumberedRows(20))).allFrames().count == 20)
        for _ in 0..<500 where alive.withLock({ $0.contains { $0.token != nil } }) {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(alive.withLock { $0.count { $0.token != nil } } == 0)
        // Idle threads end by themselves after some seconds; those of stages that are stuck never do.
        for _ in 0..<600 where Self.threadCount - threadsBefore > 8 { try await Task.sleep(for: .milliseconds(50)) }
        #expect(Self.threadCount - threadsBefore <= 8)
    }

    private struct HeldRows: FeatureSource {
        let name = "rows"
        let rowShape = [2, 1024]
        let rowCount: Int? = 100_000
        let token: Token
        private let rows = NumberedRows(100_000)

        init(token: Token) { self.token = token }

        func nextRow() async throws(FramegenError) -> [Float]? { await rows.nextRow() }
    }

    private struct WeakToken: Sendable {
        weak let token: Token?
    }

    private static var threadCount: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count) ?? 0
    }

    // MARK: Interrupting

    @Test("interrupted, it ends early with what was under way, and sinks are finished", arguments: [1, 2, 4])
    func interrupted(sessions: Int) async throws {
        let written = Counter()
        let gate = Gate()
        let take = try await avatar(sessions: sessions).speak(.rows(NumberedRows(100_000)))
        let sink = TestSink { frame in
            guard frame.index == 2 else { return }
            written.add()
            await gate.wait()
        }
        let writing = Task { try await take.write(to: [sink]) }
        await written.reach(1)
        await take.interrupt()
        gate.open()
        let summary = try await writing.value
        #expect(await sink.ends == [.finished])
        let frames = await sink.frames
        #expect(frames.map(\.index) == Array(0..<frames.count) && summary.frameCount == frames.count)
        #expect(frames.map(\.faceByte) == (0..<frames.count).map(NumberedRows.byte))
        // Three were taken; a picture, a face in each lane, and a cut frame may have been under way.
        #expect((3...5 + sessions).contains(frames.count))
    }

    @Test("interrupted before it began, it has no frames, and sinks are finished")
    func interruptedBefore() async throws {
        let take = try await avatar().speak(.rows(NumberedRows(9)))
        await take.interrupt()
        let sink = TestSink()
        #expect(try await take.write(to: [sink]).frameCount == 0)
        #expect(await sink.ends == [.finished])
    }

    @Test("interrupted while it waits for the sound that belongs to its features, it ends with whole sinks")
    func interruptedWaitingForSound() async throws {
        let asked = Counter()
        let take = try await avatar().speak(.rows(NumberedRows(100), sound: SilentLine(asked: asked)))
        let sink = TestSink()
        let writing = Task { try await take.write(to: [sink]) }
        await asked.reach(1)
        await take.interrupt()
        let count = try await writing.value.frameCount
        #expect(await sink.ends == [.finished])
        #expect(count < 100)
    }

    /// A line on which nobody ever speaks.
    private struct SilentLine: SoundSource {
        let name = "the line"
        let trackFormat = SoundTrackFormat(sampleRate: 16_000, channelCount: 1)
        let expectedSpeechSampleCount: Int? = nil
        let asked: Counter
        private let gate = Gate()

        init(asked: Counter) { self.asked = asked }

        func nextPiece() async -> SoundPiece? {
            asked.add()
            await gate.wait()
            return nil
        }
    }

    @Test("asked for its format in a task that is cancelled, it may still be used")
    func cancelledQuestion() async throws {
        let take = try await avatar().speak(.rows(NumberedRows(9)))
        let question = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await take.format
        }
        #expect(await #expect(throws: FramegenError.self) { try await question.value }?.code == .cancelled)
        #expect(try await take.allFrames().count == 9)
    }

    @Test("interrupted at any moment, it ends with whole sinks")
    func interruptedAtAnyMoment() async throws {
        let avatar = try await avatar()
        var numbers = SeededNumbers(state: 7)
        for round in 0..<60 {
            let take = avatar.speak(.rows(NumberedRows(100_000)))
            let sink = TestSink()
            let writing = Task { try await take.write(to: [sink]) }
            for _ in 0..<Int.random(in: 0..<200, using: &numbers) { await Task.yield() }
            await take.interrupt()
            let count = try await writing.value.frameCount
            #expect(await sink.ends == [.finished], "\(round)")
            #expect(await sink.frames.map(\.index) == Array(0..<count), "\(round)")
        }
    }

    @Test(
        "interrupted while a live speech is silent, it ends: before its first sound, and after some",
        arguments: [0, 16_000])
    func interruptedInSilence(sampleCount: Int) async throws {
        let avatar = try await Avatar.test(
            try folder.open(), generator: .syncTalk160AVE, threads: 2
        ) { $0.speechEncoder = .test(engine: MeanEngine()) }
        let (pieces, speaker) = AsyncStream.makeStream(of: [Float].self)
        let take = avatar.speak(.samples(SpeechSamples(pieces, sampleRate: 16_000)))
        let sink = TestSink()
        let writing = Task { try await take.write(to: [sink]) }
        for start in stride(from: 0, to: sampleCount, by: 1000) {
            speaker.yield((start..<start + 1000).map { Float(sin(Double($0) * 0.05)) * 0.3 })
        }
        // With sound, until some was spoken; nothing more is said then, and nothing ends it.
        for await event in take.events {
            if case .started = event, sampleCount == 0 { break }
            if case .framesFinished(count: 3) = event { break }
        }
        await take.interrupt()
        let summary = try await writing.value
        #expect(await sink.ends == [.finished])
        // A second of sound has 25 frames.
        #expect(sampleCount == 0 ? summary.frameCount == 0 : (3...25).contains(summary.frameCount))
        speaker.finish()
    }

    @Test("a live speech is spoken while it arrives, and to its end")
    func live() async throws {
        let avatar = try await Avatar.test(
            try folder.open(), generator: .syncTalk160AVE, threads: 2
        ) { $0.speechEncoder = .test(engine: MeanEngine()) }
        let samples = (0..<32_000).map { Float(sin(Double($0) * 0.05)) * 0.3 }
        let (pieces, speaker) = AsyncStream.makeStream(of: [Float].self)
        let take = avatar.speak(.samples(SpeechSamples(pieces, sampleRate: 16_000)))
        #expect(try await take.format.frameCount == nil)
        let written = Counter()
        let sink = TestSink { _ in written.add() }
        let writing = Task { try await take.write(to: [sink]) }
        speaker.yield(Array(samples[..<16_000]))
        // Of the 25 frames of a second, the encoder has windows of 0.2 s for 21, and a frame hears seven rows after its own.
        await written.reach(14)
        speaker.yield([])
        speaker.yield(Array(samples[16_000...]))
        speaker.finish()
        let count = try await writing.value.frameCount
        let whole = ArraySound(
            format: SoundTrackFormat(sampleRate: 16_000, channelCount: 1), speech: samples, track: samples)
        let expected = try await avatar.speak(.source(whole)).allFrames()
        let frames = await sink.frames
        #expect(count == expected.count && count >= 49)
        #expect(frames.map { $0.makeImage() } == expected.map { $0.makeImage() })
        #expect(frames.map(\.sound) == expected.map(\.sound))
    }

    @Test("a live speech that breaks off is an error, after the frames before it")
    func liveFails() async throws {
        struct LineIsDown: Error {}
        let avatar = try await Avatar.test(
            try folder.open(), generator: .syncTalk160AVE
        ) { $0.speechEncoder = .test(engine: MeanEngine()) }
        let (pieces, speaker) = AsyncThrowingStream.makeStream(of: [Float].self)
        speaker.yield([Float](repeating: 0.1, count: 16_000))
        speaker.finish(throwing: LineIsDown())
        let take = avatar.speak(.samples(SpeechSamples(pieces, sampleRate: 16_000, name: "the line")))
        var count = 0
        let error = await #expect(throws: FramegenError.self) { for try await _ in take.frames { count += 1 } }
        #expect(error?.code == .notFound && error?.message.hasPrefix("the line cannot be read") == true)
        #expect(error?.cause is LineIsDown)
        #expect(count >= 10)
    }

    // MARK: Events

    @Test("tells of its warnings, its start, each frame and its end, in this order", arguments: [1, 4])
    func events(sessions: Int) async throws {
        let avatar = try await Avatar.test(try folder.open(), threads: sessions) { $0.warnings = ["it is late"] }
        let take = avatar.speak(.rows(NumberedRows(9)))
        let beforeFinish = Counter()
        let sink = TestSink(wantsPictures: true)
        let summary = try await take.write(to: [sink]) { count in
            #expect(count == 9)
            #expect(await sink.ends.isEmpty)
            beforeFinish.add()
        }
        #expect(beforeFinish.count == 1)
        #expect(
            await take.allEvents() == [.warning("it is late"), .started(frameCount: 9, engine: "stand-in")]
                + (1...9).map { .framesFinished(count: $0) } + [.ended(summary)])
        #expect(summary.frameCount == 9 && summary.frameRate == FrameRate(25) && summary.durationInSeconds > 0)
        #expect(Set(summary.busySeconds.keys) == Set(Stage.allCases.map(\.rawValue)))
        #expect(summary.busySeconds["infer"] ?? 0 > 0 && summary.busySeconds["encode"] ?? 0 > 0)
        #expect(summary.busySeconds["audio"] == 0)
        // A sink that wants pictures gets them unasked.
        #expect(try await sink.frames.allSatisfy { try $0.picture != nil })
    }

    @Test("its events end with its frames too, whether all of them were taken or not", arguments: [2, 100])
    func eventsOfIteration(taken: Int) async throws {
        let take = try await avatar().speak(.rows(NumberedRows(9)))
        for try await frame in take.frames where frame.index == taken { break }
        #expect(await take.allEvents() == [.started(frameCount: 9, engine: "stand-in")])
    }

    @Test("its events end when the speech cannot be opened")
    func eventsOfFailure() async throws {
        let take = try await avatar().speak(.features(path: "a.npy"))
        let error = await #expect(throws: FramegenError.self) { try await take.write(to: []) }
        #expect(error?.message == "there is no a.npy")
        #expect(await take.allEvents().isEmpty)
    }
}

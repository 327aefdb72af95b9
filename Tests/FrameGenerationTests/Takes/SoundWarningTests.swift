import FrameGeneration
import TestSupport
import Testing

@Suite("What a take says of its sound", .timeLimit(.minutes(2)))
struct SoundWarningTests {
    private static let format = SoundTrackFormat(sampleRate: 16_000, channelCount: 1)
    private let folder: TemplateFolder

    init() throws { folder = try TemplateFolder(images: [0, 1, 2], landmarks: [0, 1, 2]) }

    /// Sound in pieces of half a second that has something to say when it is opened, after two pieces, and at the end.
    private actor TalkativeSound: SoundSource {
        nonisolated let name = "a.wav"
        nonisolated let trackFormat = SoundWarningTests.format
        nonisolated let expectedSpeechSampleCount: Int?
        private var (pieceCount, given) = (0, 0)
        private var (hasBegun, hasEnded) = (false, false)

        init(pieceCount: Int) {
            self.pieceCount = pieceCount
            expectedSpeechSampleCount = 8000 * pieceCount
        }

        func nextPiece() -> SoundPiece? {
            guard given < pieceCount else { return nil }
            given += 1
            let samples = [Float](repeating: 0.25, count: 8000)
            return SoundPiece(speech: samples, track: samples)
        }

        func newWarnings(isOver: Bool) -> [String] {
            let isFirst = !hasBegun
            defer { (hasBegun, hasEnded) = (true, hasEnded || isOver) }
            return (isFirst ? ["opened"] : []) + (given == 2 && !hasEnded && !isOver ? ["two pieces"] : [])
                + (isOver && !hasEnded ? ["over after \(given)"] : [])
        }
    }

    private func avatar() async throws -> Avatar {
        try await Avatar.test(try folder.open(), generator: .syncTalk160AVE) {
            $0.speechEncoder = .test(engine: MeanEngine())
        }
    }

    /// What a take reports, without its frames.
    private func events(_ take: Take) async throws -> [TakeEvent] {
        try await take.write(to: [])
        return await take.allEvents().filter { event in
            if case .framesFinished = event { false } else { true }
        }
    }

    @Test("is said before the start as far as it is known then, and the rest when it is found, before the end")
    func order() async throws {
        let take = try await avatar().speak(.source(TalkativeSound(pieceCount: 4)))
        let events = try await events(take)
        #expect(events.count == 5)
        #expect(events[0] == .warning("opened"))
        guard case .started = events[1], case .ended = events[4] else {
            Issue.record("\(events)")
            return
        }
        #expect(events[2...3] == [.warning("two pieces"), .warning("over after 4")])
    }

    @Test("is said of all that was read where the speech ends before its sound, also to who iterates the frames")
    func shortSpeech() async throws {
        var settings = TakeSettings()
        settings.frameLimit = 5
        let take = try await Avatar.test(try folder.open())
            .speak(.rows(NumberedRows(250), sound: TalkativeSound(pieceCount: 20)), settings: settings)
        _ = try await take.allFrames()
        #expect(await take.allEvents().last == .warning("over after 1"))
    }

    @Test("is nothing where the take was cancelled")
    func cancelled() async throws {
        let take = try await Avatar.test(try folder.open())
            .speak(.rows(NumberedRows(250), sound: TalkativeSound(pieceCount: 20)))
        var iterator = take.frames.makeAsyncIterator()
        _ = try await iterator.next()
        await take.cancel()
        let said = await take.allEvents().compactMap { event -> String? in
            if case .warning(let text) = event { text } else { nil }
        }
        #expect(said.first == "opened" && !said.contains { $0.hasPrefix("over") })
    }

    @Test(
        "is how long features and sound are that were given together, if not equally long",
        arguments: [
            (40, "numbered rows is for 1.60 s of speech and a.wav lasts 4.00 s: the sound is cut"),
            (250, "numbered rows is for 10.00 s of speech and a.wav lasts 4.00 s: silence follows the sound"),
            (99, nil), (100, nil), (110, nil),
        ] as [(Int, String?)])
    func lengths(rowCount: Int, warning: String?) async throws {
        for isLengthKnown in [true, false] {
            let take = try await Avatar.test(try folder.open()).speak(
                .rows(NumberedRows(rowCount, isLengthKnown: isLengthKnown), sound: TalkativeSound(pieceCount: 8)))
            let said = try await events(take).compactMap { event -> String? in
                if case .warning(let text) = event, text.contains("speech") { text } else { nil }
            }
            #expect(said == (isLengthKnown ? [warning].compactMap { $0 } : []))
        }
    }
}

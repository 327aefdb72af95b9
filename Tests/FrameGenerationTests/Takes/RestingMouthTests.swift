import Foundation
import FrameGeneration
import Synchronization
import TestSupport
import Testing

@Suite("A mouth that rests in silence", .timeLimit(.minutes(5)))
struct RestingMouthTests {
    /// What a speech is made of, row by row: `v` for a voice, `.` for digital silence, `-` for a room at −50 dBFS.
    private static func samples(_ rows: String) -> [Float] {
        var numbers = SeededNumbers(state: 3)
        return rows.enumerated().flatMap { row, kind in
            (0..<640).map { index -> Float in
                switch kind {
                case "v": 0.2 * sin(2 * .pi * 150 * Float(row * 640 + index) / 16_000)
                case "-": Float.random(in: -0.0055...0.0055, using: &numbers)
                default: 0
                }
            }
        }
    }

    private static func sound(_ rows: String) -> ArraySound {
        let samples = samples(rows)
        return ArraySound(
            format: SoundTrackFormat(sampleRate: 16_000, channelCount: 1), speech: samples, track: samples)
    }

    /// How much of each row's window is silence.
    private func shares(_ rows: String) async throws -> [Float] {
        let sound = SpeechSound(Self.sound(rows), makesFeatures: false, findsSilence: true)
        let mouth = RestingMouth(sound, silentWindow: Tensor(shape: [1], values: [1]), rowsPerSecond: 25)
        var shares: [Float] = []
        for row in 0..<rows.count {
            let left = rows.count - 1 - row
            let window = try await mouth.window(
                Tensor(shape: [1], values: [0]), ofRow: row, rowsLeft: left < 7 ? left : nil)
            shares.append(window.values[0])
        }
        return shares
    }

    private static func rows(_ parts: (String, Int)...) -> String {
        parts.map { String(repeating: $0.0, count: $0.1) }.joined()
    }

    @Test(
        "where somebody speaks nothing changes, nor just before and after; between, the mouth closes",
        arguments: [".", "-"])
    func rests(silence: String) async throws {
        let rows = Self.rows((".", 15), ("v", 20), (silence, 30), ("v", 20), (".", 20))
        let shares = try await shares(rows)
        let spoken = Array(rows).map { $0 == "v" }
        for row in shares.indices {
            let near = max(row - 3, 0)...min(row + 2, spoken.count - 1)
            if near.contains(where: { spoken[$0] }) { #expect(shares[row] == 0, "row \(row)") }
        }
        #expect(shares[0] == 1 && shares[5] == 1)
        // At rest from 280 ms after the voice to 200 ms before the next; a block or two of the voice's end may linger.
        #expect(shares[35 + 8..<65 - 6].allSatisfy { $0 == 1 })
        // It closes and opens step by step, over 80 to 160 ms.
        let pause = Array(shares[35..<65])
        let steps = pause.filter { $0 > 0 && $0 < 1 }
        #expect(steps.count == 4)
        for (share, next) in zip(pause, pause.dropFirst()) { #expect(abs(next - share) < 0.34) }
        #expect(shares[92...].allSatisfy { $0 == 1 })
    }

    @Test("a short pause between words leaves the mouth as it is")
    func shortPause() async throws {
        let shares = try await shares(Self.rows(("v", 20), (".", 5), ("v", 20), (".", 9)))
        #expect(shares[..<45].allSatisfy { $0 == 0 })
    }

    @Test("the end is at rest, also where the sound ends soon after speech, or within it", arguments: [0, 1, 2, 9])
    func end(silentRows: Int) async throws {
        let shares = try await shares(Self.rows(("v", 25), (".", silentRows)))
        #expect(shares.last == 1)
        // A single row of silence is not told from the voice's end.
        #expect(shares[..<(silentRows > 1 ? 25 : 23)].allSatisfy { $0 == 0 })
    }

    @Test("a row is the more at rest the further it is from speech")
    func share() {
        func share(_ rows: String, left: Int? = nil) -> Float {
            let row = RestingMouth.rowsAfter + RestingMouth.rampRowCount
            return RestingMouth.share(rows.map { $0 == "v" }, ofRow: row, rowsLeft: left)
        }
        #expect(share(".............") == 1)
        #expect(share(".......v.....") == 0 && share("...v.........") == 0 && share(".........v...") == 0)
        #expect(abs(share("..v..........") - 1 / 3) < 1e-6 && abs(share(".v...........") - 2 / 3) < 1e-6)
        #expect(share("v............") == 1)
        #expect(abs(share("..........v..") - 1 / 3) < 1e-6 && abs(share("...........v.") - 2 / 3) < 1e-6)
        #expect(share(".......v.....", left: 0) == 1 && share("......v......", left: 0) == 1)
        #expect(share(".......vv....", left: 1) == 0.5 && share(".......v.....", left: 1) == 0)
    }

    /// What the network was given for each frame.
    private func windows(
        _ rows: String, _ silence: Silence, segment: SpeechSegment? = nil
    ) async throws -> [[Float]] {
        let windows = Mutex<[[Float]]>([])
        let engine = StandInEngine { run in
            if let window = run.window { windows.withLock { $0.append(Array(window.values)) } }
        }
        let folder = try TemplateFolder(images: [0, 1, 2], landmarks: [0, 1, 2])
        let avatar = try await Avatar.test(
            try folder.open(), generator: .syncTalk160AVE, engine: engine
        ) { $0.speechEncoder = .test(engine: MeanEngine()) }
        var settings = TakeSettings()
        settings.silence = silence
        settings.segment = segment
        let frames = try await avatar.speak(.source(Self.sound(rows)), settings: settings).allFrames()
        return windows.withLock { all in
            #expect(all.count == frames.count)
            return all
        }
    }

    @Test("a take shows it, in every part of the speech as in the whole")
    func take() async throws {
        let rows = Self.rows((".", 10), ("v", 8), ("-", 16))
        let (exact, rest) = (try await windows(rows, .exact), try await windows(rows, .rest))
        // The mean of a mel window of silence is −4.
        let silent = [Float](repeating: -4, count: 32 * 16 * 16)
        #expect(rest.count == exact.count && Array(rest[7..<21]) == Array(exact[7..<21]))
        #expect(rest[0] == silent && exact[0] != silent)
        #expect(rest.last == silent && exact.last != silent)
        let second = try #require(SpeechSegment(2, of: 2))
        #expect(try await windows(rows, .rest, segment: second) == Array(rest[(rest.count / 2)...]))
    }

    @Test("features without sound, or without an encoder, are refused")
    func refused() async throws {
        var settings = TakeSettings()
        settings.silence = .rest
        let folder = try TemplateFolder(images: [0], landmarks: [0])
        let avatar = try await Avatar.test(try folder.open())
        let error = await #expect(throws: FramegenError.self) {
            try await avatar.speak(.rows(NumberedRows(9)), settings: settings).allFrames()
        }
        #expect(error?.code == .invalidRequest && error?.message.contains("audio encoder") == true)
    }
}

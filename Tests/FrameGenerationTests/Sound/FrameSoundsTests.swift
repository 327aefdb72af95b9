import FrameGeneration
import Testing

@Suite("Sound cut for frames")
struct FrameSoundsTests {
    private struct Pieces: SoundSource {
        let name = "pieces"
        let trackFormat: SoundTrackFormat
        let expectedSpeechSampleCount: Int? = nil
        let pieces: PieceList

        func nextPiece() async -> SoundPiece? { await pieces.next() }
    }

    private actor PieceList {
        private var pieces: [[Float]]

        init(_ pieces: [[Float]]) { self.pieces = pieces }

        func next() -> SoundPiece? {
            pieces.isEmpty ? nil : SoundPiece(speech: [], track: pieces.removeFirst())
        }
    }

    @Test("Frames begin at the sample nearest to their time, halves upwards, however far on")
    func rounding() throws {
        let format = SoundTrackFormat(sampleRate: 44_100, channelCount: 1)
        let film = try #require(FrameRate("30000/1001"))
        #expect(format.firstSample(ofFrame: 0, at: film) == 0)
        // 1471.47, 2942.94
        #expect(format.firstSample(ofFrame: 1, at: film) == 1471)
        #expect(format.firstSample(ofFrame: 2, at: film) == 2943)
        // 0.5
        let slow = SoundTrackFormat(sampleRate: 120, channelCount: 1)
        #expect(slow.firstSample(ofFrame: 1, at: try #require(FrameRate(240))) == 1)
        #expect(format.firstSample(ofFrame: (1 << 40) - 1, at: film) == 1_617_898_374_922_079)
    }

    @Test("Spans follow each other without a gap, and silence follows the sound's end")
    func spans() async throws {
        let format = SoundTrackFormat(sampleRate: 50, channelCount: 2)
        let samples = (0..<12).map { Float($0) }
        let source = Pieces(
            trackFormat: format,
            pieces: PieceList([Array(samples[..<2]), Array(samples[2..<3]), Array(samples[3...])]))
        let sounds = FrameSounds(of: source, at: try #require(FrameRate(20)))
        var spans: [SoundSpan] = []
        for _ in 0..<4 { spans.append(try await sounds.next()) }
        #expect(spans.map(\.start) == [0, 3, 5, 8])
        #expect(spans.map(\.end) == [3, 5, 8, 10])
        #expect(spans.flatMap(\.samples) == samples + [Float](repeating: 0, count: 8))
    }
}

import FrameGeneration
import Testing

@Suite("The format of a sound track")
struct SoundTrackFormatTests {
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
}

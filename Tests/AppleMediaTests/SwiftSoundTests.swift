import FrameGeneration
import MediaSupport
import Testing

@testable import AppleMedia

@Suite("Sound in plain Swift")
struct SwiftSoundTests {
    @Test("averages channels for features, and keeps one or two for viewers")
    func mixing() throws {
        let samples: [Float] = [0.5, 0.25, -0.5, 0.5, 1, 1]
        let speech = SwiftSoundConverter(to: .speech)
        #expect(try speech.convert(samples, sampleRate: 16_000, channelCount: 2) == [0.375, 0, 1])
        let format = SoundTrackFormat(sampleRate: 16_000, channelCount: 2)
        #expect(
            try SwiftSoundConverter(to: .track(format)).convert(samples, sampleRate: 16_000, channelCount: 2) == samples
        )
        // Nobody says which of three is for whom.
        #expect(
            try SwiftSoundConverter(to: .track(format)).convert(samples, sampleRate: 16_000, channelCount: 3)
                == [Float(0.25 / 3), Float(0.25 / 3), Float(2.5 / 3), Float(2.5 / 3)])
    }

    @Test("clips viewers' sound, and makes silence of what is not finite")
    func limits() throws {
        let format = SoundTrackFormat(sampleRate: 16_000, channelCount: 1)
        let track = SwiftSoundConverter(to: .track(format))
        #expect(
            try track.convert([2, -3, .nan, .infinity, 0.5], sampleRate: 16_000, channelCount: 1) == [1, -1, 0, 0, 0.5])
        #expect(try SwiftSoundConverter(to: .speech).convert([2], sampleRate: 16_000, channelCount: 1) == [2])
    }

    @Test("goes on where the rate changes, with what the filter held")
    func changes() throws {
        let converter = SwiftSoundConverter(to: .speech)
        let first = try converter.convert([Float](repeating: 0.25, count: 4800), sampleRate: 48_000, channelCount: 1)
        let second = try converter.convert([Float](repeating: 0.25, count: 800), sampleRate: 16_000, channelCount: 1)
        #expect(first.count + second.count == 2400)
        #expect(converter.finish().isEmpty)
    }

    @Test(
        "refuses rates and channels that no sound has", arguments: [(999, 1), (768_001, 1), (16_000, 0), (16_000, 65)])
    func refused(rate: Int, channels: Int) {
        #expect(throws: SoundFormatError.self) {
            try SwiftSoundConverter(to: .speech).convert([0], sampleRate: rate, channelCount: channels)
        }
    }

    @Test("lies where its stamps say: gaps are silent, what comes twice comes once, and jumps are errors")
    func stamps() throws {
        var placed = PlacedSamples(name: "talk.m4a")
        let second = [Float](repeating: 0.5, count: 1000)
        func place(_ stamp: Double?) throws(FramegenError) -> [Float] {
            try placed.place(second, at: stamp, sampleRate: 1000, channelCount: 1)
        }
        // The first stamp is time 0, and a little is how containers round.
        #expect(try place(7) == second)
        #expect(try place(8.02) == second)
        #expect(try place(nil) == second)
        #expect(try place(10.5) == [Float](repeating: 0, count: 500) + second)
        #expect(try place(11) == Array(second.dropFirst(500)))
        #expect(placed.end == 5)
        let error = #expect(throws: FramegenError.self) { try place(100) }
        #expect(error?.code == .invalidData && error?.message.contains("talk.m4a jumps by 88.00 s") == true)
    }
}

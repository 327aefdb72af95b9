import Synchronization
import TestSupport
import Testing

@testable import FrameGeneration
@testable import FramegenUI

@Suite("A face that is shown while it is made", .timeLimit(.minutes(1)))
struct FaceSinkTests {
    /// What was told, in order.
    private final class States: Sendable {
        let all = Mutex<[TalkingFace.State]>([])
    }

    private let states = States()

    private func sink(_ player: FakePlayer) -> FaceSink {
        FaceSink(player, format: Self.format) { [states] state in states.all.withLock { $0.append(state) } }
    }

    private static let format = TakeFormat(
        frameSize: ImageSize(width: 4, height: 4), frameRate: FrameRate(rowsPerSecond: 25), frameCount: nil, sound: nil,
        firstFrame: 0,
        segment: nil)

    private static func frame(_ index: Int) -> Frame {
        Frame(index: index, templateIndex: 0, image: PixelImage(width: 4, height: 4))
    }

    @Test("begins when some frames are there, and tells how many until then")
    func beginning() async throws {
        let player = FakePlayer()
        let sink = sink(player)
        for index in 0..<14 { try await sink.write(Self.frame(index)) }
        #expect(await player.calls == [.begin(frameRate: FrameRate(rowsPerSecond: 25))])
        try await sink.write(Self.frame(14))
        #expect(await player.calls.last == .play(from: 0))
        let shares = states.all.withLock { states in
            states.map { state in if case .preparing(let share) = state { share } else { Double.nan } }
        }
        #expect(shares.count == 15 && shares.dropLast().sorted() == shares.dropLast() && (shares.first ?? 0) > 0)
        #expect(states.all.withLock { $0.last } == .speaking)
    }

    @Test("is not taken far ahead of what is shown, and is played to its end")
    func end() async throws {
        let player = FakePlayer()
        let sink = sink(player)
        for index in 0..<100 { try await sink.write(Self.frame(index)) }
        #expect(await player.waits.last == 4 - FaceSink.mostAhead)
        try await sink.finish()
        #expect(await player.waits.last == 4)
        #expect(await player.places == Array(0..<100))
        #expect(await player.calls == [.begin(frameRate: FrameRate(rowsPerSecond: 25)), .play(from: 0), .flush])
    }

    @Test("stands still where frames come too slowly, and goes on where it was")
    func dry() async throws {
        let player = FakePlayer()
        let sink = sink(player)
        for index in 0..<20 { try await sink.write(Self.frame(index)) }
        await player.setSeconds(0.8)
        for index in 20..<35 { try await sink.write(Self.frame(index)) }
        #expect(
            await player.calls
                == [.begin(frameRate: FrameRate(rowsPerSecond: 25)), .play(from: 0), .pause, .play(from: 0.8)])
        #expect(states.all.withLock { $0.contains(.preparing(progress: 1.0 / 15)) })
    }

    @Test("that is shorter than the beginning is shown all the same; without a frame nothing is")
    func short() async throws {
        let player = FakePlayer()
        let sink = sink(player)
        try await sink.write(Self.frame(0))
        try await sink.finish()
        #expect(await player.calls == [.begin(frameRate: FrameRate(rowsPerSecond: 25)), .play(from: 0), .flush])
        let idle = FakePlayer()
        try await self.sink(idle).finish()
        #expect(await idle.calls.isEmpty)
    }
}

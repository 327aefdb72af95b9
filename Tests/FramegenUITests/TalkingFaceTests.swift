import FrameGeneration
import FramegenUI
import Synchronization
import TestSupport
import Testing

/// Features of zeros, of the smallest generator.
private actor Rows: FeatureSource {
    nonisolated let name = "rows"
    nonisolated let rowShape = [2, 1024]
    nonisolated let rowCount: Int?
    private var left: Int

    init(_ count: Int) {
        rowCount = count
        left = count
    }

    func nextRow() -> [Float]? {
        guard left > 0 else { return nil }
        left -= 1
        return [Float](repeating: 0.5, count: 2048)
    }
}

@MainActor
@Suite("A talking face", .timeLimit(.minutes(1)))
struct TalkingFaceTests {
    private let folder: TemplateFolder

    init() throws { folder = try TemplateFolder(images: [0, 1], landmarks: [0, 1]) }

    private func face(_ player: FakePlayer) -> TalkingFace {
        TalkingFace(player: player) { [folder] () throws(FramegenError) in
            do {
                return try await Avatar.test(folder.open())
            } catch let error as FramegenError {
                throw error
            } catch {
                throw FramegenError(.internalFailure, "\(error)")
            }
        }
    }

    /// Waits until the face is in a state, or no test.
    private func wait(_ face: TalkingFace, until isThere: (TalkingFace.State) -> Bool) async {
        while !isThere(face.state) { await Task.yield() }
    }

    @Test("is prepared, speaks and has finished, and may speak again")
    func speaks() async throws {
        let player = FakePlayer()
        let face = face(player)
        #expect(face.state == .idle)
        await face.prepare()
        #expect(face.state == .idle)
        for _ in 1...2 {
            face.speak(.rows(Rows(40)))
            #expect(face.state == .preparing(progress: 0))
            await wait(face) { $0 == .finished }
        }
        #expect(await player.places == Array(0..<40) + Array(0..<40))
    }

    @Test("that is stopped is idle, and nothing more is shown")
    func stops() async throws {
        let (reached, gate) = (Gate(), Gate())
        let player = FakePlayer { place throws(FramegenError) in
            guard place == 20 else { return }
            reached.open()
            await gate.wait()
            if Task.isCancelled { throw FramegenError(.cancelled, "cancelled") }
        }
        let face = face(player)
        face.speak(.rows(Rows(400)))
        await reached.wait()
        await wait(face) { $0 == .speaking }
        await face.stop()
        #expect(face.state == .idle)
        #expect(await player.calls.last == .flush)
        #expect(await player.places == Array(0...20))
    }

    @Test("says one thing at a time: a new speech ends the one before")
    func replaces() async throws {
        let (reached, gate) = (Gate(), Gate())
        let isFirst = Mutex(true)
        let player = FakePlayer { place throws(FramegenError) in
            guard place == 20, isFirst.withLock({ $0 }) else { return }
            isFirst.withLock { $0 = false }
            reached.open()
            await gate.wait()
            if Task.isCancelled { throw FramegenError(.cancelled, "cancelled") }
        }
        let face = face(player)
        face.speak(.rows(Rows(400)))
        await reached.wait()
        face.speak(.rows(Rows(30)))
        await wait(face) { $0 == .finished }
        #expect(await player.places == Array(0...20) + Array(0..<30))
    }

    @Test("says in words what was wrong, and tries again to load what could not be loaded")
    func fails() async throws {
        let isBroken = Mutex(true)
        let player = FakePlayer()
        let face = TalkingFace(player: player) { [folder] () throws(FramegenError) in
            guard !isBroken.withLock({ $0 }) else { throw FramegenError(.notFound, "there is no avatar") }
            do { return try await Avatar.test(folder.open()) } catch {
                throw FramegenError(.internalFailure, "\(error)")
            }
        }
        await face.prepare()
        #expect(face.state == .failed("there is no avatar"))
        face.speak(.rows(Rows(5)))
        await wait(face) { $0 == .failed("there is no avatar") }
        isBroken.withLock { $0 = false }
        face.speak(.rows(Rows(5)))
        await wait(face) { $0 == .finished }
        face.speak(.sound(path: "missing.wav"))
        await wait(face) { if case .failed = $0 { true } else { false } }
        await face.stop()
        #expect(face.state == .idle)
    }
}

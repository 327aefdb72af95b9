import Foundation
import FrameGeneration
import Synchronization
import TestSupport
import Testing

@Suite("Takes of one avatar at once", .timeLimit(.minutes(5)))
struct SharedAvatarTests {
    /// As many as come back to an image.
    private static let frameCount = 6

    private let folder: TemplateFolder

    init() throws { folder = try TemplateFolder(images: [0, 1, 2, 3], landmarks: [0, 1, 2, 3]) }

    /// Two speeches that are not alike.
    private static func speech(_ number: Int) -> Speech {
        let values = (0..<frameCount * 2048).map { Float(($0 &* (number + 1)) % (97 + number)) / 48 }
        return .rows(FeatureRows(Tensor(shape: [frameCount, 2, 1024], values: values)))
    }

    private static func settings(_ number: Int) -> TakeSettings {
        var settings = TakeSettings()
        settings.startFrame = number
        return settings
    }

    private static func images(_ number: Int, of avatar: Avatar) async throws -> [PixelImage] {
        try await avatar.speak(speech(number), settings: settings(number)).allFrames().map { $0.makeImage() }
    }

    @Test("are each exactly what they are alone, with what is kept and without", arguments: [0, 12_000_000, 1 << 30])
    func sameAsAlone(templateCache: Int) async throws {
        let golden = try NetworkGolden.all.first { $0.generator == .ultralight160Hubert }?.open()
        let model = try #require(golden?.model)
        let template = try folder.open()
        func avatar() async throws -> Avatar {
            try await .test(
                template, model: model, engine: Runtime.onnxruntime.engine, threads: 2,
                templateCacheInBytes: templateCache)
        }
        let shared = try await avatar()
        async let first = Self.images(0, of: shared)
        async let second = Self.images(1, of: shared)
        let together = [try await first, try await second]
        let alone = [
            try await Self.images(0, of: try await avatar()), try await Self.images(1, of: try await avatar()),
        ]
        #expect(together == alone)
        // Otherwise nothing would be mixed up if it were.
        #expect(alone[0] != alone[1] && Set(alone[0].map { Array($0.pixels) }).count > 1)
        // And once more, with what they have left behind.
        #expect(try await Self.images(0, of: shared) == alone[0])
    }

    @Test("have their own faces whatever sessions they share, many at a time", arguments: [1, 2, 4])
    func manyTakes(sessions: Int) async throws {
        let avatar = try await Avatar.test(try folder.open(), threads: sessions)
        try await withThrowingTaskGroup(of: Void.self) { takes in
            for number in 0..<8 {
                takes.addTask {
                    let rows = NumberedRows(30, from: 20 * number)
                    let frames = try await avatar.speak(.rows(rows), settings: Self.settings(number % 4)).allFrames()
                    #expect(frames.map(\.faceByte) == (0..<30).map { NumberedRows.byte(ofRow: 20 * number + $0) })
                    let walk = PingPong(count: 4, start: number % 4)
                    #expect(frames.map(\.templateIndex) == Array(walk.prefix(30)))
                }
            }
            try await takes.waitForAll()
        }
    }

    @Test("an image that both need at once is decoded once, and its part of the network computed once")
    func decodedOnce() async throws {
        let (decoding, templateRuns) = (Counter(), Counter())
        let gate = DispatchSemaphore(value: 0)
        let decoder = HeldDecoder {
            // The first waits until both takes have come to it.
            if decoding.add() == 0 { gate.wait() }
        }
        let engine = StandInEngine { run in if run.window == nil { templateRuns.add() } }
        let avatar = try await Avatar.test(
            try folder.open(), engine: engine, threads: 2, platform: .test(imageDecoder: decoder)
        ) { $0.walk = .frames(3...3) }
        async let first = avatar.speak(.rows(NumberedRows(3))).allFrames().count
        await decoding.reach(1)
        let take = avatar.speak(.rows(NumberedRows(3)))
        async let second = take.allFrames().count
        for await event in take.events { if case .started = event { break } }
        gate.signal()
        #expect(try await [first, second] == [3, 3])
        #expect(decoding.count == 1)
        #expect(templateRuns.count == 1)
        let counts = take.times.templateFrames
        #expect(counts.kept == 3 && counts.prepared == 0)
    }

    /// Looks at every image before it is decoded; sizes come from the header, and are free.
    private struct HeldDecoder: ImageDecoding {
        let onDecode: @Sendable () -> Void

        func size(ofImageAt path: String) throws(FramegenError) -> ImageSize {
            try TextImageDecoder().size(ofImageAt: path)
        }

        func decodeImage(at path: String) throws(FramegenError) -> PixelImage {
            onDecode()
            return try TextImageDecoder().decodeImage(at: path)
        }
    }

    @Test("an image that could not be read is read again by the next take")
    func failureIsForgotten() async throws {
        let avatar = try await Avatar.test(try folder.open())
        try folder.folder.write(Array("rubbish".utf8), to: "full_body_img/1.jpg")
        await #expect(throws: FramegenError.self) { try await avatar.speak(.rows(NumberedRows(2))).allFrames() }
        try folder.folder.write(Array("64x48 1".utf8), to: "full_body_img/1.jpg")
        #expect(try await avatar.speak(.rows(NumberedRows(2))).allFrames().count == 2)
    }

    @Test("one avatar's threads are not used by another with the same budget at the same time")
    func sharedBudget() async throws {
        let budget = ThreadBudget(threadCount: 1)
        let active = Mutex(0)
        let most = Mutex(0)
        let engine = StandInEngine { _ in
            let now = active.withLock { count in
                count += 1
                return count
            }
            most.withLock { $0 = max($0, now) }
            usleep(1000)
            active.withLock { $0 -= 1 }
        }
        let avatars = [
            try await Avatar.test(try folder.open(), engine: engine) { $0.threads = budget },
            try await Avatar.test(try folder.open(), engine: engine) { $0.threads = budget },
        ]
        async let first = avatars[0].speak(.rows(NumberedRows(20))).allFrames().count
        async let second = avatars[1].speak(.rows(NumberedRows(20))).allFrames().count
        #expect(try await [first, second] == [20, 20])
        #expect(most.withLock { $0 } == 1)
    }

    @Test("a store of kept values is asked by one session at a time, and for each image once")
    func store() async throws {
        let store = Store()
        let runs = Counter()
        let engine = StandInEngine { run in if run.window == nil { runs.add() } }
        func speak() async throws {
            let avatar = try await Avatar.test(try folder.open(), engine: engine, threads: 4) { $0.store = store }
            let frames = try await avatar.speak(.rows(NumberedRows(40))).allFrames()
            #expect(frames.map(\.faceByte) == (0..<40).map(NumberedRows.byte))
        }
        try await speak()
        #expect(runs.count == 4 && store.state.withLock { $0.values.count } == 4)
        // Another avatar finds all that the first one has stored.
        try await speak()
        #expect(runs.count == 4 && store.state.withLock { $0.calls } == 2 + 3 * 4)
        #expect(!store.state.withLock { $0.isOverlapped })
    }

    /// Takes its time, and tells whether it was called meanwhile.
    private final class Store: KeptValueStoring {
        struct State {
            var values: [[UInt8]: [BFloat16Tensor]] = [:]
            var calls = 0
            var isAtWork = false
            var isOverlapped = false
        }

        let state = Mutex(State())
        let warning: String? = nil

        private func work<Value>(_ work: (inout State) -> Value) -> Value {
            state.withLock { state in
                state.calls += 1
                state.isOverlapped = state.isOverlapped || state.isAtWork
                state.isAtWork = true
            }
            usleep(5000)
            return state.withLock { state in
                state.isAtWork = false
                return work(&state)
            }
        }

        func prepare(for source: KeptValueSource) { work { _ in } }

        func values(for faceCrop: PixelImage) -> [BFloat16Tensor]? { work { $0.values[Array(faceCrop.pixels)] } }

        func store(_ values: [BFloat16Tensor], for faceCrop: PixelImage) {
            work { $0.values[Array(faceCrop.pixels)] = values }
        }
    }

    @Test("an avatar is let go with its last take, not before")
    func lifetime() async throws {
        weak var token: Token?
        do {
            let strong = Token()
            token = strong
            let engine = StandInEngine { [strong] _ in withExtendedLifetime(strong) {} }
            var avatar: Avatar? = try await Avatar.test(try folder.open(), engine: engine)
            let take = try #require(avatar).speak(.rows(NumberedRows(9)))
            avatar = nil
            #expect(try await take.allFrames().count == 9)
        }
        for _ in 0..<500 where token != nil { try await Task.sleep(for: .milliseconds(20)) }
        #expect(token == nil)
    }
}

@Suite("The walk over a template")
struct WalkTests {
    private let folder: TemplateFolder

    init() throws { folder = try TemplateFolder(images: [0, 1, 2, 3, 4], landmarks: [0, 1, 2, 3, 4]) }

    @Test("keeps to the images it is given, and reads no others", arguments: [1...3, 2...2, 3...4, 0...1])
    func range(walk: ClosedRange<Int>) async throws {
        let template = try folder.open()
        for index in 0..<5 where !walk.contains(index) {
            try folder.folder.write(Array("rubbish".utf8), to: "full_body_img/\(index).jpg")
        }
        let avatar = try await Avatar.test(template, threads: 2) { $0.walk = .frames(walk) }
        let frames = try await avatar.speak(.rows(NumberedRows(12))).allFrames()
        let expected = PingPong(count: walk.upperBound + 1, start: walk.lowerBound)
        #expect(frames.map(\.templateIndex) == Array(expected.prefix(12)))
        #expect(frames.allSatisfy { walk.contains($0.templateIndex) })
    }

    @Test("begins at the start frame within it, and is refused outside", arguments: [0, 1, 2, 3, 4, 5])
    func start(startFrame: Int) async throws {
        let avatar = try await Avatar.test(try folder.open()) { $0.walk = .frames(1...3) }
        var settings = TakeSettings()
        settings.startFrame = startFrame
        let take = avatar.speak(.rows(NumberedRows(7)), settings: settings)
        // 0 is what nobody has asked for.
        if startFrame <= 3 {
            let expected = PingPong(count: 4, start: max(startFrame, 1))
            #expect(try await take.allFrames().map(\.templateIndex) == Array(expected.prefix(7)))
        } else {
            let error = await #expect(throws: FramegenError.self) { try await take.allFrames() }
            #expect(error?.code == .invalidRequest && error?.message.contains("expected 1 to 3") == true)
        }
    }

    @Test("outside of the template is refused when the avatar is made", arguments: [-1...2, 0...5, 7...9])
    func outside(walk: ClosedRange<Int>) async throws {
        let template = try folder.open()
        let error = await #expect(throws: FramegenError.self) {
            try await Avatar.test(template) { $0.walk = .frames(walk) }
        }
        #expect(error?.code == .invalidRequest && error?.message.contains("0..4") == true)
    }

    @Test("says after how many frames it has come to every image", arguments: ["25", "50", "12.5"])
    func firstPass(rate: String) async throws {
        let avatar = try await Avatar.test(try folder.open())
        var settings = TakeSettings()
        settings.frameRate = FrameRate(rate)
        #expect(settings.frameRate != nil)
        settings.frameLimit = try avatar.firstPassFrameCount(settings)
        let frames = try await avatar.speak(.rows(NumberedRows(100)), settings: settings).allFrames()
        // At half the rate, every other image is passed over.
        let expected: Set = rate == "12.5" ? [1, 3] : [0, 1, 2, 3, 4]
        #expect(Set(frames.map(\.templateIndex)) == expected)
    }
}

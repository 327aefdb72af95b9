import Foundation
import FrameGeneration
import Synchronization
import TestSupport
import Testing

@Suite("A take with the network as a whole")
struct WholeNetworkTakeTests {
    private let templateFolder: TemplateFolder
    private let model: NetworkModel

    init() throws {
        templateFolder = try TemplateFolder(images: [0, 1, 2, 3], landmarks: [0, 1, 2, 3], parsing: [0, 1, 2, 3])
        model = try .zeros(for: .syncTalk328AVE)
    }

    /// `rows` rows, each filled with its own number.
    private static func features(rows: Int, rowShape: [Int] = [512]) -> FeatureRows {
        let rowSize = rowShape.reduce(1, *)
        return FeatureRows(
            Tensor(
                shape: [rows] + rowShape,
                values: (0..<rows).flatMap { [Float](repeating: Float($0 + 1), count: rowSize) }
            ))
    }

    private func take(
        features: any FeatureSource = features(rows: 9), engine: any InferenceEngine = PassThroughEngine(),
        startFrame: Int = 0, frameLimit: Int? = nil
    ) async throws -> Take {
        let avatar = try await Avatar.test(
            try templateFolder.open(), generator: .syncTalk328AVE, model: model, engine: engine,
            templateCacheInBytes: 0)
        var settings = TakeSettings()
        settings.startFrame = startFrame
        settings.frameLimit = frameLimit
        return avatar.speak(.rows(features), settings: settings)
    }

    @Test("makes one frame for each row of features, in ping-pong order")
    func oneFrameARow() async throws {
        let take = try await take()
        #expect(try await take.format.frameCount == 9)
        var indices: [Int] = []
        var templateIndices: [Int] = []
        for try await frame in take.frames {
            indices.append(frame.index)
            templateIndices.append(frame.templateIndex)
            // The pass-through engine gives the face back, and the images are of one colour.
            #expect(frame.makeImage().pixels.allSatisfy { $0 == UInt8(frame.templateIndex) })
        }
        #expect(indices == Array(0..<9))
        #expect(templateIndices == Array(PingPong(count: 4).prefix(9)))
    }

    @Test("frame i hears the rows i−8 to i+7, zeros outside", arguments: [1, 5, 40])
    func audioWindows(rows: Int) async throws {
        let windows = Mutex<[Tensor]>([])
        let engine = ObservedEngine { _, inputs in windows.withLock { $0.append(inputs[1]) } }
        for try await _ in try await take(features: Self.features(rows: rows), engine: engine).frames {}
        let seen = windows.withLock { $0 }
        #expect(seen.count == rows)
        for (frame, window) in seen.enumerated() {
            #expect(window.shape == [1, 32, 16, 16])
            for row in 0..<16 {
                let index = frame - 8 + row
                let expected: Float = (0..<rows).contains(index) ? Float(index + 1) : 0
                #expect(window.values[row * 512..<(row + 1) * 512].allSatisfy { $0 == expected })
            }
        }
    }

    @Test("rows that are windows already go to the network as they are")
    func windowedRows() async throws {
        let windows = Mutex<[Tensor]>([])
        let engine = ObservedEngine { _, inputs in windows.withLock { $0.append(inputs[1]) } }
        let features = Self.features(rows: 3, rowShape: [32, 16, 16])
        for try await _ in try await take(features: features, engine: engine).frames {}
        #expect(windows.withLock { $0.map { $0.values.first } } == [1, 2, 3])
    }

    @Test(
        "features of another shape are refused with both shapes, wenet's too, which have as many values as a window",
        arguments: [[2048], [2, 1024], [16, 512], [8192], [511]])
    func wrongFeatures(rowShape: [Int]) async throws {
        let take = try await take(features: Self.features(rows: 3, rowShape: rowShape))
        let error = await #expect(throws: FramegenError.self) { for try await _ in take.frames {} }
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("\(rowShape)") == true && error?.message.contains("[512]") == true)
    }

    @Test("a start frame outside the template is refused before anything is opened", arguments: [-1, 4, 100])
    func startOutside(startFrame: Int) async throws {
        let take = try await take(startFrame: startFrame)
        let error = await #expect(throws: FramegenError.self) { try await take.format }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("\(startFrame)") == true && error?.message.contains("0 to 3") == true)
    }

    @Test("a limit of no frames is refused", arguments: [0, -1])
    func limitOfNone(frameLimit: Int) async throws {
        let take = try await take(frameLimit: frameLimit)
        let error = await #expect(throws: FramegenError.self) { try await take.format }
        #expect(error?.code == .invalidRequest && error?.message.contains("\(frameLimit)") == true)
    }
}

@Suite("A take with sessions side by side", .timeLimit(.minutes(2)))
struct TakeTests {
    private let templateFolder: TemplateFolder

    init() throws {
        templateFolder = try TemplateFolder(images: [0, 1, 2, 3], landmarks: [0, 1, 2, 3], parsing: [0, 1, 2, 3])
    }

    private func take(
        sessions: Int, rows: Int = 9, engine: any InferenceEngine = StandInEngine(),
        changing change: (inout TakeSettings) -> Void = { _ in }
    ) async throws -> Take {
        let avatar = try await Avatar.test(try templateFolder.open(), engine: engine, threads: sessions)
        // So that the tests run with what they are about.
        #expect(avatar.threads[.infer] == sessions)
        var settings = TakeSettings()
        change(&settings)
        return avatar.speak(.rows(NumberedRows(rows)), settings: settings)
    }

    @Test("frames come in their order, each with the face of its row in the image of its place", arguments: [1, 2, 4])
    func order(sessions: Int) async throws {
        // Sessions take turns at being late.
        let runs = Counter()
        let engine = StandInEngine { run in if run.window != nil, runs.add() % 3 == 0 { usleep(2000) } }
        let frames = try await take(sessions: sessions, rows: 60, engine: engine).allFrames()
        #expect(frames.map(\.index) == Array(0..<60))
        #expect(frames.map(\.templateIndex) == Array(PingPong(count: 4).prefix(60)))
        #expect(frames.map(\.faceByte) == (0..<60).map(NumberedRows.byte))
        #expect(frames.allSatisfy { $0.templateByte == UInt8($0.templateIndex) })
        #expect(try frames.allSatisfy { try $0.picture == nil && $0.sound == nil })
        #expect(runs.count == 60)
    }

    @Test("start frame and limit", arguments: [1, 2, 4])
    func startAndLimit(sessions: Int) async throws {
        let take = try await take(sessions: sessions) { settings in
            settings.startFrame = 2
            settings.frameLimit = 3
        }
        #expect(try await take.format.frameCount == 3)
        let frames = try await take.allFrames()
        #expect(frames.map(\.templateIndex) == Array(PingPong(count: 4, start: 2).prefix(3)))
        #expect(frames.map(\.faceByte) == (0..<3).map(NumberedRows.byte))
    }

    @Test("frames come with pictures of the whole frame when they are asked for", arguments: [1, 4])
    func pictures(sessions: Int) async throws {
        let frames = try await take(sessions: sessions) { $0.makesPictures = true }.allFrames()
        #expect(try frames.map { try $0.picture?.luma.first } == (0..<9).map { NumberedRows.byte(ofRow: $0) })
    }

    @Test("runs no further ahead of a slow consumer than its channels hold", arguments: [1, 2, 4])
    func bounded(sessions: Int) async throws {
        let runs = Counter()
        let engine = StandInEngine { run in if run.window != nil { runs.add() } }
        let frames = try await take(sessions: sessions, rows: 60, engine: engine).frames
        var iterator = frames.makeAsyncIterator()
        for taken in 1...10 {
            #expect(try await iterator.next() != nil)
            // A picture that nobody has taken yet, and behind it a face in each lane.
            let bound = taken + 1 + sessions
            await runs.reach(bound)
            // Long enough for stages without bounds to run through.
            try await Task.sleep(for: .milliseconds(20))
            #expect(runs.count == bound)
        }
    }

    @Test("an error of the engine reaches the consumer as it is, after the frames before it", arguments: [1, 2, 4])
    func engineFails(sessions: Int) async throws {
        let failing = NumberedRows.value(ofRow: 7)
        let engine = StandInEngine { run throws(FramegenError) in
            if let window = run.window, window.values[window.values.count / 2] == failing {
                throw FramegenError(.internalFailure, "the engine broke")
            }
        }
        var count = 0
        let error = await #expect(throws: FramegenError.self) {
            for try await frame in try await take(sessions: sessions, rows: 100, engine: engine).frames {
                #expect(frame.index == count)
                count += 1
            }
        }
        #expect(error?.code == .internalFailure)
        #expect(error?.message == "the engine broke")
        #expect(count == 7)
    }

    @Test(
        "an image that was damaged after the template was opened is named, after the frames before it",
        arguments: [1, 2, 4])
    func imageDamagedLater(sessions: Int) async throws {
        let take = try await take(sessions: sessions)
        try templateFolder.folder.write(Array("rubbish".utf8), to: "full_body_img/3.jpg")
        var count = 0
        let error = await #expect(throws: FramegenError.self) { for try await _ in take.frames { count += 1 } }
        #expect(error?.message.contains("full_body_img/3.jpg") == true)
        // 1 and 2 come before it.
        #expect(count == 2)
    }

    @Test("an image of another size than when the template was opened is refused")
    func imageResizedLater() async throws {
        let take = try await take(sessions: 1)
        try templateFolder.folder.write(Array("32x48 1".utf8), to: "full_body_img/1.jpg")
        let error = await #expect(throws: FramegenError.self) { for try await _ in take.frames {} }
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("full_body_img/1.jpg is 32×48, expected 64×48") == true)
    }

    @Test(
        "stops when the consuming task is cancelled, says so, and makes no more than was under way",
        arguments: [1, 2, 4])
    func cancellation(sessions: Int) async throws {
        let runs = Counter()
        let engine = StandInEngine { run in if run.window != nil { runs.add() } }
        let frames = try await take(sessions: sessions, rows: 100_000, engine: engine).frames
        let (started, gate) = (Counter(), Gate())
        let task = Task {
            for try await _ in frames {
                started.add()
                await gate.wait()
            }
        }
        await started.reach(1)
        task.cancel()
        let error = await #expect(throws: FramegenError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        // One was taken, one picture waited, and each lane had a face.
        let count = runs.count
        #expect(count <= 2 + sessions)
        try await Task.sleep(for: .milliseconds(20))
        #expect(runs.count == count, "work went on after the end")
    }

    @Test(
        "lets everything go when the iterator is let go before the end, or a stage failed",
        arguments: [1, 2, 4], [false, true])
    func released(sessions: Int, fails: Bool) async throws {
        weak var token: Token?
        do {
            let strong = Token()
            token = strong
            let engine = StandInEngine { [strong] run throws(FramegenError) in
                withExtendedLifetime(strong) {}
                if fails, let window = run.window, window.values.last == NumberedRows.value(ofRow: 8) {
                    throw FramegenError(.internalFailure, "the engine broke")
                }
            }
            let frames = try await take(sessions: sessions, rows: 200, engine: engine).frames
            do {
                for try await frame in frames where frame.index == 5 { break }
                #expect(!fails)
            } catch {
                #expect(fails)
            }
        }
        // The stages end with what they are at.
        for _ in 0..<500 where token != nil { try await Task.sleep(for: .milliseconds(20)) }
        #expect(token == nil)
    }

    @Test("refuses to be used a second time, by iterating or by writing", arguments: [1, 2, 4])
    func secondIteration(sessions: Int) async throws {
        let take = try await take(sessions: sessions)
        for try await frame in take.frames where frame.index == 1 { break }
        let error = await #expect(throws: FramegenError.self) { for try await _ in take.frames {} }
        #expect(error?.code == .invalidRequest)
        let sink = TestSink()
        let writing = await #expect(throws: FramegenError.self) { try await take.write(to: [sink]) }
        #expect(writing?.code == .invalidRequest)
        #expect(await sink.ends == [.abandoned])
    }

    @Test("a second use disturbs nothing of the first")
    func secondUseMeanwhile() async throws {
        let take = try await take(sessions: 2)
        let (written, gate) = (Counter(), Gate())
        let sink = TestSink { frame in
            if frame.index == 3 {
                written.add()
                await gate.wait()
            }
        }
        let writing = Task { try await take.write(to: [sink]) }
        await written.reach(1)
        await #expect(throws: FramegenError.self) { try await take.write(to: [TestSink()]) }
        gate.open()
        let summary = try await writing.value
        #expect(summary.frameCount == 9)
        #expect(await take.allEvents().last == .ended(summary))
    }

    @Test("an engine that returns something else than a face is an error", arguments: [1, 2, 4])
    func wrongFace(sessions: Int) async throws {
        struct WrongEngine: InferenceEngine {
            let name = "wrong"
            let computesAnyNetwork = true
            func makeSession(
                for model: NetworkModel, options: SessionOptions
            ) throws(FramegenError) -> sending any InferenceSession {
                Session(shapes: model.network.outputShapes)
            }
            final class Session: InferenceSession {
                let shapes: [[Int]]
                init(shapes: [[Int]]) { self.shapes = shapes }
                // What is kept of the template is right, the face is not.
                func run(_ inputs: [Tensor]) -> [Tensor] {
                    shapes.map { Tensor(zeros: $0 == [1, 3, 160, 160] ? [1, 3, 320, 320] : $0) }
                }
            }
        }
        let error = await #expect(throws: FramegenError.self) {
            for try await _ in try await take(sessions: sessions, engine: WrongEngine()).frames {}
        }
        #expect(error?.code == .internalFailure)
        #expect(error?.message.contains("[1, 3, 320, 320]") == true)
    }

    @Test("an engine that returns nothing is an error")
    func noFace() async throws {
        struct SilentEngine: InferenceEngine {
            let name = "silent"
            let computesAnyNetwork = false
            func makeSession(
                for model: NetworkModel, options: SessionOptions
            ) throws(FramegenError) -> sending any InferenceSession { Session() }
            final class Session: InferenceSession {
                func run(_ inputs: [Tensor]) -> [Tensor] { [] }
            }
        }
        let error = await #expect(throws: FramegenError.self) {
            for try await _ in try await take(sessions: 1, engine: SilentEngine()).frames {}
        }
        #expect(error?.code == .internalFailure)
    }
}

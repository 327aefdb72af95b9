import FrameGeneration
import Synchronization
import TestSupport
import Testing

@Suite("The pipeline")
struct PipelineTests {
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

    private func pipeline(
        features: any FeatureSource = features(rows: 9), engine: any InferenceEngine = PassThroughEngine(),
        startFrame: Int = 0, frameLimit: Int? = nil
    ) async throws -> FramePipeline {
        try await FramePipeline(
            generator: .syncTalk328AVE, model: model, template: try templateFolder.open(), features: features,
            engine: engine, sessionOptions: SessionOptions(threads: 1), decoder: TextImageDecoder(),
            startFrame: startFrame, frameLimit: frameLimit)
    }

    @Test("makes one frame for each row of features, in ping-pong order")
    func oneFrameARow() async throws {
        let pipeline = try await pipeline()
        #expect(pipeline.frameCount == 9)
        var indices: [Int] = []
        var templateIndices: [Int] = []
        for try await frame in pipeline.frames {
            indices.append(frame.index)
            templateIndices.append(frame.templateIndex)
            // The pass-through engine gives the face back, and the images are of one colour.
            #expect(frame.image.pixels.allSatisfy { $0 == UInt8(frame.templateIndex) })
        }
        #expect(indices == Array(0..<9))
        #expect(templateIndices == Array(PingPong(count: 4).prefix(9)))
    }

    @Test("start frame and limit")
    func startAndLimit() async throws {
        let pipeline = try await pipeline(startFrame: 2, frameLimit: 3)
        #expect(pipeline.frameCount == 3)
        var templateIndices: [Int] = []
        for try await frame in pipeline.frames { templateIndices.append(frame.templateIndex) }
        #expect(templateIndices == Array(PingPong(count: 4, start: 2).prefix(3)))
    }

    @Test("frame i hears the rows i−8 to i+7, zeros outside", arguments: [1, 5, 40])
    func audioWindows(rows: Int) async throws {
        let windows = Mutex<[Tensor]>([])
        let engine = ObservedEngine { _, inputs in windows.withLock { $0.append(inputs[1]) } }
        for try await _ in try await pipeline(features: Self.features(rows: rows), engine: engine).frames {}
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
        for try await _ in try await pipeline(features: features, engine: engine).frames {}
        #expect(windows.withLock { $0.map { $0.values.first } } == [1, 2, 3])
    }

    @Test(
        "features of another shape are refused with both shapes, wenet's too, which have as many values as a window",
        arguments: [[2048], [2, 1024], [16, 512], [8192], [511]])
    func wrongFeatures(rowShape: [Int]) async throws {
        let error = await #expect(throws: FramegenError.self) {
            try await pipeline(features: Self.features(rows: 3, rowShape: rowShape))
        }
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("\(rowShape)") == true && error?.message.contains("[512]") == true)
    }

    @Test("a start frame outside the template is refused", arguments: [-1, 4, 100])
    func startOutside(startFrame: Int) async throws {
        let error = await #expect(throws: FramegenError.self) { try await pipeline(startFrame: startFrame) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("\(startFrame)") == true && error?.message.contains("0 to 3") == true)
    }

    @Test("runs no further ahead of a slow consumer than its queues hold")
    func bounded() async throws {
        let runs = Mutex(0)
        let engine = ObservedEngine { _, _ in runs.withLock { $0 += 1 } }
        let frames = try await pipeline(features: Self.features(rows: 60), engine: engine).frames
        var iterator = frames.makeAsyncIterator()
        for taken in 1...10 {
            #expect(try await iterator.next() != nil)
            // Long enough for a pipeline without bounds to run through.
            try await Task.sleep(for: .milliseconds(30))
            let bound = taken + FramePipeline.stageLead + 1
            #expect(runs.withLock { $0 } <= bound)
        }
    }

    @Test("an error of the engine reaches the consumer as it is, after the frames before it")
    func engineFails() async throws {
        let engine = ObservedEngine { count, _ throws(FramegenError) in
            if count == 3 { throw FramegenError(.internalFailure, "the engine broke") }
        }
        var count = 0
        let error = await #expect(throws: FramegenError.self) {
            for try await _ in try await pipeline(engine: engine).frames { count += 1 }
        }
        #expect(error?.code == .internalFailure)
        #expect(error?.message == "the engine broke")
        #expect(count == 3)
    }

    @Test("an image that was damaged after the template was opened is named")
    func imageDamagedLater() async throws {
        let pipeline = try await pipeline()
        try templateFolder.folder.write(Array("rubbish".utf8), to: "full_body_img/2.jpg")
        let error = await #expect(throws: FramegenError.self) { for try await _ in pipeline.frames {} }
        #expect(error?.message.contains("full_body_img/2.jpg") == true)
    }

    @Test("stops when the consuming task is cancelled, and says so")
    func cancellation() async throws {
        let runs = Mutex(0)
        let engine = ObservedEngine { _, _ in runs.withLock { $0 += 1 } }
        let frames = try await pipeline(features: Self.features(rows: 100_000), engine: engine).frames
        let (started, starter) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            for try await _ in frames { starter.yield() }
        }
        for await _ in started { break }
        task.cancel()
        let error = await #expect(throws: FramegenError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(runs.withLock { $0 } < 1000)
    }

    @Test("lets everything go when the iterator is let go before the end, or a stage failed", arguments: [false, true])
    func released(fails: Bool) async throws {
        final class Token: Sendable {}
        weak var token: Token?
        do {
            let strong = Token()
            token = strong
            let engine = ObservedEngine { [strong] count, _ throws(FramegenError) in
                withExtendedLifetime(strong) {}
                if fails && count == 2 { throw FramegenError(.internalFailure, "the engine broke") }
            }
            let frames = try await pipeline(features: Self.features(rows: 200), engine: engine).frames
            do {
                for try await frame in frames where frame.index == 5 { break }
            } catch {
                #expect(fails)
            }
        }
        // The stages end with what they are at.
        for _ in 0..<200 where token != nil { try await Task.sleep(for: .milliseconds(20)) }
        #expect(token == nil)
    }

    @Test("refuses to be iterated a second time")
    func secondIteration() async throws {
        let frames = try await pipeline().frames
        for try await frame in frames where frame.index == 1 { break }
        let error = await #expect(throws: FramegenError.self) { for try await _ in frames {} }
        #expect(error?.code == .invalidRequest)
    }

    @Test("an engine that returns something else than a face is an error")
    func wrongFace() async throws {
        struct WrongEngine: InferenceEngine {
            let name = "wrong"
            func makeSession(
                for model: NetworkModel, options: SessionOptions
            ) throws(FramegenError) -> sending any InferenceSession { Session() }
            final class Session: InferenceSession {
                func run(_ inputs: [Tensor]) -> [Tensor] { [Tensor(zeros: [1, 3, 160, 160])] }
            }
        }
        let error = await #expect(throws: FramegenError.self) {
            for try await _ in try await pipeline(engine: WrongEngine()).frames {}
        }
        #expect(error?.code == .internalFailure)
        #expect(error?.message.contains("[1, 3, 160, 160]") == true)
    }
}

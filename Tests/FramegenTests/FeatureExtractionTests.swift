import Foundation
import Framegen
import Synchronization
import TestSupport
import Testing

@Suite("Features of sound as a file")
struct FeatureExtractionTests {
    private let folder: TemporaryFolder
    private var request: FeatureExtractionRequest

    init() throws {
        folder = try TemporaryFolder(named: "features 特征")
        request = FeatureExtractionRequest(
            audioPath: Fixtures.demoPath("audio/voice_kal16.wav"),
            audioEncoderPath: Fixtures.demoPath("checkpoint/audio_encoder.fp16.pth"),
            outputPath: folder.file("deep/aud_ave.npy"))
    }

    private func rows(_ source: any FeatureSource) async throws -> [[Float]] {
        var rows: [[Float]] = []
        while let row = try await source.nextRow() { rows.append(row) }
        return rows
    }

    @Test("the original's rows within 1e-3, the same in both formats, and every second reported")
    func formats() async throws {
        let events = Mutex<[String]>([])
        let summary = try await request.extract { event in
            let text =
                switch event {
                case .started(let count, let engine): "\(count ?? -1) on \(engine)"
                case .rowsFinished(let count): "\(count)"
                case .warning(let text): text
                }
            events.withLock { $0.append(text) }
        }
        let golden = try await rows(
            FeatureFile(path: Fixtures.demoPath("reference/features_voice_kal16.npy"), defaultRowSize: 512))
        let seconds = (1...golden.count / 25).map { "\($0 * 25)" }
        let expected = ["\(golden.count) on onnxruntime"] + seconds + ["\(golden.count)"]
        #expect(events.withLock { $0 } == expected)
        #expect(summary.rowCount == golden.count && summary.rowShape == [512] && summary.rowsPerSecond == 25)
        #expect(summary.path == request.outputPath)
        #expect(summary.stageTimes[.audio] ?? .zero > .zero)

        let file = try FeatureFile(path: request.outputPath, defaultRowSize: 1)
        #expect(file.rowShape == [512])
        let written = try await rows(file)
        try #require(written.count == golden.count)
        for (row, expected) in zip(written, golden) {
            #expect(zip(row, expected).allSatisfy { abs($0 - $1) < 1e-3 })
        }

        var raw = request
        raw.outputPath = folder.file("features.bin")
        _ = try await raw.extract()
        #expect(try await rows(FeatureFile(path: raw.outputPath, defaultRowSize: 1)) == written)
    }

    @Test("rendered from the file, the frames are those rendered from the sound")
    func sameFrames() async throws {
        _ = try await request.extract()
        var fromSound = Demo.request(.sound(path: request.audioPath))
        fromSound.take.frameLimit = 3
        var fromFile = Demo.request(.features(path: request.outputPath))
        fromFile.take.frameLimit = 3
        let images = try await fromSound.images()
        #expect(try await fromFile.images() == images && images.count == 3)
    }

    @Test("what cannot be done is said before anything is written")
    func refusals() async throws {
        let text = try folder.write(Array("not what you think".utf8), to: "text")
        let taken = try folder.write([1], to: "taken.npy")
        let cases: [(WritableKeyPath<FeatureExtractionRequest, String>, String, FramegenError.Code)] = [
            (\.audioPath, folder.file("nothing.mp3"), .notFound), (\.audioPath, text, .invalidData),
            (\.audioEncoderPath, folder.file("nothing.pth"), .notFound), (\.audioEncoderPath, text, .invalidData),
            (\.audioEncoderPath, Fixtures.demoPath("checkpoint/unet_328.fp16.pth"), .invalidData),
            (\.outputPath, folder.file("features.csv"), .invalidRequest), (\.outputPath, taken, .cannotWrite),
        ]
        for (keyPath, path, code) in cases {
            var request = request
            request[keyPath: keyPath] = path
            let error = await #expect(throws: FramegenError.self) { try await request.extract() }
            #expect(error?.code == code, "\(error?.message ?? "")")
            #expect(error?.message.contains(path) == true, "\(error?.message ?? "")")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["taken.npy", "text"])

        var request = request
        request.engine.threads = 0
        await #expect(throws: FramegenError.self) { try await request.extract() }
        request.engine.threads = 1
        request.audioPath = try folder.write(
            WaveFile(sampleRate: 16_000, channels: [[Double](repeating: 0, count: 2999)]).bytes, to: "short.wav")
        let error = await #expect(throws: FramegenError.self) { try await request.extract() }
        #expect(error?.code == .invalidData && error?.message.contains("3000") == true)
        #expect(!FileManager.default.fileExists(atPath: request.outputPath))
    }

    @Test("a cancelled extraction leaves nothing, and an older file stays")
    func cancellation() async throws {
        try FileManager.default.createDirectory(atPath: folder.file("deep"), withIntermediateDirectories: true)
        try folder.write([1, 2], to: "deep/aud_ave.npy")
        var request = request
        request.overwrites = true
        let task = Task { [request] in
            try await request.extract { if case .rowsFinished = $0 { withUnsafeCurrentTask { $0?.cancel() } } }
        }
        let error = await #expect(throws: FramegenError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("deep")) == ["aud_ave.npy"])
        #expect(try Data(contentsOf: URL(filePath: request.outputPath)) == Data([1, 2]))
    }
}

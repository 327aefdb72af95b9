import Foundation
import Framegen
import FramegenTools
import Media
import Synchronization
import TestSupport
import Testing

@Suite("What is said of a sound", .timeLimit(.minutes(5)))
struct SoundWarningTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A second of two channels that cancel each other, with a sample that is no number.
    private func badSound() throws -> String {
        var left = (0..<16_000).map { sin(Double($0) / 5) / 2 }
        let right = left.map { -$0 }
        left[4000] = .nan
        let wave = WaveFile(sampleRate: 16_000, format: .float32, channels: [left, right])
        return try folder.write(wave.bytes, to: "bad.wav")
    }

    /// A second in each of two streams, of which only the second one is loud.
    private func twoStreams() throws -> String {
        var movie = MatroskaFile([], sampleRate: 16_000)
        movie.languages = ["ger", "eng"]
        movie.packets = (0..<100).map { index in
            let samples = (0..<320).map { index % 2 == 0 ? 0 : sin(Float($0) / 5) / 2 }
            return MatroskaFile.Packet(stream: index % 2, milliseconds: 20 * (index / 2), samples: samples)
        }
        return try folder.write(movie.bytes, to: "two.mkv")
    }

    private func expectBoth(_ warnings: [String], sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(warnings.count == 2, "\(warnings)", sourceLocation: sourceLocation)
        for part in ["bad.wav has a sample of nan at 0.25 s", "bad.wav has two channels that cancel each other"] {
            #expect(warnings.contains { $0.contains(part) }, "\(warnings)", sourceLocation: sourceLocation)
        }
    }

    @Test("comes from a video, a batch and an extraction of features, each of which goes on")
    func everywhere() async throws {
        let warnings = Mutex<[String]>([])
        func taken() -> [String] {
            warnings.withLock { warnings in
                defer { warnings = [] }
                return warnings
            }
        }
        var request = Demo.request(.sound(path: try badSound()), engine: .passthrough)
        request.outputs = [.video(VideoOutput(path: folder.file("a.mp4")))]
        _ = try await request.render { event in
            if case .warning(let text) = event { warnings.withLock { $0.append(text) } }
        }
        expectBoth(taken())
        #expect(try VideoFrameReader(path: folder.file("a.mp4")).info.soundSeconds ?? 0 > 0.9)

        var defaults = BatchDefaults()
        defaults.checkpoint = Demo.checkpoint
        defaults.template = Demo.template
        defaults.audioEncoder = Demo.audioEncoder
        let line = #"{"output": "\#(folder.file("b.mp4"))", "audio": "\#(folder.file("bad.wav"))"}"#
        let jobs = try BatchJob.read(
            folder.write(Array(line.utf8), to: "jobs.jsonl"), defaults: defaults, settings: Demo.settings(.passthrough))
        let results = try await Batch(jobs).run { event in
            if case .warning(_, let text) = event { warnings.withLock { $0.append(text) } }
        }
        #expect(results.allSatisfy { $0.error == nil })
        expectBoth(taken())

        let extraction = FeatureExtractionRequest(
            audioPath: folder.file("bad.wav"), audioEncoderPath: Demo.audioEncoder, outputPath: folder.file("a.npy"))
        _ = try await extraction.extract { event in
            if case .warning(let text) = event { warnings.withLock { $0.append(text) } }
        }
        expectBoth(taken())
    }

    @Test("is not said of a stream that was chosen, which a video, a batch and features take")
    func streams() async throws {
        let path = try twoStreams()
        func loudest(_ name: String) async throws -> Float {
            let sound = try SoundFile(path: folder.file(name))
            var samples: [Float] = []
            while let more = try await sound.nextSamples() { samples += more }
            return samples.map(abs).max() ?? 0
        }
        var rows: [[[Float]]] = []
        for stream in 0..<2 {
            var request = Demo.request(.sound(path: path, stream: stream), engine: .passthrough)
            request.outputs = [.video(VideoOutput(path: folder.file("\(stream).mp4")))]
            _ = try await request.render { event in
                if case .warning(let text) = event { Issue.record("\(text)") }
            }
            #expect(try await (loudest("\(stream).mp4") > 0.3) == (stream == 1))

            var extraction = FeatureExtractionRequest(
                audioPath: path, audioEncoderPath: Demo.audioEncoder, outputPath: folder.file("\(stream).npy"))
            extraction.audioStream = stream
            _ = try await extraction.extract()
            let file = try FeatureFile(path: extraction.outputPath, defaultRowSize: 512)
            rows.append([])
            while let row = try await file.nextRow() { rows[stream].append(row) }
        }
        #expect(!rows[0].isEmpty && rows[0].count == rows[1].count && rows[0] != rows[1])

        var defaults = BatchDefaults()
        defaults.checkpoint = Demo.checkpoint
        defaults.template = Demo.template
        defaults.audioEncoder = Demo.audioEncoder
        defaults.audio = path
        defaults.audioStream = 1
        func jobs(_ lines: [String]) throws -> [BatchJob] {
            try BatchJob.read(
                folder.write(Array(lines.joined(separator: "\n").utf8), to: "jobs.jsonl"), defaults: defaults,
                settings: Demo.settings(.passthrough))
        }
        let output = #""output": "\#(folder.file("c"))"#
        let read = try jobs([
            #"{\#(output)1.mp4"}"#, #"{\#(output)2.mp4", "audio_stream": 0}"#,
            #"{\#(output)3.mp4", "audio_features": "\#(folder.file("0.npy"))", "audio": "\#(path)"}"#,
        ])
        #expect(
            read.map(\.request.speech) == [
                .sound(path: path, stream: 1), .sound(path: path, stream: 0),
                .features(path: folder.file("0.npy"), soundPath: path, soundStream: 1),
            ])
        let error = #expect(throws: FramegenError.self) { try jobs([#"{\#(output)1.mp4", "audio_stream": 2}"#]) }
        #expect(
            error?.message.contains("line 1: \(path) has no sound stream 2, expected one of 0 (pcm_f32le, ger)") == true
        )
    }
}

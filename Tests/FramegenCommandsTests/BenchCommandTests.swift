import Foundation
import Framegen
import Media
import TestSupport
import Testing

@Suite("framegen bench", .timeLimit(.minutes(20)))
struct BenchCommandTests {
    private let folder: TemporaryFolder
    private let template: ImageTemplate
    /// Where temporary files go, and nothing else is.
    private let temporary: String

    init() throws {
        folder = try TemporaryFolder(named: "framegen 命令")
        template = try ImageTemplate(boxes: [(8, 40, 4), (8, 40, 4), (8, 40, 4)], in: folder)
        temporary = folder.file("temporary")
        try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    }

    private func arguments(_ more: String...) -> [String] {
        [
            "bench", "--checkpoint", Fixtures.demoPath("checkpoint/unet_328.fp16.pth"), "--template", template.path,
            "--audio", Fixtures.demoPath("audio/voice_kal16.wav"), "--audio-encoder",
            Fixtures.demoPath("checkpoint/audio_encoder.fp16.pth"), "--engine", "passthrough",
        ] + more
    }

    /// Runs the command and expects that it leaves nothing behind.
    private func run(
        _ arguments: [String], onErrorText: @escaping @Sendable (Process, String) -> Void = { _, _ in }
    ) async throws -> CommandProcess.Result {
        let result = try await CommandProcess.run(
            arguments, environment: ["TMPDIR": temporary], onErrorText: onErrorText)
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary).isEmpty)
        return result
    }

    @Test("--json has the figures that programs go by")
    func json() async throws {
        let start = ContinuousClock.now
        let result = try await run(
            arguments(
                "--limit", "20", "--repetitions", "2", "--threads", "1", "--precision", "fp32", "--json",
                "--progress", "none"))
        let outside = start.duration(to: .now) / .seconds(1)
        #expect(result.exitCode == 0 && result.errors.isEmpty, "\(result.errors)")
        let report = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(
            Set(report.keys) == [
                "engine", "precision", "processors", "frames", "seconds", "frames_per_second", "processor_share",
                "stages", "first_pass", "warm", "next_take", "template_cache", "ready_seconds", "first_frame_seconds",
                "first_encoded_frame_seconds", "peak_memory_bytes", "runs",
            ])
        func number(_ key: String, in object: [String: Any]? = nil) throws -> Double {
            try #require((object ?? report)[key] as? Double, "\(key)")
        }
        #expect(try number("frames") == 20)
        let rate = try number("frames_per_second")
        let seconds = try number("seconds")
        #expect(abs(rate - 20 / seconds) < 1e-6 * rate)
        let runs = try #require(report["runs"] as? [[String: Any]])
        #expect(runs.count == 2)
        let secondsOfRuns = try runs.map { try number("seconds", in: $0) }
        #expect(secondsOfRuns.reduce(0, +) < outside)

        // From the start of the process, and so before its end as seen from here.
        let ready = try number("ready_seconds")
        let readyOfRun = try number("ready_seconds", in: runs[0])
        let firstFrame = try number("first_frame_seconds")
        let firstEncoded = try number("first_encoded_frame_seconds")
        #expect(readyOfRun <= ready && ready < firstFrame && firstFrame <= firstEncoded && firstEncoded < outside)

        let warm = try #require(report["warm"] as? [String: Any])
        #expect(try number("frames", in: warm) == 16)
        let firstPass = try #require(report["first_pass"] as? [String: Any])
        #expect(try number("frames", in: firstPass) == 4)
        let nextTake = try #require(report["next_take"] as? [String: Any])
        #expect(
            try number("seconds_to_first_frame", in: nextTake) > 0
                && number("seconds_to_first_packet", in: nextTake) > 0)
        for part in [report, firstPass, warm] {
            let stages = try #require(part["stages"] as? [String: [String: Any]])
            #expect(Set(stages.keys) == ["audio", "cut", "infer", "paste", "encode"])
            let uses = ["busy", "starved", "blocked"].map { "\($0)_milliseconds_per_frame" }
            for (name, stage) in stages {
                #expect(Set(stage.keys) == Set(uses + ["threads"]), "\(name)")
                for use in uses { #expect(try number(use, in: stage) >= 0, "\(name) \(use)") }
            }
            #expect(try number("processor_share", in: part) > 0)
        }
        let cache = try #require(report["template_cache"] as? [String: Any])
        for (key, expected) in ["kept": 17, "prepared": 3, "stored": 0, "kept_share": 0.85] {
            #expect(try number(key, in: cache) == expected, "\(key)")
        }
        let budget = try number("budget_bytes", in: cache)
        #expect(try number("bytes", in: cache) <= budget)
    }

    @Test("prints tables, and progress on standard error")
    func text() async throws {
        let result = try await run(arguments("--limit", "3", "--repetitions", "2"))
        #expect(result.exitCode == 0)
        for part in [
            "3 frames in ", "on passthrough in fp32; ", " in 2 runs", "warm", "nothing", "1 kept, 2 prepared",
            "starved",
            "paste", "first pass", "next take", "peak memory",
        ] {
            #expect(result.output.contains(part), "\(part)")
        }
        #expect(result.errors.contains("3/3 frames"))
    }

    @Test(
        "a wrong flag or value is answered with what is right",
        arguments: [
            (["--repetitions", "0"], "1 to 1000"), (["--output", "x.mp4"], "--output"),
            (["--limit", "0"], "1 or more"),
            (["--crf", "60"], "0 to 51"), (["--model", "x.onnx"], "not both"), (["--threads", "0"], "1 to 1024"),
            (["--start-frame", "3"], "0 to 2"),
        ])
    func usage(flags: [String], hint: String) async throws {
        let result = try await run(arguments() + flags)
        #expect(result.exitCode == 64, "\(result.errors)")
        #expect(result.errors.contains(hint) && result.output.isEmpty, "\(result.errors)")
    }

    @Test("bad input is named as generate does, before the first frame and after it")
    func badInput() async throws {
        let nowhere = folder.file("nowhere")
        var result = try await run(arguments("--audio", nowhere))
        #expect(result.exitCode == 66 && result.errors.contains(nowhere) && result.output.isEmpty)
        // A picture whose header is whole.
        let path = template.file("full_body_img/2.png")
        try Data(contentsOf: URL(filePath: path)).prefix(60).write(to: URL(filePath: path))
        result = try await run(arguments("--progress", "none"))
        #expect(result.exitCode == 65 && result.errors.contains(path), "\(result.errors)")
        #expect(result.errorLines.count == 1 && result.output.isEmpty)
    }

    @Test("Ctrl-C leaves no video", arguments: [SIGINT, SIGTERM])
    func interruption(signal: Int32) async throws {
        let result = try await run(
            arguments("--repetitions", "1000", "--progress", "json")
        ) { process, text in
            if text.contains(#""event":"frame""#) { kill(process.processIdentifier, signal) }
        }
        #expect(result.exitCode == 130 && result.errors.contains("interrupted") && result.output.isEmpty)
    }
}

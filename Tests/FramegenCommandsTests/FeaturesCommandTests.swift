import Foundation
import Framegen
import TestSupport
import Testing

@Suite("framegen features", .timeLimit(.minutes(5)))
struct FeaturesCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(named: "framegen 命令") }

    private func arguments(_ output: String = "aud_ave.npy", _ more: String...) -> [String] {
        [
            "features", "--audio", Fixtures.demoPath("audio/voice_kal16.wav"), "--audio-encoder",
            Fixtures.demoPath("checkpoint/audio_encoder.fp16.pth"), "--output", folder.file(output),
        ] + more
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test("writes the file, says so on standard output and shows progress on standard error")
    func text() async throws {
        let result = try await CommandProcess.run(arguments())
        #expect(result.exitCode == 0)
        #expect(
            result.output.contains(
                "features: \(folder.file("aud_ave.npy")), 126 rows of 512 values for 5.04 s of video"))
        #expect(result.output.contains("126 rows in ") && result.output.contains("busy: audio "))
        #expect(result.errors.contains("126/126 rows"))
        #expect(try FeatureFile(path: folder.file("aud_ave.npy"), defaultRowSize: 1).rowCount == 126)
    }

    @Test("--json and --progress json are for programs")
    func json() async throws {
        let result = try await CommandProcess.run(arguments("a.bin", "--json", "--progress", "json"))
        #expect(result.exitCode == 0)
        let report = try object(result.output)
        #expect(report["path"] as? String == folder.file("a.bin") && report["rows"] as? Int == 126)
        #expect(report["shape"] as? [Int] == [126, 512] && report["video_seconds"] as? Double == 5.04)
        #expect(Set((report["busy_seconds"] as? [String: Any] ?? [:]).keys) == ["audio", "encode"])
        let events = try result.errorLines.map(object)
        #expect(
            events.map { $0["event"] as? String }
                == ["started"] + [String](repeating: "row", count: 6) + ["finished"])
        #expect(events[1]["row"] as? Int == 25 && events[6]["row"] as? Int == 126 && events[7]["rows"] as? Int == 126)

        let taken = try await CommandProcess.run(arguments("a.bin", "--json", "--progress", "json"))
        #expect(taken.exitCode == 73 && taken.output.isEmpty)
        #expect(try object(taken.errors)["event"] as? String == "error")
        let replaced = try await CommandProcess.run(arguments("a.bin", "--overwrite", "--progress", "none"))
        #expect(replaced.exitCode == 0 && replaced.errors.isEmpty)
    }

    @Test(
        "a wrong flag or value is answered with what is right",
        arguments: [
            (["--output", ""], "--output is empty"), (["--audio", ""], "--audio is empty"),
            (["--audio-stream", "-1"], "--audio-stream is -1"), (["--audio-stream", "1"], "one of 0 (pcm_s16le)"),
            (["--engine", "x"], "openvino"), (["--threads", "0"], "1 to 1024"),
            (["--output", "a.csv"], ".npy or .bin"),
            (["--checkpoint", "x"], "--checkpoint"),
        ])
    func usage(flags: [String], hint: String) async throws {
        let result = try await CommandProcess.run(arguments() + flags)
        #expect(result.exitCode == 64, "\(result.errors)")
        #expect(result.errors.contains(hint), "\(result.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test("--dump-tensors writes the frames that --dump-frames names, by itself frame 0")
    func dumpTensors() async throws {
        let generate = [
            "generate", "--checkpoint", Fixtures.demoPath("checkpoint/unet_328.fp16.pth"), "--template",
            Fixtures.demoPath("template"), "--audio-features", Fixtures.demoPath("audio/aud_ave.npy"), "--engine",
            "passthrough", "--progress", "none",
        ]
        func frames() throws -> [Int?] {
            let index = try object(String(contentsOfFile: folder.file("dump/index.json"), encoding: .utf8))
            return (index["frames"] as? [[String: Any]] ?? []).map { $0["frame"] as? Int }
        }
        let dump = generate + ["--dump-tensors", folder.file("dump")]
        var result = try await CommandProcess.run(dump)
        #expect(result.exitCode == 0 && result.output.contains("tensors: \(folder.file("dump/index.json"))"))
        #expect(try frames() == [0])
        result = try await CommandProcess.run(dump)
        #expect(result.exitCode == 73 && result.errors.contains("--overwrite"))
        result = try await CommandProcess.run(dump + ["--overwrite", "--dump-frames", "7,0, 1,7"])
        #expect(result.exitCode == 0)
        #expect(try frames() == [0, 1, 7])

        for (flags, hint) in [
            (["--dump-frames", "1"], "--dump-tensors"), ([], "--dump-tensors"), (["--dump-tensors", ""], "is empty"),
            (["--dump-tensors", "x", "--dump-frames", "1,,2"], "0,1,7"),
            (["--dump-tensors", "x", "--dump-frames", "-1"], "0,1,7"),
            (["--dump-tensors", "x", "--dump-frames", "9", "--limit", "9"], "0 to 8"),
        ] {
            result = try await CommandProcess.run(generate + flags)
            #expect(result.exitCode == 64, "\(flags): \(result.errors)")
            #expect(result.errors.contains(hint), "\(flags): \(result.errors)")
        }
    }
}

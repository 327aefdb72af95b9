import Foundation
import Framegen
import Media
import Synchronization
import TestSupport
import Testing

@Suite("framegen generate", .timeLimit(.minutes(5)))
struct GenerateCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(named: "framegen 命令") }

    private func arguments(
        checkpoint: String = Fixtures.demoPath("checkpoint/unet_328.fp16.pth"),
        template: String = Fixtures.demoPath("template"),
        features: String = Fixtures.demoPath("audio/aud_ave.npy"), frames: String? = nil, _ more: String...
    ) -> [String] {
        [
            "generate", "--checkpoint", checkpoint, "--template", template, "--audio-features", features,
            "--frames-dir", frames ?? folder.file("frames"),
        ] + more
    }

    /// Expects one clear line on standard error, nothing on standard output, no frames, and the exit code.
    private func expectFailure(
        _ exitCode: Int32, naming text: String, _ arguments: [String], launcher: [String] = [], ending: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let result = try await CommandProcess.run(arguments, launcher: launcher)
        #expect(result.exitCode == exitCode, "\(result.errors)", sourceLocation: sourceLocation)
        #expect(result.output.isEmpty, sourceLocation: sourceLocation)
        #expect(result.errorLines.count == 1, "\(result.errors)", sourceLocation: sourceLocation)
        #expect(result.errors.hasPrefix("error: "), "\(result.errors)", sourceLocation: sourceLocation)
        #expect(result.errors.contains(text), "\(result.errors)", sourceLocation: sourceLocation)
        #expect(result.errors.hasSuffix("\(ending)\n"), "\(result.errors)", sourceLocation: sourceLocation)
        #expect(!FileManager.default.fileExists(atPath: folder.file("frames")), sourceLocation: sourceLocation)
    }

    @Test("renders frames, says where on standard output and shows progress on standard error")
    func renders() async throws {
        let result = try await CommandProcess.run(
            arguments("--limit", "2", "--precision", "fp32", "--template-cache", "0"))
        #expect(result.exitCode == 0)
        #expect(result.output.contains("2 frames in ") && result.output.contains(" on onnxruntime in fp32\n"))
        #expect(result.output.contains("frames: \(folder.file("frames"))\n"))
        #expect(!result.output.contains("chosen by auto"))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.file("frames")).sorted()
                == ["frame_00000.png", "frame_00001.png"])
        #expect(result.errors.contains("2/2 frames"))
        expectSame(
            try ImageFileDecoder().decodeImage(at: folder.file("frames/frame_00000.png")),
            as: try ImageFileDecoder().decodeImage(at: Fixtures.demoPath("reference/frame_00000.png")), "frame 0")
    }

    @Test("--progress json gives one JSON object a line, none gives nothing")
    func progressStyles() async throws {
        var result = try await CommandProcess.run(arguments("--limit", "2", "--progress", "json"))
        let events = try result.errorLines.map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        #expect(events.map { $0["event"] as? String } == ["started", "frame", "frame", "finished"])
        #expect(events[2]["frame"] as? Int == 2 && events[2]["frames"] as? Int == 2)
        #expect(events[3]["frames"] as? Int == 2 && events[3]["peak_memory_bytes"] as? Int ?? 0 > 0)
        result = try await CommandProcess.run(arguments("--limit", "1", "--progress", "none", "--overwrite"))
        #expect(result.exitCode == 0 && result.errors.isEmpty)
        result = try await CommandProcess.run(arguments("--limit", "1", "--progress", "json"))
        #expect(result.exitCode == 73)
        let failure = try #require(JSONSerialization.jsonObject(with: Data(result.errors.utf8)) as? [String: Any])
        #expect(failure["event"] as? String == "error")
    }

    @Test(
        "a wrong flag or value is answered with what is right",
        arguments: [
            (["--frames-format", "bmp"], "png"), (["--engine", "tensorrt"], "openvino"),
            (["--provider", "abacus"], "cuda"),
            (["--provider", "cuda", "--engine", "openvino"], "expected onnxruntime"), (["--precision", "fp8"], "fp32"),
            (["--progress", "loud"], "json"), (["--limit", "0"], "1 or more"),
            (["--audio-stream", "-1"], "--audio-stream is -1, expected 0 or more"),
            (["--audio-stream", "0"], "--audio-stream is given and no --audio"),
            (["--audio", Fixtures.demoPath("audio/voice_kal16.wav"), "--audio-stream", "3"], "one of 0 (pcm_s16le)"),
            (["--limit", "many"], "--limit"), (["--start-frame", "-1"], "--start-frame"),
            (["--threads", "0"], "1 to 1024"), (["--chekpoint", "x"], "--checkpoint"),
            (["--out", "x"], "no flag --out; did you mean --output?"),
            (["--frams", "x"], "no flag --frams; did you mean --frames-dir?"),
            (["--encoder", "x"], "no flag --encoder; did you mean --audio-encoder?"),
            (["-o", "x"], "no flag -o; did you mean --output?"), (["--wav", "x"], "did you mean --audio?"),
            (["--outptu=x"], "no flag --outptu; did you mean --output?"), (["--zzzzzz"], "no flag --zzzzzz"),
            (["--mode", "hubet"], "hubert"), (["--resize", "cubic"], "bilinear"),
            (["--resize", "area"], "expected bicubic"), (["--mode", "wenet"], "SyncTalk_2D 328 hubert"),
            (["--model", "x.onnx"], "not both"), (["--template-cache", "1TB!"], "1GiB"),
            (["--template-cache", "5"], "expected a size with its unit"),
            (["--weights-key", ""], "--weights-key is empty"),
            (["--audio-encoder", "x.pth"], "expected one of the two"),
            (["--template-cache", "0", "--template-cache-on-disk"], "--template-cache is 0"),
            (["--dump-frames", "1"], "--dump-tensors"), (["--start-frame", "100"], "0 to 99"),
            (["--fps", "1000"], "1 to 240"), (["--crf", "-1"], "0 to 51"),
            (
                ["--walk", "5"],
                "'5' is invalid for '--walk <first..last>': expected the first and the last image, such as 100..199, or all"
            ),
            (["--walk", "7..5"], "100..199"), (["--walk", "-1..5"], "'-1..5' is invalid for '--walk"),
            (["--walk", "a..b"], "100..199"),
            (["--walk", "1..2..3"], "100..199"), (["--walk", ""], "100..199"), (["--walk", "1...3"], "100..199"),
            (["--walk", "90..100"], "90..100 is not in"), (["--walk", "90..100"], "expected parts of 0..99"),
            (["--walk", "10..12", "--start-frame", "9"], "expected 10 to 12"),
            (["--segment", "0/3"], "from 1/1 to 10000/10000, such as 3/8"),
            (["--segment", "4/3"], "3/8"), (["--segment", "3"], "3/8"), (["--segment", "a/b"], "3/8"),
            (["--segment", "1/10001"], "10000/10000"), (["--segment", "-1/3"], "--segment"),
            (["--segment", "1/9", "--limit", "5"], "segment 1/9 of 5 frames is empty, expected fewer segments"),
        ])
    func usage(flags: [String], hint: String) async throws {
        let result = try await CommandProcess.run(arguments() + flags)
        #expect(result.exitCode == 64, "\(result.errors)")
        #expect(result.errors.contains(hint), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("frames")))
    }

    @Test("a flag that is none is named even where another one is missing")
    func unknownFlag() async throws {
        for arguments in [
            ["generate", "--checkpoint", "a", "--outptu", "x"], ["runtimes", "install", "--foldr", "x"],
            ["features", "--audio", "a", "--outptu", "x"],
        ] {
            let result = try await CommandProcess.run(arguments)
            #expect(result.exitCode == 64)
            let flag = arguments[arguments.count - 2]
            #expect(result.errors.hasPrefix("error: there is no flag \(flag); did you mean --"), "\(result.errors)")
        }
    }

    private func templateIndices(_ flags: String...) async throws -> [Int?] {
        let result = try await CommandProcess.run(
            arguments() + flags + [
                "--engine", "passthrough", "--limit", "6", "--overwrite", "--dump-tensors", folder.file("dump"),
                "--dump-frames", "0,1,2,3,4,5",
            ])
        #expect(result.exitCode == 0, "\(result.errors)")
        let data = try Data(contentsOf: URL(filePath: folder.file("dump/index.json")))
        let index = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        return (index["frames"] as? [[String: Any]] ?? []).map { $0["template_index"] as? Int }
    }

    @Test("--walk uses those images of the template only, forth and back, and --start-frame those from there on")
    func walk() async throws {
        #expect(try await templateIndices("--walk", "10..12") == [11, 12, 11, 10, 11, 12])
        #expect(try await templateIndices("--walk", "99..99") == [99, 99, 99, 99, 99, 99])
        #expect(
            try await templateIndices("--walk", "10..12", "--start-frame", "11") == [12, 11, 12, 11, 12, 11])
    }

    @Test("--segment makes a part of the frames that there would be, the same to the byte")
    func segment() async throws {
        let flags = ["--engine", "passthrough", "--limit", "11", "--progress", "none"]
        #expect(try await CommandProcess.run(arguments(frames: folder.file("whole")) + flags).exitCode == 0)
        for number in 1...3 {
            // Each with a folder of its own, as a folder that holds frames is not added to.
            let path = folder.file("part \(number)")
            let result = try await CommandProcess.run(
                arguments(frames: path, "--segment", "\(number)/3") + flags)
            #expect(result.exitCode == 0 && result.errors.isEmpty, "\(result.errors)")
            let expected = [0..<3, 3..<7, 7..<11][number - 1].map { index in
                "frame_000\(index < 10 ? "0" : "")\(index).png"
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == expected)
            #expect(result.output.contains("\(expected.count) frames in "))
            for name in expected {
                let (part, whole) = (URL(filePath: "\(path)/\(name)"), URL(filePath: folder.file("whole/\(name)")))
                #expect(try Data(contentsOf: part) == Data(contentsOf: whole), "\(name)")
            }
        }
    }

    @Test(
        "auto says on standard output what it has taken for the demo, and why; it remembers it",
        .enabled(if: ProcessorFeatures.current.hasBF16, "the processor has no instructions for bf16"))
    func bf16() async throws {
        let memory = folder.file("memory")
        var lines: [Substring?] = []
        for _ in 0..<2 {
            let result = try await CommandProcess.run(
                arguments("--limit", "2", "--overwrite", "--progress", "none"), environment: ["FRAMEGEN_CACHE": memory])
            #expect(result.exitCode == 0 && result.errors.isEmpty, "\(result.errors)")
            let isFast = result.output.contains(" on openvino in bf16\n")
            let isSlow = !ProcessorFeatures.current.multipliesMatrices && result.output.contains(" in fp32\n")
            #expect(isFast || isSlow, "\(result.output)")
            let reason = "precision, chosen by auto: bf16 \(isFast ? "keeps" : "is no faster")"
            lines.append(result.output.split(separator: "\n").first { $0.hasPrefix(reason) })
            #expect(try FileManager.default.contentsOfDirectory(atPath: memory).count == 1)
        }
        #expect(lines[0] != nil && lines[0] == lines[1])
    }

    @Test("a value is told from its flag once: the parser names the flag, and framegen what was expected")
    func flagsOnce() async throws {
        for flags in [["--walk", "5"], ["--segment", "9/3"], ["--fps", "x"], ["--template-cache", "5"]] {
            let result = try await CommandProcess.run(arguments() + flags)
            let line = result.errorLines.first ?? ""
            #expect(line.matches(of: try Regex(flags[0])).count == 1, "\(line)")
        }
    }

    @Test("a command that there is not is named, with the one that was meant")
    func unknownCommand() async throws {
        var result = try await CommandProcess.run(["generat", "--checkpoint", "x"])
        #expect(
            result.exitCode == 64
                && result.errors.hasPrefix("error: there is no command generat; did you mean generate?"))
        result = try await CommandProcess.run(["sing"])
        #expect(result.errors.hasPrefix("error: there is no command sing; the commands are generate, batch, "))
    }

    @Test("features of another kind than --mode says are not made of sound")
    func modeOfSound() async throws {
        let result = try await CommandProcess.run([
            "generate", "--checkpoint", Fixtures.demoPath("checkpoint/unet_328.fp16.pth"), "--template",
            Fixtures.demoPath("template"), "--audio", Fixtures.demoPath("audio/speech.wav"), "--audio-encoder",
            Fixtures.demoPath("checkpoint/audio_encoder.fp16.pth"), "--mode", "hubert", "--frames-dir",
            folder.file("frames"),
        ])
        #expect(result.exitCode == 64 && result.errors.contains("expected --audio-features"), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("frames")))
    }

    /// Each is a file of the demo, the flag it is given with, what it is, and the flag for it.
    private static let swapped: [(flag: String, file: String, words: String, right: String)] = [
        (
            "--checkpoint", "checkpoint/audio_encoder.fp16.pth", "is an AVE audio encoder, expected a ",
            "--audio-encoder"
        ),
        ("--checkpoint", "audio/speech.wav", "it is a WAV sound", "--audio"),
        ("--checkpoint", "audio/aud_ave.npy", "it is a NumPy array", "--audio-features"),
        ("--checkpoint", "template", "is a folder, expected a file", "--template"),
        ("--model", "checkpoint/unet_328.fp16.pth", "it is a zip archive, such as a checkpoint", "--checkpoint"),
        ("--model", "audio/speech.wav", "it is a WAV sound", "--audio"),
        ("--template", "checkpoint/unet_328.fp16.pth", "is a file, expected a folder", "--checkpoint"),
        ("--audio", "checkpoint/audio_encoder.fp16.pth", "it is a zip archive", "--audio-encoder"),
        ("--audio", "audio/aud_ave.npy", "it is a NumPy array", "--audio-features"),
        ("--audio-features", "audio/speech.wav", "is a WAV sound, expected features", "--audio"),
        (
            "--audio-features", "checkpoint/unet_328.fp16.pth", "is a file of PyTorch's, expected features",
            "--checkpoint"
        ),
        (
            "--audio-encoder", "checkpoint/unet_328.fp16.pth",
            "SyncTalk_2D 328 hubert generator, expected an AVE audio encoder",
            "--checkpoint"
        ),
    ]

    @Test(
        "a file given with another one's flag is named as what it is, with the flag for it", arguments: swapped.indices)
    func swappedFiles(index: Int) async throws {
        let (flag, file, words, right) = Self.swapped[index]
        var files = [
            "--checkpoint": "checkpoint/unet_328.fp16.pth", "--template": "template", "--audio": "audio/speech.wav",
            "--audio-encoder": "checkpoint/audio_encoder.fp16.pth",
        ]
        if flag == "--model" { files["--checkpoint"] = nil }
        if flag == "--audio-features" { (files["--audio"], files["--audio-encoder"]) = (nil, nil) }
        files[flag] = file
        try await expectFailure(
            words.contains("expected a f") ? 66 : 65, naming: words,
            ["generate", "--frames-dir", folder.file("frames")]
                + files.flatMap { [$0.key, Fixtures.demoPath($0.value)] },
            ending: "; \(right) is the flag for it")
    }

    @Test("an output that cannot be made is found before anything is loaded, also by root")
    func impossibleOutputs() async throws {
        let video = folder.file("a.mp4")
        for (flags, words, code) in [
            (["--output", "/proc/a.mp4"], "/proc/a.mp4 cannot be written", 73),
            (["--output", video, "--frames-dir", "\(video)/frames"], "\(video)/frames to be written within it", 64),
        ] as [([String], String, Int32)] {
            // The checkpoint is none, so that whatever is found later says so.
            let text = try folder.write(Array("none".utf8), to: "text.pth")
            let result = try await CommandProcess.run(
                [
                    "generate", "--checkpoint", text, "--template", Fixtures.demoPath("template"), "--audio-features",
                    Fixtures.demoPath("audio/aud_ave.npy"),
                ] + flags)
            #expect(result.exitCode == code && result.errors.contains(words), "\(result.errors)")
            #expect(!FileManager.default.fileExists(atPath: video))
        }
    }

    @Test("a required flag that is missing is named")
    func missingFlag() async throws {
        let result = try await CommandProcess.run(["generate", "--checkpoint", "x.pth"])
        #expect(result.exitCode == 64)
        #expect(result.errors.contains("--template"))
    }

    @Test("each kind of bad input has its line and its exit code")
    func badInput() async throws {
        let text = try folder.write(Array("not what you think".utf8), to: "text")
        let nowhere = folder.file("nowhere")
        let empty = folder.file("empty")
        try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)

        try await expectFailure(66, naming: nowhere, arguments(checkpoint: nowhere))
        try await expectFailure(66, naming: nowhere, arguments(template: nowhere))
        try await expectFailure(66, naming: nowhere, arguments(features: nowhere))
        try await expectFailure(66, naming: empty, arguments(checkpoint: empty))
        try await expectFailure(66, naming: "full_body_img", arguments(template: empty))
        try await expectFailure(65, naming: text, arguments(checkpoint: text))
        try await expectFailure(65, naming: text, arguments(features: text))
        try await expectFailure(73, naming: text, arguments(frames: text))
    }

    @Test("a folder that may not be read, and one that may not be written, are named")
    func permissions() async throws {
        // For root a mode of 000 is no hindrance, so the capabilities that make it so are dropped.
        let launcher =
            geteuid() == 0 ? ["/usr/bin/setpriv", "--bounding-set", "-dac_override,-dac_read_search"] : []
        try #require(launcher.isEmpty || FileManager.default.isExecutableFile(atPath: launcher[0]))
        let locked = folder.file("locked")
        try FileManager.default.createDirectory(atPath: "\(locked)/full_body_img", withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: "\(locked)/full_body_img")
        try await expectFailure(66, naming: "may not be read", arguments(template: locked), launcher: launcher)
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: locked)
        let result = try await CommandProcess.run(
            arguments(frames: "\(locked)/frames", "--limit", "1", "--progress", "none"), launcher: launcher)
        #expect(result.exitCode == 73, "\(result.errors)")
        #expect(result.errors.contains("\(locked)/frames"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(locked)/full_body_img")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: locked)
    }

    @Test("sound with samples that are no numbers is rendered, and what is to be known of it said on standard error")
    func unsoundSamples() async throws {
        var samples = (0..<16_000).map { sin(Double($0) / 5) / 2 }
        (samples[8000], samples[9000]) = (.nan, 1e20)
        let wave = WaveFile(sampleRate: 16_000, format: .float64, channels: [samples])
        let audio = try folder.write(wave.bytes, to: "bad.wav")
        let (video, encoder) = (folder.file("a.mp4"), Fixtures.demoPath("checkpoint/audio_encoder.fp16.pth"))
        let result = try await CommandProcess.run([
            "generate", "--checkpoint", Fixtures.demoPath("checkpoint/unet_328.fp16.pth"), "--template",
            Fixtures.demoPath("template"), "--audio", audio, "--audio-encoder", encoder, "--output", video, "--engine",
            "passthrough", "--crf", "0", "--progress", "none",
        ])
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.errorLines.count == 2 && result.errorLines.allSatisfy { $0.hasPrefix("warning: ") })
        #expect(result.errors.contains("\(audio) has a sample of nan at 0.50 s"))
        #expect(result.errors.contains("High 4:4:4 Predictive"))
        #expect(try VideoFrameReader(path: video).info.soundSeconds ?? 0 > 0.9)
    }

    @Test("a template that may not be written is rendered all the same, with a warning")
    func readOnlyTemplate() async throws {
        let launcher =
            geteuid() == 0 ? ["/usr/bin/setpriv", "--bounding-set", "-dac_override,-dac_read_search"] : []
        let template = folder.file("template")
        try FileManager.default.createDirectory(atPath: template, withIntermediateDirectories: false)
        for name in ["full_body_img", "landmarks"] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(template)/\(name)", withDestinationPath: Fixtures.demoPath("template/\(name)"))
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: template)
        let result = try await CommandProcess.run(
            arguments(template: template, "--limit", "2", "--precision", "fp32", "--template-cache-on-disk"),
            launcher: launcher)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: template)
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.errorLines.count { $0.hasPrefix("warning: ") } == 1)
        #expect(result.errors.contains("\(template)/framegen-cache cannot be written"))
        #expect(FileManager.default.fileExists(atPath: folder.file("frames/frame_00001.png")))
    }

    @Test(
        "an engine whose runtime is missing says how to get it",
        arguments: [("openvino", "FRAMEGEN_OPENVINO"), ("onnxruntime", "FRAMEGEN_ONNXRUNTIME")])
    func missingRuntime(engine: String, variable: String) async throws {
        let result = try await CommandProcess.run(
            arguments("--engine", engine), environment: [variable: folder.file("nothing")])
        #expect(result.exitCode == 66)
        #expect(result.errors.contains(folder.file("nothing")) && result.errors.contains(variable))
    }

    @Test(
        "auto goes on without ONNX Runtime, and with a warning where it is broken; without any runtime it is an error")
    func missingRuntimes() async throws {
        var environment = ["FRAMEGEN_ONNXRUNTIME": folder.file("nothing")]
        let second = try await CommandProcess.run(
            arguments("--limit", "1", "--precision", "fp32", "--progress", "none"), environment: environment)
        #expect(second.exitCode == 0 && second.errors.isEmpty)
        #expect(second.output.contains("on openvino"))
        let broken = folder.file("broken")
        try FileManager.default.createDirectory(atPath: broken, withIntermediateDirectories: true)
        try folder.write([1, 2, 3], to: "broken/libonnxruntime.so")
        let third = try await CommandProcess.run(
            arguments("--limit", "1", "--precision", "fp32", "--overwrite"),
            environment: ["FRAMEGEN_ONNXRUNTIME": broken])
        #expect(third.exitCode == 0 && third.output.contains("on openvino"))
        #expect(third.errors.contains("warning: the engine is openvino") && third.errors.contains(broken))
        environment["FRAMEGEN_OPENVINO"] = folder.file("nothing either")
        for precision in ["auto", "fp32", "bf16"] {
            let none = try await CommandProcess.run(
                arguments("--limit", "1", "--precision", precision, "--overwrite"), environment: environment)
            #expect(none.exitCode == 66 && none.errorLines.count { $0.hasPrefix("error: ") } == 1, "\(none.errors)")
            #expect(none.errors.contains(folder.file("nothing either")))
        }
        let none = try await CommandProcess.run(arguments("--limit", "1", "--overwrite"), environment: environment)
        #expect(none.errors.contains("`framegen runtimes install`") && none.errors.contains(folder.file("nothing")))
        environment["FRAMEGEN_ONNXRUNTIME"] = broken
        let last = try await CommandProcess.run(arguments("--limit", "1", "--overwrite"), environment: environment)
        #expect(last.exitCode == 65 && last.errors.contains(broken))
        let byName = try await CommandProcess.run(
            arguments("--limit", "1", "--engine", "reference", "--overwrite"), environment: environment)
        #expect(byName.exitCode == 0 && byName.output.contains("on reference"))
    }

    @Test("a provider that ONNX Runtime's library does not offer is answered with what it offers")
    func missingProvider() async throws {
        let result = try await CommandProcess.run(arguments("--provider", "cuda"))
        #expect(result.exitCode == 66)
        #expect(result.errors.contains("offers cpu") && result.errors.contains("FRAMEGEN_ONNXRUNTIME"))
    }

    @Test(
        "a signal such as Ctrl-C ends the run with 130 and whole frames", arguments: [SIGINT, SIGQUIT, SIGTERM, SIGHUP])
    func interruption(signal: Int32) async throws {
        let result = try await CommandProcess.run(arguments("--progress", "json")) { process, text in
            if text.contains(#""event":"frame""#) { kill(process.processIdentifier, signal) }
        }
        #expect(result.exitCode == 130)
        #expect(result.errors.contains("interrupted"))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("frames"))
        #expect(!names.isEmpty && names.count < 348)
        for name in names {
            #expect(name.hasPrefix("frame_"))
            #expect(throws: Never.self) { try ImageFileDecoder().decodeImage(at: folder.file("frames/\(name)")) }
        }
    }

    @Test("a signal that was ignored from the start stays ignored", arguments: [SIGINT, SIGHUP])
    func ignoredSignal(signal: Int32) async throws {
        let result = try await CommandProcess.run(
            arguments("--progress", "json", "--limit", "20"),
            launcher: ["/bin/sh", "-c", #"trap '' INT HUP; exec "$@""#, "sh"]
        ) { process, text in
            if text.contains(#""event":"frame""#) { kill(process.processIdentifier, signal) }
        }
        #expect(result.exitCode == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("frames")).count == 20)
    }

    @Test("of two runs with one output, the second is refused, and the first one's video is whole")
    func twoRuns() async throws {
        let path = folder.file("video.mp4")
        func arguments(_ more: String...) -> [String] {
            [
                "generate", "--checkpoint", Fixtures.demoPath("checkpoint/unet_328.fp16.pth"), "--template",
                Fixtures.demoPath("template"), "--audio-features", Fixtures.demoPath("audio/aud_ave.npy"), "--output",
                path, "--overwrite", "--progress", "json",
            ] + more
        }
        let second = Mutex<Task<CommandProcess.Result, any Error>?>(nil)
        let later = arguments("--engine", "passthrough", "--limit", "3")
        let first = try await CommandProcess.run(arguments("--limit", "100")) { _, text in
            guard text.contains(#""event":"frame""#) else { return }
            second.withLock { $0 = $0 ?? Task { try await CommandProcess.run(later) } }
        }
        let refused = try await #require(second.withLock { $0 }).value
        #expect(refused.exitCode == 73 && refused.errors.contains("\(path) is being written by another run"))
        #expect(!refused.errors.contains(#""event":"started""#))
        #expect(first.exitCode == 0)
        let reader = try VideoFrameReader(path: path)
        var count = 0
        while try reader.next() != nil { count += 1 }
        #expect(count == 100)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["video.mp4"])
    }
}

import Foundation
import FrameGeneration
import Media
import TestSupport
import Testing

@Suite("framegen inspect and doctor", .timeLimit(.minutes(5)))
struct InspectCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(named: "framegen 検査") }

    private func json(_ arguments: String...) async throws -> [String: Any] {
        let result = try await CommandProcess.run(arguments + ["--json"])
        #expect(result.errors.isEmpty, "\(result.errors)")
        return try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    }

    @Test("a template as JSON")
    func templateJSON() async throws {
        let object = try await json("inspect", Fixtures.demoPath("template"))
        #expect(object["kind"] as? String == "template")
        #expect(object["image_count"] as? Int == 100 && object["period_in_frames"] as? Int == 198)
        #expect((object["image_size"] as? [String: Int]) == ["width": 720, "height": 720])
        let frames = try #require(object["frames"] as? [[String: Any]])
        #expect(frames.count == 100 && frames[7]["image"] as? String == "full_body_img/7.jpg")
        #expect(Set((frames[0]["box"] as? [String: Int] ?? [:]).keys) == ["x", "y", "width", "height"])
        for key in ["box_side", "jitter", "clipped_frames", "too_small_frames", "blurred_frames", "problems"] {
            #expect(object[key] != nil, "\(key)")
        }
    }

    @Test("a feature file and a checkpoint as JSON, with values that are no numbers as text")
    func fileJSON() async throws {
        let features = try await json("inspect", Fixtures.demoPath("audio/aud_ave.npy"))
        #expect(features["kind"] as? String == "features" && features["row_count"] as? Int == 348)
        let checkpoint = try await json("inspect", Fixtures.path("checkpoints/types.pth"))
        #expect(checkpoint["kind"] as? String == "checkpoint" && checkpoint["is_usable"] as? Bool == false)
        let tensors = try #require(checkpoint["suspicious_tensors"] as? [[String: Any]])
        #expect(tensors.contains { $0["kind"] as? String == "not_finite" && $0["value"] as? String == "inf" })
    }

    @Test("text says the same")
    func text() async throws {
        var result = try await CommandProcess.run(["inspect", Fixtures.demoPath("template")])
        #expect(result.exitCode == 0 && result.output.contains("198 frames") && result.output.contains("720×720"))
        result = try await CommandProcess.run(["inspect", Fixtures.demoPath("checkpoint/unet_328.fp16.pth")])
        #expect(result.exitCode == 0)
        for text in ["SyncTalk_2D 328 ave or SyncTalk_2D 328 hubert", "12,186,935", "4,885,839,872", "464 float16"] {
            #expect(result.output.contains(text), "\(text)")
        }
        result = try await CommandProcess.run(["inspect", Fixtures.demoPath("audio/aud_ave.npy")])
        #expect(result.exitCode == 0 && result.output.contains("13.92 s at 25 rows a second"))
    }

    @Test("an ONNX file as text and as JSON")
    func onnx() async throws {
        let path = Fixtures.path("onnx/exports/script13-typed.onnx")
        let result = try await CommandProcess.run(["inspect", path])
        #expect(result.exitCode == 0)
        for text in ["pytorch", "Conv", "float32", "usable", "13, format"] {
            #expect(result.output.contains(text), "\(text) in \(result.output)")
        }
        let object = try await json("inspect", path)
        #expect(object["kind"] as? String == "onnx" && object["opset"] as? Int == 13)
        for key in ["inputs", "outputs", "operators", "weights", "variants", "is_usable"] {
            #expect(object[key] != nil, "\(key)")
        }
    }

    @Test("what is wrong is a part of the text")
    func faults() async throws {
        let template = try ImageTemplate(
            boxes: [(50, 400, 60), (-5, 100, 40), (395, 500, 20), (90, 80, 20), (10, 90, 10), (10, 91, 10)],
            size: ImageSize(width: 400, height: 300), in: folder)
        var result = try await CommandProcess.run(["inspect", template.path])
        for text in ["3 frames: 0-2", "1 frame: 2", "3.lms", "over 328", "blurred", "no --use-parsing"] {
            #expect(result.output.contains(text), "\(text) in \(result.output)")
        }
        var checkpoint = SmallCheckpoint(of: Generator.syncTalk160AVE.network)
        checkpoint.items.removeFirst(30)
        checkpoint.items[0].shape[0] += 1
        checkpoint.items += SmallCheckpoint([("more.weight", [2], 1)]).items
        checkpoint.set("outc.conv.weight", to: .nan)
        checkpoint.set("outc.conv.bias", to: 1e6)
        checkpoint.set("audio_model.bn5.running_var", to: -1)
        checkpoint.set("audio_model.bn3.running_var", to: 0)
        checkpoint.set("audio_model.conv5.weight", to: 0)
        let path = try folder.write(checkpoint.bytes, to: "a.pth")
        result = try await CommandProcess.run(["inspect", path])
        #expect(result.exitCode == 0)
        for text in [
            "closest to SyncTalk_2D 160 ave", "is missing", "and 19 more", "more: 1 tensor, not used",
            "no finite numbers", "below 0", "are 0",
            "huge", "framegen refuses",
        ] {
            #expect(result.output.contains(text), "\(text) in \(result.output)")
        }
    }

    @Test("where the network stands in a checkpoint and what is beside it is a part of the text and of the JSON")
    func places() async throws {
        var checkpoint = SmallCheckpoint(of: Generator.syncTalk160Wenet.network) { "model._orig_mod." + $0 }
        checkpoint.items += SmallCheckpoint([("loss.0.weight", [3], 1)]).items
        checkpoint.wrappers = ["state_dict"]
        checkpoint.beside = [("options", Pickling.object("argparse", "Namespace"))]
        let path = try folder.write(checkpoint.bytes, to: "a.pth")
        let result = try await CommandProcess.run(["inspect", path])
        #expect(result.exitCode == 0)
        for text in [
            "SyncTalk_2D 160 wenet", "under state_dict.model._orig_mod", "state_dict.loss: 1 tensor, not used",
            "argparse.Namespace",
        ] {
            #expect(result.output.contains(text), "\(text) in \(result.output)")
        }
        let object = try await json("inspect", path)
        #expect(object["prefix"] as? String == "state_dict.model._orig_mod." && object["is_usable"] as? Bool == true)
        let beside = try #require(object["beside"] as? [[String: Any]])
        #expect(beside.count == 1 && beside[0]["prefix"] as? String == "state_dict.loss")
    }

    @Test("what is none of the kinds is named as what it is, and where a template is that was meant")
    func otherKinds() async throws {
        let list = try folder.write(Array("#EXTM3U\na.mp3\n".utf8), to: "list.m3u")
        for (path, words) in [
            (Fixtures.demoPath("audio/speech.wav"), "is a WAV sound, expected a checkpoint"),
            (Fixtures.demoPath("template/full_body_img/0.jpg"), "is a JPEG image, expected a checkpoint"),
            (list, "is a list of other files"), (Fixtures.demoPath(""), " is a template"),
        ] {
            let result = try await CommandProcess.run(["inspect", path])
            #expect(result.exitCode == 65 && result.errors.contains(words), "\(result.errors)")
        }
    }

    @Test("--sheet writes a picture that can be decoded, and no other file in its place")
    func sheet() async throws {
        let sheet = folder.file("sheet.png")
        var result = try await CommandProcess.run(["inspect", Fixtures.demoPath("template"), "--sheet", sheet])
        #expect(result.exitCode == 0 && result.output.contains("198 frames"))
        #expect(try ImageFileDecoder().decodeImage(at: sheet).width == 6 * 284 + 4)
        result = try await CommandProcess.run(["inspect", Fixtures.demoPath("template"), "--sheet", sheet])
        #expect(result.exitCode == 73 && result.errors.contains("already exists") && result.output.isEmpty)
        result = try await CommandProcess.run(
            ["inspect", Fixtures.demoPath("template"), "--sheet", sheet, "--overwrite"])
        #expect(result.exitCode == 0)
        result = try await CommandProcess.run(
            ["inspect", Fixtures.demoPath("audio/aud_ave.npy"), "--sheet", folder.file("other.png")])
        #expect(result.exitCode == 64 && result.errors.contains("a feature file"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("other.png")))
        result = try await CommandProcess.run(["inspect", "x", "--sheet", "sheet.bmp"])
        #expect(result.exitCode == 64 && result.errors.contains(".png"))
    }

    @Test("what cannot be inspected is named in one line, with what was expected")
    func badInput() async throws {
        let text = try folder.write(Array("not what you think".utf8), to: "text")
        for (path, exitCode, hint) in [
            (text, 65, "expected a checkpoint"), (folder.path, 65, "full_body_img"),
            (folder.file("nowhere"), 66, "nowhere"),
            (Fixtures.path("checkpoints/hostile.pth"), 65, "refuses"),
        ] {
            let result = try await CommandProcess.run(["inspect", path])
            #expect(result.exitCode == Int32(exitCode), "\(path)")
            #expect(result.errorLines.count == 1 && result.errors.hasPrefix("error: ") && result.errors.contains(hint))
            #expect(result.output.isEmpty)
        }
    }

    @Test("doctor finds what the tests render with, and has 0 for its exit code")
    func doctor() async throws {
        let object = try await json("doctor")
        #expect(object["is_ready"] as? Bool == true)
        for key in ["runtimes", "codecs", "libraries", "system", "findings"] { #expect(object[key] != nil, "\(key)") }
        let result = try await CommandProcess.run(["doctor"])
        #expect(result.exitCode == 0 && result.output.contains("Ready") && result.output.contains("libavcodec"))
    }

    @Test("without a runtime doctor says what that means and what to do, and ends with 69")
    func missingRuntime() async throws {
        let nowhere = folder.file("nothing")
        let result = try await CommandProcess.run(
            ["doctor"], environment: ["FRAMEGEN_OPENVINO": nowhere, "FRAMEGEN_ONNXRUNTIME": nowhere])
        #expect(result.exitCode == 69)
        for text in ["MISSING", nowhere, "seconds a frame", "Not ready"] {
            #expect(result.output.contains(text), "\(text) in \(result.output)")
        }
    }
}

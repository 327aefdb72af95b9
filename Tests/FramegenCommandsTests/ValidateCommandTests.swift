import Foundation
import Framegen
import TestSupport
import Testing

@Suite("framegen validate", .timeLimit(.minutes(2)))
struct ValidateCommandTests {
    private let folder: TemporaryFolder
    private let first: String
    private let second: String

    init() throws {
        folder = try TemporaryFolder(named: "validate 命令")
        (first, second) = (folder.file("a"), folder.file("b"))
        for (name, value) in [("a", UInt8(100)), ("b", 110)] {
            try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
            for index in 0..<3 {
                let level = index == 1 ? value : 100
                let image = PixelImage(width: 16, height: 12, pixels: [UInt8](repeating: level, count: 16 * 12 * 3))
                try folder.write(PNGEncoder().encode(image), to: "\(name)/frame_0000\(index).png")
            }
        }
    }

    @Test("prints a table, and ends with 0 without thresholds")
    func table() async throws {
        let result = try await CommandProcess.run(["validate", first, second])
        #expect(result.exitCode == 0 && result.errors.isEmpty, "\(result.errors)")
        #expect(result.output.contains("3 frames of 16×12"))
        // 10 of 255 are 28.13 dB.
        let line = try #require(result.output.split(separator: "\n").first { $0.contains("PSNR, dB") })
        #expect(line.split(separator: " ").suffix(2) == ["28.13", "1"])
    }

    @Test(
        "ends with 1 when a frame is under a threshold",
        arguments: [
            (["--min-psnr", "28"], 0), (["--min-psnr", "28.2"], 1), (["--min-ssim", "0.9"], 0),
            (["--min-ssim", "0.9999"], 1), (["--max-mse", "0.01"], 0), (["--max-mse", "1e-3"], 1),
            (["--min-psnr", "28", "--max-mse", "1e-3"], 1),
        ] as [([String], Int32)])
    func thresholds(flags: [String], exitCode: Int32) async throws {
        let result = try await CommandProcess.run(["validate", first, second] + flags)
        #expect(result.exitCode == exitCode && result.errors.isEmpty, "\(result.errors)")
        #expect(result.output.contains("failed in 1 of 3 frames") == (exitCode == 1))
    }

    @Test("--json is one object, with every number, also when a threshold is not met")
    func json() async throws {
        let result = try await CommandProcess.run([
            "validate", first, second, "--json", "--min-psnr", "40", "--csv", folder.file("o.csv"), "--report",
            folder.file("o.html"),
        ])
        #expect(result.exitCode == 1)
        let object = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(object["a"] as? String == first && object["b"] as? String == second)
        #expect(object["passed"] as? Bool == false && object["frames"] as? Int == 3)
        #expect(object["csv"] as? String == folder.file("o.csv"))
        let summary = try #require(object["summary"] as? [String: [String: [String: Any]]])
        #expect(Set(try #require(summary["frame"]).keys) == Set(QualityMetric.allCases.map(\.rawValue)))
        #expect(summary["frame"]?["max_difference"]?["worst"] as? Double == 10)
        #expect(summary["frame"]?["psnr"]?["worst_frame"] as? Int == 1)
        let check = try #require((object["thresholds"] as? [[String: Any]])?.first)
        #expect(check["metric"] as? String == "psnr" && check["failed_frames"] as? Int == 1)
        #expect(FileManager.default.fileExists(atPath: folder.file("o.csv")))
        // The page says how it was made, in a shell's words: the folder's name has a space.
        let page = try String(contentsOfFile: folder.file("o.html"), encoding: .utf8)
        #expect(page.contains("framegen validate &#39;\(first)&#39; &#39;\(second)&#39; --json --min-psnr 40"))
    }

    @Test("equal frames have the ratio inf in JSON, which has no infinity")
    func infinity() async throws {
        let result = try await CommandProcess.run(["validate", first, first, "--json"])
        let object = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let summary = try #require(object["summary"] as? [String: [String: [String: Any]]])
        #expect(summary["frame"]?["psnr"]?["mean"] as? String == "inf")
    }

    @Test("tensors are compared and printed as such")
    func tensors() async throws {
        let paths = ["a", "b"].map { Fixtures.path("quality/2x3x8x7-\($0).npy") }
        let result = try await CommandProcess.run(["validate"] + paths + ["--data-range", "1000", "--min-psnr", "30"])
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.output.contains("tensors of the shape [2, 3, 8, 7]") && result.output.contains("30.49"))
        let json = try await CommandProcess.run(["validate"] + paths + ["--data-range", "1000", "--json"])
        let object = try #require(JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(object["shape"] as? [Int] == [2, 3, 8, 7] && object["data_range"] as? Double == 1000)
    }

    @Test("errors have one line and the codes of all commands")
    func errors() async throws {
        let text = try folder.write(Array("text".utf8), to: "text")
        let short = folder.file("short")
        try FileManager.default.createDirectory(atPath: short, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: folder.file("a/frame_00000.png"), toPath: folder.file("short/frame_00000.png"))
        let cases: [([String], Int32, String)] = [
            ([first, folder.file("nowhere")], 66, "nowhere"), ([first, text], 65, "text"),
            ([first, short], 65, "lacks frames 1, 2"), ([first, second, "--csv", text], 73, "--overwrite"),
            ([first, second, "--template", folder.file("none")], 66, "none"),
        ]
        for (arguments, exitCode, name) in cases {
            let result = try await CommandProcess.run(["validate"] + arguments)
            #expect(result.exitCode == exitCode, "\(result.errors)")
            #expect(result.errorLines.count == 1 && result.errors.hasPrefix("error: "), "\(result.errors)")
            #expect(result.errors.contains(name), "\(result.errors)")
            #expect(result.output.isEmpty)
        }
    }

    @Test(
        "a wrong flag or value is answered with what is right",
        arguments: [
            (["--limit", "0"], "1 or more"), (["--worst", "21"], "0 to 20"), (["--min-ssim", "2"], "at most 1"),
            (["--max-mse", "-1"], "0 or more"), (["--min-psnr", "nan"], "a number"),
            (["--data-range", "0"], "above 0"),
            (["--start-frame", "1"], "--template"), (["--start-frame", "-1"], "0 or more"), (["--csv", ""], "--csv"),
            (["--template", ""], "--template"), (["third"], "third"),
        ])
    func usage(flags: [String], hint: String) async throws {
        let result = try await CommandProcess.run(["validate", first, second] + flags)
        #expect(result.exitCode == 64 && result.errors.contains(hint), "\(result.errors)")
        let missing = try await CommandProcess.run(["validate", first])
        #expect(missing.exitCode == 64)
        let empty = try await CommandProcess.run(["validate", first, ""])
        #expect(empty.exitCode == 64 && empty.errors.contains("B is empty"))
    }
}

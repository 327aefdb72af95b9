import Foundation
import TestSupport
import Testing

@Suite("framegen batch", .timeLimit(.minutes(3)))
struct BatchCommandTests {
    private let folder: TemporaryFolder
    private let jobs: String

    init() throws {
        folder = try TemporaryFolder(named: "batch 命令")
        jobs = folder.file("jobs.jsonl")
    }

    private func run(_ more: String...) async throws -> CommandProcess.Result {
        try await CommandProcess.run(
            [
                "batch", jobs, "--checkpoint", Fixtures.demoPath("checkpoint/unet_328.fp16.pth"), "--template",
                Fixtures.demoPath("template"), "--engine", "passthrough", "--precision", "fp32", "--limit", "3",
            ] + more)
    }

    private func writeJobs() throws {
        let features = Fixtures.demoPath("audio/aud_ave.npy")
        let lines = ["a", "b"].map {
            #"{"audio_features": "\#(features)", "output": "\#(folder.file("\($0).mp4"))"}"#
        }
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: jobs))
    }

    @Test("adds a line for each job to the results, in a folder that it makes, and again in another run")
    func results() async throws {
        try writeJobs()
        let results = folder.file("new/results.jsonl")
        for (count, event) in [(2, "finished"), (4, "skipped")] {
            let result = try await run("--results", results)
            #expect(result.exitCode == 0, "\(result.errors)")
            let lines = try String(contentsOfFile: results, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == count && lines.suffix(2).allSatisfy { $0.contains(#""event":"\#(event)""#) })
        }
    }

    @Test("adds results to no file that it reads, makes, or that holds something else")
    func resultsElsewhere() async throws {
        try writeJobs()
        let (text, sound) = (folder.file("notes.txt"), folder.file("a.mp4"))
        try Data("notes\n".utf8).write(to: URL(filePath: text))
        for (path, exitCode) in [(jobs, 64), (sound, 64), (Fixtures.demoPath("audio/aud_ave.npy"), 64), (text, 73)]
            as [(String, Int32)]
        {
            let before = try? Data(contentsOf: URL(filePath: path))
            let result = try await run("--results", path)
            #expect(result.exitCode == exitCode && result.errors.contains(path), "\(result.errors)")
            let after = try? Data(contentsOf: URL(filePath: path))
            #expect(after == before)
            #expect(!FileManager.default.fileExists(atPath: folder.file("b.mp4")))
        }
    }
}

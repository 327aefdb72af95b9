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

    @Test("says what is wrong with a file of jobs in a line for each job")
    func badLines() async throws {
        let lines = [#"{"limit": "many"}"#, "", #"{"outptu": "a.mp4"}"#]
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: jobs))
        let result = try await run()
        #expect(result.exitCode == 65)
        let errors = result.errors.split(separator: "\n")
        try #require(errors.count == 3, "\(result.errors)")
        #expect(errors[0] == "error: \(jobs) cannot be rendered:")
        #expect(errors[1].hasPrefix("  line 1: limit ") && errors[2].hasPrefix("  line 3: outptu "))
        try Data(lines[0].utf8).write(to: URL(filePath: jobs))
        let single = try await run()
        #expect(single.errors.hasPrefix("error: \(jobs) cannot be rendered: line 1: limit "), "\(single.errors)")
    }

    @Test(
        "a full disk leaves whole results only", .enabled(if: SmallDisk.isPossible, "only root can make a small disk"))
    func fullDisk() async throws {
        try writeJobs()
        let disk = try SmallDisk(sizeInKilobytes: 64)
        let results = "\(disk.path)/results.jsonl"
        #expect(try await run("--results", results).exitCode == 0)
        // Room for the start of a result.
        var before = try Data(contentsOf: URL(filePath: results))
        before += Data(repeating: UInt8(ascii: " "), count: (64 << 10) - 20 - before.count - 1) + Data("\n".utf8)
        try before.write(to: URL(filePath: results))
        let result = try await run("--results", results)
        #expect(result.exitCode == 73 && result.errors.contains(results), "\(result.errors)")
        #expect(try Data(contentsOf: URL(filePath: results)) == before)
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

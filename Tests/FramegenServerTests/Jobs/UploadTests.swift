import Foundation
import FrameGeneration
import Logging
import TestSupport
import Testing

@testable import FramegenServer

@Suite(.timeLimit(.minutes(2))) struct UploadTests {
    private func problem(_ work: () async throws -> Void) async -> Problem? {
        do {
            try await work()
            return nil
        } catch {
            return error as? Problem
        }
    }

    @Test("an upload is kept with its record, and unfinished ones are gone")
    func keeping() async throws {
        let bench = try await JobBench()
        do {
            let incoming = bench.store.incomingUpload()
            try await incoming.append(JobBench.sound)
            #expect(try bench.names("uploads").count == 1)
            #expect(try bench.names("uploads").allSatisfy { $0.hasPrefix(".") })
            await incoming.abandon()
            #expect(try bench.names("uploads").isEmpty)
        }
        let upload = try await bench.upload()
        #expect(try bench.names("uploads") == [upload.id])
        #expect(upload.bytes == JobBench.sound.count)
    }

    @Test("more bytes than allowed are refused, and leave nothing")
    func limit() async throws {
        let bench = try await JobBench { $0.uploadInBytes = 20 }
        #expect(await problem { _ = try await bench.upload(JobBench.sound + JobBench.sound) }?.kind == .tooLarge)
        #expect(try bench.names("uploads").isEmpty)
    }

    @Test("the quota counts what is there and what is being sent, and gives back what was not kept")
    func quota() async throws {
        let count = JobBench.sound.count
        let bench = try await JobBench { $0.storageInBytes = 3 * count - 1 }
        _ = try await bench.upload()
        do {
            let incoming = bench.store.incomingUpload()
            try await incoming.append(JobBench.sound)
            #expect(await problem { _ = try await bench.upload() }?.kind == .storageFull)
            await incoming.abandon()
        }
        _ = try await bench.upload()
        #expect(await problem { _ = try await bench.upload() }?.kind == .storageFull)
        #expect(try bench.names("uploads").count == 2)
    }

    @Test("what is no sound is refused in words without a path", arguments: [[], Array("text".utf8)])
    func noSound(bytes: [UInt8]) async throws {
        let bench = try await JobBench()
        let problem = await problem { _ = try await bench.upload(bytes) }
        #expect(problem?.kind == .unreadableSound)
        #expect(problem?.detail.hasPrefix("the uploaded sound has no") == true)
        #expect(problem?.detail.contains("/") == false)
        #expect(try bench.names("uploads").isEmpty)
    }

    @Test("the readers of takes tell sound from other files")
    func standardCheck() throws {
        let folder = try TemporaryFolder()
        let tone = (0..<16_000).map { sin(Double($0) / 10) }
        let sound = try folder.write(WaveFile(sampleRate: 16_000, channels: [tone]).bytes, to: "sound")
        try SoundChecks.standard(sound)
        let list = Array("#EXTM3U\n#EXTINF:1,\n/etc/passwd\n#EXT-X-ENDLIST\n".utf8)
        for bytes in [Array("<html>".utf8), list, [UInt8](repeating: 0, count: 5000)] {
            let other = try folder.write(bytes, to: "other")
            #expect(throws: FramegenError.self) { try SoundChecks.standard(other) }
        }
    }

    @Test("a full disk is told, and leaves nothing", .enabled(if: SmallDisk.isPossible))
    func fullDisk() async throws {
        let disk = try SmallDisk(sizeInKilobytes: 512)
        let store = try await JobStore(
            path: disk.path, limits: JobLimits(), checkSound: JobBench.check, logger: Logger(label: "test"))
        let found = await problem {
            let incoming = store.incomingUpload()
            for _ in 1...32 { try await incoming.append([UInt8](repeating: 1, count: 1 << 16)) }
        }
        #expect(found?.kind == .storageFull)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(disk.path)/uploads").isEmpty)
        let incoming = store.incomingUpload()
        try await incoming.append(JobBench.sound)
        _ = try await store.keep(incoming, for: "")
    }

    @Test("what is kept too long goes: ended jobs, and uploads that nobody uses")
    func retentionByAge() async throws {
        let start = Date()
        let bench = try await JobBench(now: { start })
        let waiting = try await bench.submit()
        let cancelled = try await bench.submit()
        try await bench.store.delete(cancelled.id, of: "")
        let unused = try await bench.upload()
        let retention = JobRetention(store: bench.store)

        try await retention.sweep(now: start + 86_399)
        #expect(Set(try bench.names("uploads")) == [waiting.upload, cancelled.upload, unused.id])
        try await retention.sweep(now: start + 86_402)
        #expect(try bench.names("uploads") == [waiting.upload])
        #expect(try await bench.store.jobs(of: "", after: nil, limit: 9).jobs.count == 2)
        try await retention.sweep(now: start + 8 * 86_400)
        #expect(try await bench.store.jobs(of: "", after: nil, limit: 9).jobs.map(\.id) == [waiting.id])
    }

    @Test("when space runs short the oldest finished jobs go")
    func retentionBySpace() async throws {
        let size = JobBench.sound.count + GatedRunner.video.count
        let bench = try await JobBench { $0.keptInBytes = 2 * size + JobBench.sound.count }
        let queue = RunningQueue(bench.store)
        var starts = queue.runner.starts.makeAsyncIterator()
        var ids: [String] = []
        for _ in 1...3 {
            let job = try await bench.submit()
            _ = await starts.next()
            queue.runner.open(job.id)
            _ = try await bench.wait(for: job.id) { $0.state == .done }
            ids.append(job.id)
        }
        // Only then is its video counted.
        await queue.stop()
        try await JobRetention(store: bench.store).sweep(now: Date())
        #expect(try bench.names("videos") == ids.dropFirst().map { "\($0).mp4" }.sorted())
        #expect(try await bench.store.jobs(of: "", after: nil, limit: 9).jobs.map(\.id) == [ids[2], ids[1]])
    }
}

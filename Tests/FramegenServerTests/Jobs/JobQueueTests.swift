import Foundation
import Logging
import ServiceLifecycle
import TestSupport
import Testing

@testable import FramegenServer

@Suite(.timeLimit(.minutes(2))) struct JobQueueTests {
    @Test("jobs run in their order, so many at a time, and tell how far they are")
    func order() async throws {
        let bench = try await JobBench { $0.jobsAtOnce = 2 }
        let jobs = [try await bench.submit(), try await bench.submit(), try await bench.submit()]
        let queue = RunningQueue(bench.store)
        var starts = queue.runner.starts.makeAsyncIterator()
        let atOnce = [await starts.next()?.id, await starts.next()?.id]
        #expect(Set(atOnce) == [jobs[0].id, jobs[1].id])
        let running = try await bench.store.job(jobs[0].id, of: "")
        #expect(running.state == .running)
        #expect(running.progress == 0.5)
        #expect(try await bench.store.job(jobs[2].id, of: "").state == .waiting)

        queue.runner.open(jobs[0].id)
        #expect(await starts.next()?.id == jobs[2].id)
        let done = try await bench.wait(for: jobs[0].id) { $0.state.isEnd }
        #expect(done.state == .done)
        #expect(done.framesMade == 50)
        #expect(done.videoBytes == GatedRunner.video.count)
        await queue.stop()
    }

    @Test("a job that is submitted while the queue waits is run")
    func laterJob() async throws {
        let bench = try await JobBench()
        let queue = RunningQueue(bench.store)
        let job = try await bench.submit()
        var starts = queue.runner.starts.makeAsyncIterator()
        #expect(await starts.next()?.id == job.id)
        queue.runner.open(job.id)
        _ = try await bench.wait(for: job.id) { $0.state == .done }
        await queue.stop()
    }

    @Test("a job that is cancelled while it runs stops, leaves nothing, and the next one runs")
    func cancellation() async throws {
        let bench = try await JobBench()
        let jobs = [try await bench.submit(), try await bench.submit()]
        let queue = RunningQueue(bench.store)
        var starts = queue.runner.starts.makeAsyncIterator()
        _ = await starts.next()
        try await bench.store.delete(jobs[0].id, of: "")
        #expect(try await bench.store.job(jobs[0].id, of: "").state == .cancelled)
        #expect(await starts.next()?.id == jobs[1].id)
        queue.runner.open(jobs[1].id)
        _ = try await bench.wait(for: jobs[1].id) { $0.state == .done }
        #expect(try bench.names("videos") == ["\(jobs[1].id).mp4"])
        try await bench.store.delete(jobs[1].id, of: "")
        #expect(try bench.names("videos").isEmpty)
        await #expect { _ = try await bench.store.job(jobs[1].id, of: "") } throws: { error in
            (error as? Problem)?.kind == .notFound
        }
        await queue.stop()
    }

    @Test("a waiting job that is cancelled is not run")
    func cancelledWaiting() async throws {
        let bench = try await JobBench()
        let jobs = [try await bench.submit(), try await bench.submit()]
        try await bench.store.delete(jobs[0].id, of: "")
        let queue = RunningQueue(bench.store)
        var starts = queue.runner.starts.makeAsyncIterator()
        #expect(await starts.next()?.id == jobs[1].id)
        await queue.stop()
    }

    @Test("a failed job keeps a problem that names no path")
    func failure() async throws {
        let bench = try await JobBench()
        let job = try await bench.submit()
        let queue = RunningQueue(bench.store)
        var starts = queue.runner.starts.makeAsyncIterator()
        _ = await starts.next()
        queue.runner.open(job.id, isWell: false)
        let failed = try await bench.wait(for: job.id) { $0.state.isEnd }
        #expect(failed.state == .failed)
        #expect(
            failed.problem == JobProblem(.unreadableSound, "the uploaded sound is damaged: no more of it"))
        #expect(failed.framesMade == 25)
        await queue.stop()
    }

    @Test("a graceful stop puts the running job back, counts no start, and leaves no file")
    func gracefulStop() async throws {
        let bench = try await JobBench()
        let job = try await bench.submit()
        let runner = GatedRunner()
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [JobQueue(store: bench.store, runner: runner.run)], logger: Logger(label: "test")))
        let serving = Task { try await group.run() }
        var starts = runner.starts.makeAsyncIterator()
        _ = await starts.next()
        await group.triggerGracefulShutdown()
        try await serving.value
        let waiting = try await bench.store.job(job.id, of: "")
        #expect(waiting.state == .waiting)
        #expect(waiting.startCount == 0)
        #expect(waiting.startedAt == nil)
        #expect(try bench.names("videos").isEmpty)
    }

    @Test("after the process was killed, what ran is run again, and leftovers are gone")
    func restart() async throws {
        let bench = try await JobBench()
        let jobs = [try await bench.submit(), try await bench.submit()]
        let queue = RunningQueue(bench.store)
        var starts = queue.runner.starts.makeAsyncIterator()
        _ = await starts.next()
        let copy = try bench.copyOfFolder()
        await queue.stop()
        try copy.write(JobBench.sound, to: "uploads/.left.partial")
        try copy.write(JobBench.sound, to: "uploads/AAAAAAAAAAAAAAAAAAAAAA")
        try copy.write(JobBench.sound, to: "videos/\(jobs[0].id).mp4")
        #expect(try FileManager.default.contentsOfDirectory(atPath: copy.file("videos")).count == 2)

        let second = try await JobBench(folder: copy)
        #expect(try second.names("videos").isEmpty)
        #expect(Set(try second.names("uploads")) == Set(jobs.map(\.upload)))
        let again = try await second.store.job(jobs[0].id, of: "")
        #expect(again.state == .waiting)
        #expect(again.startCount == 1)

        let secondQueue = RunningQueue(second.store)
        var secondStarts = secondQueue.runner.starts.makeAsyncIterator()
        for job in jobs {
            #expect(await secondStarts.next()?.id == job.id)
            secondQueue.runner.open(job.id)
            _ = try await second.wait(for: job.id) { $0.state == .done }
        }
        await secondQueue.stop()
    }

    @Test("a job whose start has ended with the process three times fails")
    func crashes() async throws {
        var bench = try await JobBench()
        let job = try await bench.submit()
        for count in 1...3 {
            #expect(try await bench.store.job(job.id, of: "").state == .waiting)
            let queue = RunningQueue(bench.store)
            var starts = queue.runner.starts.makeAsyncIterator()
            _ = await starts.next()
            #expect(try await bench.store.job(job.id, of: "").startCount == count)
            let copy = try bench.copyOfFolder()
            await queue.stop()
            bench = try await JobBench(folder: copy)
        }
        let failed = try await bench.store.job(job.id, of: "")
        #expect(failed.state == .failed)
        #expect(failed.problem?.kind == Problem.Kind.internalFailure.rawValue)
    }

    @Test("records whose files are gone fail, and a finished video is kept")
    func lostFiles() async throws {
        let bench = try await JobBench()
        let queue = RunningQueue(bench.store)
        var starts = queue.runner.starts.makeAsyncIterator()
        let done = [try await bench.submit(), try await bench.submit()]
        for job in done {
            _ = await starts.next()
            queue.runner.open(job.id)
            _ = try await bench.wait(for: job.id) { $0.state == .done }
        }
        await queue.stop()
        let waiting = try await bench.submit()
        let copy = try bench.copyOfFolder()
        for name in ["uploads/\(waiting.upload)", "videos/\(done[0].id).mp4"] {
            try FileManager.default.removeItem(atPath: copy.file(name))
        }
        let second = try await JobBench(folder: copy)
        #expect(try await second.store.job(waiting.id, of: "").state == .failed)
        #expect(try await second.store.job(done[0].id, of: "").state == .failed)
        #expect(try await second.store.job(done[1].id, of: "").state == .done)
        #expect(try second.names("videos") == ["\(done[1].id).mp4"])
    }

    @Test("a folder serves one server at a time")
    func secondServer() async throws {
        let bench = try await JobBench()
        await #expect { _ = try await JobBench(folder: bench.folder) } throws: { "\($0)".contains("another run") }
        _ = bench.store.limits
    }
}

import Foundation
import GRDB
import Logging
import TestSupport
import Testing

@testable import FramegenServer

@Suite(.timeLimit(.minutes(2))) struct JobDatabaseTests {
    @Test("what was acknowledged is synchronised to the disk")
    func durability() async throws {
        let folder = try TemporaryFolder()
        let database = try JobDatabase(path: folder.file("jobs.sqlite"), logger: Logger(label: "test"))
        let settings = try await database.write { db in
            [
                try String.fetchOne(db, sql: "PRAGMA journal_mode"), try String.fetchOne(db, sql: "PRAGMA synchronous"),
            ]
        }
        #expect(settings == ["wal", "2"])
    }

    @Test("the same key and request give the same job, from JSON and with the sound")
    func idempotency() async throws {
        let bench = try await JobBench()
        let upload = try await bench.upload()
        let first = try await bench.submit(key: "one", upload: upload)
        let second = try await bench.submit(key: "one", upload: upload)
        #expect(second.id == first.id)
        #expect(try await bench.submit(key: "two", upload: upload).id != first.id)

        var ids: Set<String> = []
        for _ in 1...2 {
            let incoming = bench.store.incomingUpload()
            try await incoming.append(JobBench.sound)
            ids.insert(
                try await bench.store.submit(
                    avatar: "demo", sound: incoming, settings: JobSettings(), client: "", key: "three"
                ).id)
        }
        #expect(ids.count == 1)
        #expect(try bench.names("uploads").count == 2)
    }

    @Test("the same key for another request is a conflict, and of another client another key")
    func conflict() async throws {
        let bench = try await JobBench()
        let job = try await bench.submit(key: "one")
        await #expect { _ = try await bench.submit(key: "one") } throws: { ($0 as? Problem)?.kind == .conflict }
        #expect(try await bench.submit(client: "other", key: "one").id != job.id)
    }

    @Test("of submissions with one key at the same time one is made")
    func simultaneousSubmissions() async throws {
        let bench = try await JobBench()
        let upload = try await bench.upload()
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 1...20 { group.addTask { try await bench.submit(key: "one", upload: upload).id } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
    }

    @Test("too many waiting jobs of one client, and of all, are refused with a time to come back")
    func waitingLimits() async throws {
        let bench = try await JobBench { limits in
            limits.waitingJobsPerClient = 2
            limits.waitingJobs = 3
            limits.waitingJobsOfClients = ["c": 0]
        }
        for _ in 1...2 { _ = try await bench.submit(client: "a") }
        await #expect { _ = try await bench.submit(client: "a") } throws: { error in
            let problem = error as? Problem
            return problem?.kind == .tooManyRequests && problem?.retryAfterInSeconds != nil
        }
        await #expect { _ = try await bench.submit(client: "c") } throws: { error in
            (error as? Problem)?.kind == .tooManyRequests
        }
        _ = try await bench.submit(client: "b")
        await #expect { _ = try await bench.submit(client: "b") } throws: { error in
            let problem = error as? Problem
            return problem?.kind == .noRoom && problem?.retryAfterInSeconds != nil
        }
    }

    @Test("pages go on where they ended, whatever is added or removed meanwhile")
    func pages() async throws {
        let bench = try await JobBench()
        let upload = try await bench.upload()
        var ids: [String] = []
        for _ in 1...7 { ids.append(try await bench.submit(upload: upload).id) }
        let first = try await bench.store.jobs(of: "", after: nil, limit: 3)
        #expect(first.jobs.map(\.id) == Array(ids.reversed().prefix(3)))
        let text = try #require(first.nextCursor).description
        #expect(!text.contains { "+/=".contains($0) })

        _ = try await bench.submit(upload: upload)
        let removed = try #require(first.jobs.last).id
        for _ in 1...2 { try await bench.store.delete(removed, of: "") }
        #expect(JobCursor(text) != nil)
        let second = try await bench.store.jobs(of: "", after: JobCursor(text), limit: 4)
        #expect(second.jobs.map(\.id) == Array(ids.reversed().dropFirst(3)))
        #expect(second.nextCursor == nil)
    }

    @Test("a cursor of another making is none", arguments: ["", "x", "AAAA", "__________8", "AAAAAAAAAAAAAAAA", "é"])
    func foreignCursors(text: String) { #expect(JobCursor(text) == nil) }

    @Test("a client sees its own jobs and uploads alone")
    func ownership() async throws {
        let bench = try await JobBench()
        let upload = try await bench.upload(client: "a")
        let job = try await bench.submit(client: "a", upload: upload)
        #expect(try await bench.store.jobs(of: "b", after: nil, limit: 10).jobs.isEmpty)
        await #expect { _ = try await bench.store.job(job.id, of: "b") } throws: { ($0 as? Problem)?.kind == .notFound }
        await #expect { try await bench.store.delete(job.id, of: "b") } throws: { ($0 as? Problem)?.kind == .notFound }
        await #expect {
            _ = try await bench.submit(client: "b", upload: upload)
        } throws: { ($0 as? Problem)?.kind == .invalidRequest }
    }
}

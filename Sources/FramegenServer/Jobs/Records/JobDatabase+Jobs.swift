package import Foundation
import GRDB

/// A job to be stored.
package struct JobSubmission: Sendable {
    package var client: String
    package var avatar: String
    /// An upload that is there already, or the id of `newUpload`.
    package var uploadID: String
    package var settings: JobSettings
    /// An upload whose file has its place but which is not recorded yet.
    package var newUpload: Upload?
    /// The client's key, and the request as a text.
    package var key: String?
    package var fingerprint = ""
}

/// How the run of a job ended.
package enum JobOutcome: Sendable {
    case done(framesMade: Int, videoBytes: Int)
    case failed(JobProblem, framesMade: Int, frameCount: Int?)
    /// The server stops: the job is for its next start.
    case putBack
}

/// A part of the list of jobs.
package struct JobPage: Sendable {
    package let jobs: [Job]
    /// Where the list goes on; nil at its end.
    package let nextCursor: JobCursor?
}

extension JobDatabase {
    /// Stores a job, or finds the one that was submitted with the same key before.
    ///
    /// - Returns: the job, and whether it is new.
    /// - Throws: `Problem`: `.conflict` when the key belongs to another request, `.invalidRequest` without such an upload,
    ///   `.tooManyRequests` and `.noRoom` when too many jobs wait.
    package func submit(
        _ submission: JobSubmission, limits: JobLimits, now: Date
    ) async throws(Problem) -> (job: Job, isNew: Bool) {
        try await write { db in
            if let key = submission.key,
                let known = try IdempotencyKey.fetchOne(db, key: ["client": submission.client, "key": key])
            {
                guard known.fingerprint == submission.fingerprint,
                    let job = try Job.filter(Column("id") == known.job).fetchOne(db)
                else {
                    throw Problem(.conflict, "this Idempotency-Key was used for another request")
                }
                return (job, false)
            }
            try Self.checkRoom(for: submission.client, limits, db)
            if let upload = submission.newUpload { try upload.insert(db) }
            guard
                var upload = try Upload.fetchOne(db, key: submission.uploadID), upload.client == submission.client
            else {
                throw Problem(.invalidRequest, "there is no upload \(submission.uploadID)")
            }
            upload.lastUsedAt = now
            try upload.update(db)
            var job = Job(
                id: RandomID.make(), client: submission.client, avatar: submission.avatar,
                upload: submission.uploadID, settings: submission.settings, createdAt: now)
            try job.insert(db)
            if let key = submission.key {
                let record = IdempotencyKey(
                    client: submission.client, key: key, fingerprint: submission.fingerprint, job: job.id)
                try record.insert(db)
            }
            return (job, true)
        }
    }

    private static func checkRoom(for client: String, _ limits: JobLimits, _ db: Database) throws {
        let waiting = Job.filter(Column("state") == JobState.waiting.rawValue)
        let own = try waiting.filter(Column("client") == client).fetchCount(db)
        guard own < limits.waitingJobsOfClients[client] ?? limits.waitingJobsPerClient else {
            throw Problem(
                .tooManyRequests, "\(own) of your jobs are waiting, which is as many as may wait",
                retryAfterInSeconds: 30)
        }
        let all = try waiting.fetchCount(db)
        guard all < limits.waitingJobs else {
            throw Problem(.noRoom, "\(all) jobs are waiting, which is as many as may wait", retryAfterInSeconds: 60)
        }
    }

    /// A job of a client.
    package func job(_ id: String, of client: String) async throws(Problem) -> Job? {
        guard RandomID.isValid(id) else { return nil }
        return try await read { db in
            try Job.filter(Column("id") == id && Column("client") == client).fetchOne(db)
        }
    }

    /// Jobs of a client, newest first.
    package func jobs(of client: String, after cursor: JobCursor?, limit: Int) async throws(Problem) -> JobPage {
        try await read { db in
            var request = Job.filter(Column("client") == client)
            if let cursor { request = request.filter(Column("sequence") < cursor.sequence) }
            var jobs = try request.order(Column("sequence").desc).limit(limit + 1).fetchAll(db)
            guard jobs.count > limit else { return JobPage(jobs: jobs, nextCursor: nil) }
            jobs.removeLast()
            return JobPage(jobs: jobs, nextCursor: jobs.last?.sequence.map(JobCursor.init(sequence:)))
        }
    }

    /// Takes the job that has waited longest, and counts the start.
    package func startNext(now: Date) async throws(Problem) -> Job? {
        try await write { db in
            let waiting = Job.filter(Column("state") == JobState.waiting.rawValue)
            guard var job = try waiting.order(Column("sequence")).fetchOne(db) else { return nil }
            job.state = .running
            job.startedAt = now
            job.startCount += 1
            job.framesMade = 0
            job.frameCount = nil
            try job.update(db)
            return job
        }
    }

    /// Records how the run of a job ended.
    ///
    /// - Returns: false when the job is not running any more, as it was cancelled; then nothing changes.
    package func end(_ id: String, _ outcome: JobOutcome, now: Date) async throws(Problem) -> Bool {
        try await write { db in
            guard var job = try Job.filter(Column("id") == id).fetchOne(db), job.state == .running else {
                return false
            }
            switch outcome {
            case .done(let framesMade, let videoBytes):
                job.state = .done
                job.framesMade = framesMade
                job.frameCount = framesMade
                job.videoBytes = videoBytes
                job.endedAt = now
            case .failed(let problem, let framesMade, let frameCount):
                job.state = .failed
                job.problem = problem
                job.framesMade = framesMade
                job.frameCount = frameCount
                job.endedAt = now
            case .putBack:
                job.state = .waiting
                job.startedAt = nil
                job.startCount -= 1
            }
            try job.update(db)
            try Self.touch(job.upload, now, db)
            return true
        }
    }

    /// Cancels a job that waits or runs.
    ///
    /// - Returns: the job as it was before; nil when there is none of the client.
    package func cancel(_ id: String, of client: String, now: Date) async throws(Problem) -> Job? {
        guard RandomID.isValid(id) else { return nil }
        return try await write { db in
            guard let job = try Job.filter(Column("id") == id && Column("client") == client).fetchOne(db) else {
                return nil
            }
            if !job.state.isEnd {
                var cancelled = job
                cancelled.state = .cancelled
                cancelled.endedAt = now
                try cancelled.update(db)
                try Self.touch(job.upload, now, db)
            }
            return job
        }
    }

    private static func touch(_ uploadID: String, _ now: Date, _ db: Database) throws {
        guard var upload = try Upload.fetchOne(db, key: uploadID) else { return }
        upload.lastUsedAt = now
        try upload.update(db)
    }

    /// Removes the records of ended jobs; their videos are the caller's to remove after that.
    ///
    /// - Returns: those that were still there: nobody else removes their videos.
    package func remove(_ jobs: [Job]) async throws(Problem) -> [Job] {
        try await write { db in
            try jobs.filter { job in try Job.deleteOne(db, key: job.sequence) }
        }
    }

    /// How many jobs wait and run.
    package func counts() async throws(Problem) -> (waiting: Int, running: Int) {
        try await read { db in
            let waiting = try Job.filter(Column("state") == JobState.waiting.rawValue).fetchCount(db)
            return (waiting, try Job.filter(Column("state") == JobState.running.rawValue).fetchCount(db))
        }
    }
}

package import Foundation
import GRDB

/// The files that are there, by the name of the upload or the job, with their bytes.
package struct StoredFiles: Sendable {
    package var uploads: [String: Int]
    package var videos: [String: Int]
}

extension JobDatabase {
    /// Records an upload whose file has its place.
    package func add(_ upload: Upload, limits: JobLimits) async throws(Problem) {
        try await write { db in
            guard try Upload.fetchCount(db) < limits.uploadCount else {
                throw Problem(
                    .storageFull, "the server keeps \(limits.uploadCount) uploads, which is as many as it may",
                    retryAfterInSeconds: 600)
            }
            try upload.insert(db)
        }
    }

    /// Brings records and files together after a start, whatever ended the process before.
    ///
    /// - Returns: the files that belong to something; all others are leftovers.
    package func recover(_ files: StoredFiles, limits: JobLimits, now: Date) async throws(Problem) -> StoredFiles {
        try await write { db in
            var known = StoredFiles(uploads: [:], videos: [:])
            for upload in try Upload.fetchAll(db) {
                if files.uploads[upload.id] == upload.bytes {
                    known.uploads[upload.id] = upload.bytes
                } else {
                    try upload.delete(db)
                }
            }
            for var job in try Job.filter(Column("state") != JobState.cancelled.rawValue).fetchAll(db) {
                switch job.state {
                case .running where job.startCount >= limits.startsPerJob:
                    job.fail(
                        "the server stopped \(job.startCount) times while it made this video, and does not try again",
                        now)
                case .running, .waiting:
                    job.state = .waiting
                    job.startedAt = nil
                    if known.uploads[job.upload] == nil { job.fail("the uploaded sound was lost", now) }
                case .done:
                    if files.videos[job.id] == job.videoBytes {
                        known.videos[job.id] = job.videoBytes
                    } else {
                        job.fail("the finished video was lost", now)
                    }
                case .failed, .cancelled: continue
                }
                try job.update(db)
            }
            return known
        }
    }

    /// Ended jobs whose time is over.
    package func jobs(endedBefore limit: Date) async throws(Problem) -> [Job] {
        try await read { db in
            let ended = Job.filter(JobState.allCases.filter(\.isEnd).map(\.rawValue).contains(Column("state")))
            return try ended.filter(Column("endedAt") < limit).order(Column("endedAt")).limit(1000).fetchAll(db)
        }
    }

    /// Finished jobs with a video, oldest first.
    package func finishedJobs(limit: Int) async throws(Problem) -> [Job] {
        try await read { db in
            try Job.filter(Column("state") == JobState.done.rawValue).order(Column("endedAt"), Column("sequence"))
                .limit(limit).fetchAll(db)
        }
    }

    /// Removes the records of uploads that nobody has used for long and no job waits for.
    ///
    /// - Returns: the uploads, whose files are the caller's to remove.
    package func removeUploads(unusedSince limit: Date) async throws(Problem) -> [Upload] {
        try await write { db in
            let uploads = try Upload.fetchAll(
                db,
                sql: """
                    SELECT * FROM uploads WHERE lastUsedAt < ? AND NOT EXISTS (
                        SELECT 1 FROM jobs WHERE jobs.upload = uploads.id AND jobs.state IN ('waiting', 'running'))
                    LIMIT 1000
                    """, arguments: [limit])
            for upload in uploads { try upload.delete(db) }
            return uploads
        }
    }
}

extension Job {
    fileprivate mutating func fail(_ detail: String, _ now: Date) {
        state = .failed
        problem = JobProblem(.internalFailure, detail)
        endedAt = now
        videoBytes = 0
    }
}

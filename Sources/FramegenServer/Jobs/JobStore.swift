package import Foundation
package import FrameGeneration
package import Logging
import Media

/// Opens a sound file, as far as to know that it is one.
package typealias SoundCheck = @Sendable (_ path: String) throws(FramegenError) -> Void

/// Jobs, uploads and their files: what routes and the queue work on.
///
/// A file is there before its record is, and goes after it: whatever moment the process ends at, every record has its
/// file, and a file without a record is removed at the next start.
package final class JobStore: Sendable {
    package let limits: JobLimits
    /// Ticks of what changes.
    package let board = JobBoard()
    let database: JobDatabase
    let folder: DataFolder
    let quota: StorageQuota
    let logger: Logger
    /// Asks the queue to look for jobs, any number of times for one look.
    let (wakeups, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    private let checkSound: SoundCheck
    private let now: @Sendable () -> Date

    /// Opens the folder, and mends what the end of the process before has left.
    ///
    /// - Parameters:
    ///   - path: the folder; made where it is not there.
    ///   - limits: what jobs may take.
    ///   - checkSound: reads the beginning of an uploaded file.
    ///   - logger: for what an operator should know.
    ///   - now: the time.
    /// - Throws: `FramegenError` with `.cannotWrite` that names the folder, also while another server uses it.
    package init(
        path: String, limits: JobLimits, checkSound: @escaping SoundCheck, logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) async throws(FramegenError) {
        self.limits = limits
        self.checkSound = checkSound
        self.logger = logger
        self.now = now
        let folder = try await runBlocking { () throws(FramegenError) in try DataFolder(path: path) }
        self.folder = folder
        database = try await runBlocking { () throws(FramegenError) in
            do {
                return try JobDatabase(path: folder.databasePath, logger: logger)
            } catch {
                throw FramegenError(.cannotWrite, "\(folder.databasePath) cannot be used: \(error)", cause: error)
            }
        }
        let files = try await runBlocking { () throws(FramegenError) in try folder.files() }
        let known: StoredFiles
        do throws(Problem) {
            known = try await database.recover(files, limits: limits, now: now())
        } catch {
            throw FramegenError(.cannotWrite, "\(folder.databasePath) cannot be used: \(error.detail)", cause: error)
        }
        let count = try await runBlocking { () throws(FramegenError) in try folder.removeAll(but: known) }
        if count > 0 { logger.notice("removed leftovers", metadata: ["files": "\(count)"]) }
        quota = StorageQuota(
            limitInBytes: limits.storageInBytes,
            usedInBytes: known.uploads.values.reduce(0, +) + known.videos.values.reduce(0, +))
    }

    /// Somewhere to write a sound that is being sent.
    func incomingUpload() -> IncomingUpload {
        IncomingUpload(folder: folder, quota: quota, limitInBytes: limits.uploadInBytes)
    }

    /// Keeps a sound that was sent whole.
    ///
    /// - Throws: `Problem`; nothing is left of it then.
    func keep(_ incoming: IncomingUpload, for client: String) async throws(Problem) -> Upload {
        let (upload, _) = try await finish(incoming, for: client, makesDigest: false)
        do {
            try await database.add(upload, limits: limits)
        } catch {
            discardFile(of: upload)
            throw error
        }
        return upload
    }

    /// Submits a job for an upload that is there.
    package func submit(
        avatar: String, uploadID: String, settings: JobSettings, client: String, key: String?
    ) async throws(Problem) -> Job {
        let submission = JobSubmission(
            client: client, avatar: avatar, uploadID: uploadID, settings: settings, newUpload: nil, key: key,
            fingerprint: Self.fingerprint(avatar, "upload \(uploadID)", settings))
        return try await submit(submission).job
    }

    /// Submits a job with a sound that was sent whole with it.
    ///
    /// - Throws: `Problem`; nothing is left of the sound then.
    func submit(
        avatar: String, sound incoming: IncomingUpload, settings: JobSettings, client: String, key: String?
    ) async throws(Problem) -> Job {
        let (upload, digest) = try await finish(incoming, for: client, makesDigest: key != nil)
        let submission = JobSubmission(
            client: client, avatar: avatar, uploadID: upload.id, settings: settings, newUpload: upload, key: key,
            fingerprint: Self.fingerprint(avatar, "sound \(digest)", settings))
        do {
            let (job, isNew) = try await submit(submission)
            if !isNew { discardFile(of: upload) }
            return job
        } catch {
            discardFile(of: upload)
            throw error
        }
    }

    private func submit(_ submission: JobSubmission) async throws(Problem) -> (job: Job, isNew: Bool) {
        let result = try await database.submit(submission, limits: limits, now: now())
        if result.isNew { wake.yield() }
        return result
    }

    private func finish(
        _ incoming: IncomingUpload, for client: String, makesDigest: Bool
    ) async throws(Problem) -> (Upload, digest: String) {
        let (bytes, digest) = try await incoming.finish(checkSound, makesDigest: makesDigest)
        let now = now()
        return (
            Upload(id: incoming.id, client: client, bytes: bytes, createdAt: now, lastUsedAt: now), digest
        )
    }

    private func discardFile(of upload: Upload) {
        folder.removeUpload(upload.id)
        quota.release(upload.bytes)
    }

    private static func fingerprint(_ avatar: String, _ sound: String, _ settings: JobSettings) -> String {
        let frameRate = settings.frameRate?.description ?? "own"
        return "\(avatar) \(sound) \(settings.crf) \(settings.preset.rawValue) \(frameRate)"
    }

    /// A job as it is at this moment.
    ///
    /// - Throws: `Problem` with `.notFound` when the client has none of that id.
    package func job(_ id: String, of client: String) async throws(Problem) -> Job {
        guard let job = try await database.job(id, of: client) else { throw Self.noJob() }
        return board.withProgress(job)
    }

    /// Jobs of a client, newest first.
    package func jobs(of client: String, after cursor: JobCursor?, limit: Int) async throws(Problem) -> JobPage {
        let page = try await database.jobs(of: client, after: cursor, limit: limit)
        return JobPage(jobs: page.jobs.map(board.withProgress), nextCursor: page.nextCursor)
    }

    /// Cancels a job that waits or runs, and removes one that has ended with its video.
    ///
    /// When it returns, no work goes on for the job.
    package func delete(_ id: String, of client: String) async throws(Problem) {
        guard let job = try await database.cancel(id, of: client, now: now()) else { throw Self.noJob() }
        switch job.state {
        case .done, .failed, .cancelled: try await remove([job])
        case .running: await board.stop(id)
        case .waiting: break
        }
        board.tick(id)
    }

    /// Removes ended jobs and their videos.
    func remove(_ jobs: [Job]) async throws(Problem) {
        for job in try await database.remove(jobs) {
            if job.state == .done {
                folder.removeVideo(job.id)
                quota.release(job.videoBytes)
            }
            board.tick(job.id)
        }
    }

    static func noJob() -> Problem { Problem(.notFound, "there is no such job") }
}

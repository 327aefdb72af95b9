package import Foundation
package import GRDB

/// Where a job is on its way.
package enum JobState: String, Sendable, Codable, CaseIterable {
    case waiting, running, done, failed, cancelled

    /// Whether nothing more will happen to the job.
    package var isEnd: Bool {
        switch self {
        case .waiting, .running: false
        case .done, .failed, .cancelled: true
        }
    }
}

/// Why a job failed, as it is kept and told; it names no path of the server.
package struct JobProblem: Sendable, Codable, Hashable {
    /// The raw value of a `Problem.Kind`.
    package let kind: String
    /// A sentence.
    package let detail: String

    package init(_ kind: Problem.Kind, _ detail: String) {
        self.kind = kind.rawValue
        self.detail = detail
    }
}

/// A video that somebody asked for, as the database holds it.
package struct Job: Sendable, Codable, Hashable {
    /// In the order of submission; nil before it is stored.
    package var sequence: Int64?
    /// What clients call it: 128 random bits.
    package var id: String
    /// Name of the client's token; empty where the server has no tokens.
    package var client: String
    package var avatar: String
    /// The upload with the sound; it may be gone when the job has ended.
    package var upload: String
    package var settings: JobSettings
    package var state: JobState
    package var createdAt: Date
    package var startedAt: Date?
    package var endedAt: Date?
    /// Starts that had no orderly end: those that ended with the process count.
    package var startCount = 0
    package var framesMade = 0
    package var frameCount: Int?
    package var problem: JobProblem?
    package var videoBytes = 0

    package init(
        id: String, client: String, avatar: String, upload: String, settings: JobSettings, createdAt: Date
    ) {
        self.id = id
        self.client = client
        self.avatar = avatar
        self.upload = upload
        self.settings = settings
        self.createdAt = createdAt
        state = .waiting
    }

    /// From 0 to 1.
    package var progress: Double {
        guard state != .done else { return 1 }
        guard let frameCount, frameCount > 0 else { return 0 }
        return min(Double(framesMade) / Double(frameCount), 1)
    }
}

extension Job: FetchableRecord, MutablePersistableRecord {
    package static let databaseTableName = "jobs"

    package mutating func didInsert(_ inserted: InsertionSuccess) { sequence = inserted.rowID }
}

/// A sound that a client has sent.
package struct Upload: Sendable, Codable, Hashable {
    package var id: String
    package var client: String
    package var bytes: Int
    package var createdAt: Date
    /// When it was sent, or a job that uses it was submitted or ended.
    package var lastUsedAt: Date
}

extension Upload: FetchableRecord, PersistableRecord {
    package static let databaseTableName = "uploads"
}

/// A key with which a client may submit the same job twice and get it once.
package struct IdempotencyKey: Sendable, Codable, Hashable {
    package var client: String
    package var key: String
    /// What was asked for, written so that equal requests are equal texts.
    package var fingerprint: String
    package var job: String
}

extension IdempotencyKey: FetchableRecord, PersistableRecord {
    package static let databaseTableName = "idempotencyKeys"
}

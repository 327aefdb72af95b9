import Foundation
package import GRDB
package import Logging

/// Uploads, jobs and idempotency keys in SQLite; every change of a state is one transaction that is on the disk when it
/// has returned.
package final class JobDatabase: Sendable {
    private let pool: DatabasePool
    private let logger: Logger

    /// Opens the database, or makes it, and brings its tables up to date.
    ///
    /// - Throws: `DatabaseError`.
    package init(path: String, logger: Logger) throws {
        pool = try DatabasePool(path: path)
        // GRDB's setting for WAL loses the last transactions when the power fails. The pool has one writer, for good.
        try pool.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
        self.logger = logger
        try Self.migrator.migrate(pool)
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("jobs") { db in
            try db.create(table: "uploads") { table in
                table.primaryKey("id", .text)
                table.column("client", .text).notNull()
                table.column("bytes", .integer).notNull()
                table.column("createdAt", .datetime).notNull()
                table.column("lastUsedAt", .datetime).notNull()
            }
            try db.create(table: "jobs") { table in
                // Never used twice, so that a cursor stays true when the newest job is removed.
                table.autoIncrementedPrimaryKey("sequence")
                table.column("id", .text).notNull().unique()
                table.column("client", .text).notNull()
                table.column("avatar", .text).notNull()
                table.column("upload", .text).notNull()
                table.column("settings", .text).notNull()
                table.column("state", .text).notNull()
                table.column("createdAt", .datetime).notNull()
                table.column("startedAt", .datetime)
                table.column("endedAt", .datetime)
                table.column("startCount", .integer).notNull()
                table.column("framesMade", .integer).notNull()
                table.column("frameCount", .integer)
                table.column("problem", .text)
                table.column("videoBytes", .integer).notNull()
            }
            try db.create(index: "jobsByState", on: "jobs", columns: ["state", "endedAt"])
            try db.create(index: "jobsByClient", on: "jobs", columns: ["client", "sequence"])
            try db.create(index: "jobsByUpload", on: "jobs", columns: ["upload"])
            try db.create(table: "idempotencyKeys") { table in
                table.column("client", .text).notNull()
                table.column("key", .text).notNull()
                table.column("fingerprint", .text).notNull()
                table.column("job", .text).notNull().indexed().references("jobs", column: "id", onDelete: .cascade)
                table.primaryKey(["client", "key"])
            }
        }
        return migrator
    }

    /// Does `work` in one transaction, to the end even when the caller is cancelled meanwhile: who asked has gone, but what
    /// is in the files has to fit what is recorded.
    ///
    /// - Throws: the `Problem` that `work` throws, in which case nothing has changed; `.storageFull` when the disk is.
    package func write<Value: Sendable>(
        _ work: @escaping @Sendable (Database) throws -> Value
    ) async throws(Problem) -> Value {
        do {
            let pool = pool
            return try await Task { try await pool.write(work) }.value
        } catch {
            throw problem(error)
        }
    }

    /// Does `work` on one state of the database.
    ///
    /// - Throws: the `Problem` that `work` throws.
    package func read<Value: Sendable>(
        _ work: @escaping @Sendable (Database) throws -> Value
    ) async throws(Problem) -> Value {
        do {
            let pool = pool
            return try await Task { try await pool.read(work) }.value
        } catch {
            throw problem(error)
        }
    }

    private func problem(_ error: any Error) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL:
            return .storageFull
        default:
            logger.error("the database of jobs failed", metadata: ["error": "\(error)"])
            return Problem(.internalFailure, "the server's records cannot be used at present")
        }
    }
}

extension Problem {
    /// The disk is full.
    static let storageFull = Problem(.storageFull, "the server has no room left on its disk; try again later")
}

import AsyncAlgorithms
package import Foundation
import Logging
import ServiceLifecycle

/// Removes what was kept long enough: ended jobs by age, the oldest videos when space runs short, unused uploads.
package struct JobRetention: Service {
    private let store: JobStore
    private let interval: Duration

    package init(store: JobStore, interval: Duration = .seconds(60)) {
        self.store = store
        self.interval = interval
    }

    package func run() async {
        for await _ in AsyncTimerSequence(interval: interval, clock: .continuous).cancelOnGracefulShutdown() {
            do {
                try await sweep(now: Date())
            } catch {
                store.logger.error("old jobs cannot be removed", metadata: ["problem": "\(error.detail)"])
            }
        }
    }

    /// Removes what is due at `now`.
    package func sweep(now: Date) async throws(Problem) {
        let limits = store.limits
        try await store.remove(
            try await store.database.jobs(endedBefore: now.addingTimeInterval(-limits.keptInSeconds)))
        let uploads = try await store.database.removeUploads(
            unusedSince: now.addingTimeInterval(-limits.unusedUploadInSeconds))
        for upload in uploads {
            store.folder.removeUpload(upload.id)
            store.quota.release(upload.bytes)
        }
        try await makeSpace()
    }

    private func makeSpace() async throws(Problem) {
        var surplus = store.quota.usedInBytes - store.limits.keptInBytes
        while surplus > 0 {
            let finished = try await store.database.finishedJobs(limit: 100)
            guard !finished.isEmpty else { return }
            var removed: [Job] = []
            for job in finished where surplus > 0 {
                removed.append(job)
                surplus -= job.videoBytes
            }
            try await store.remove(removed)
        }
    }
}

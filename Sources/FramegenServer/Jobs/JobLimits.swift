/// What jobs and uploads may take of the machine; an operator may change each.
package struct JobLimits: Sendable, Decodable, Equatable {
    /// Jobs that run side by side.
    package var jobsAtOnce = 1
    /// Jobs of one client that may wait.
    package var waitingJobsPerClient = 20
    /// The same of tokens that have a limit of their own, by the token's name.
    package var waitingJobsOfClients: [String: Int] = [:]
    /// Jobs of all clients that may wait.
    package var waitingJobs = 1000
    /// Bytes of one upload.
    package var uploadInBytes = 512 << 20
    /// Uploads that may be kept at a time.
    package var uploadCount = 10_000
    /// Bytes of all uploads and videos, above which no upload is taken.
    package var storageInBytes = 20 << 30
    /// Bytes of all uploads and videos, above which the videos of the oldest finished jobs go.
    package var keptInBytes = 15 << 30
    /// How long an ended job and its video are kept.
    package var keptInSeconds = 7 * 86_400.0
    /// How long an upload is kept that no job waits for.
    package var unusedUploadInSeconds = 86_400.0
    /// Starts of a job that may end with the process before it counts as failed.
    package var startsPerJob = 3

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case jobsAtOnce, waitingJobsPerClient, waitingJobs, uploadInBytes, uploadCount, storageInBytes, keptInBytes
        case keptInSeconds, unusedUploadInSeconds, startsPerJob
    }

    /// All as usual.
    package init() {}

    package init(from decoder: any Decoder) throws {
        try StrictKeys.check(decoder, allowed: CodingKeys.allCases.map(\.rawValue))
        let container = try decoder.container(keyedBy: CodingKeys.self)
        jobsAtOnce = try container.decode(.jobsAtOnce, default: jobsAtOnce, atLeast: 1)
        waitingJobsPerClient = try container.decode(.waitingJobsPerClient, default: waitingJobsPerClient, atLeast: 1)
        waitingJobs = try container.decode(.waitingJobs, default: waitingJobs, atLeast: 1)
        uploadInBytes = try container.decode(.uploadInBytes, default: uploadInBytes, atLeast: 1)
        uploadCount = try container.decode(.uploadCount, default: uploadCount, atLeast: 1)
        storageInBytes = try container.decode(.storageInBytes, default: storageInBytes, atLeast: 1)
        keptInBytes = try container.decode(.keptInBytes, default: keptInBytes, atLeast: 1)
        keptInSeconds = try container.decode(.keptInSeconds, default: keptInSeconds, atLeast: 0)
        unusedUploadInSeconds = try container.decode(.unusedUploadInSeconds, default: unusedUploadInSeconds, atLeast: 0)
        startsPerJob = try container.decode(.startsPerJob, default: startsPerJob, atLeast: 1)
    }
}

/// What jobs and uploads may take of the machine; an operator may change each.
package struct JobLimits: Sendable, Decodable, Equatable {
    /// Jobs that run side by side.
    package var jobsAtOnce = 1
    /// Jobs of one client that may wait.
    package var waitingJobsPerClient = 20
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
        func value<Value: Decodable & Comparable>(_ key: CodingKeys, _ usual: Value, atLeast least: Value) throws
            -> Value
        {
            let value = try container.decodeIfPresent(Value.self, forKey: key) ?? usual
            guard value >= least else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: container,
                    debugDescription: "\(key.rawValue) is \(value), expected \(least) or more")
            }
            return value
        }
        jobsAtOnce = try value(.jobsAtOnce, jobsAtOnce, atLeast: 1)
        waitingJobsPerClient = try value(.waitingJobsPerClient, waitingJobsPerClient, atLeast: 1)
        waitingJobs = try value(.waitingJobs, waitingJobs, atLeast: 1)
        uploadInBytes = try value(.uploadInBytes, uploadInBytes, atLeast: 1)
        uploadCount = try value(.uploadCount, uploadCount, atLeast: 1)
        storageInBytes = try value(.storageInBytes, storageInBytes, atLeast: 1)
        keptInBytes = try value(.keptInBytes, keptInBytes, atLeast: 1)
        keptInSeconds = try value(.keptInSeconds, keptInSeconds, atLeast: 0)
        unusedUploadInSeconds = try value(.unusedUploadInSeconds, unusedUploadInSeconds, atLeast: 0)
        startsPerJob = try value(.startsPerJob, startsPerJob, atLeast: 1)
    }
}

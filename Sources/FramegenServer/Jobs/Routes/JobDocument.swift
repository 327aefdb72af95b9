import Foundation
import Hummingbird

/// A job as clients see it.
struct JobDocument: Encodable {
    struct ProblemDocument: Encodable {
        let type: String
        let title: String
        let status: Int
        let detail: String

        init(_ problem: JobProblem) {
            let status = (Problem.Kind(rawValue: problem.kind) ?? .internalFailure).status
            type = "/problems/\(problem.kind)"
            title = status.reasonPhrase
            self.status = status.code
            detail = problem.detail
        }
    }

    let id: String
    let avatar: String
    let state: JobState
    let createdAt: Date
    let startedAt: Date?
    let endedAt: Date?
    let progress: Double
    let framesMade: Int
    let frameCount: Int?
    let problem: ProblemDocument?
    let video: String?

    init(_ job: Job) {
        id = job.id
        avatar = job.avatar
        state = job.state
        createdAt = job.createdAt
        startedAt = job.startedAt
        endedAt = job.endedAt
        progress = job.progress
        framesMade = job.framesMade
        frameCount = job.frameCount
        problem = job.problem.map(ProblemDocument.init)
        video = job.state == .done ? "/v1/jobs/\(job.id)/video" : nil
    }
}

/// A part of the list of jobs as clients see it.
struct JobListDocument: Encodable {
    let jobs: [JobDocument]
    let nextCursor: String?

    private enum CodingKeys: CodingKey { case jobs, nextCursor }

    init(_ page: JobPage) {
        jobs = page.jobs.map(JobDocument.init)
        nextCursor = page.nextCursor?.description
    }

    /// With a null at the end of the list.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(jobs, forKey: .jobs)
        try container.encode(nextCursor, forKey: .nextCursor)
    }
}

import Hummingbird

/// What happens to a job, as it happens: always its newest state, so a slow client skips what is over, and the last event
/// is never left out.
struct JobEvents: AsyncSequence, Sendable {
    let store: JobStore
    let id: String
    let client: String
    /// The id of an event that the client has; it is not sent again.
    let lastID: String?

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let events: JobEvents
        fileprivate var ticks: AsyncStream<Void>.AsyncIterator
        fileprivate var lastID: String?
        fileprivate var isOver = false

        mutating func next() async throws -> ServerSentEvent? {
            while !isOver, await ticks.next() != nil {
                // A job that was removed has no more events.
                guard let job = try? await events.store.job(events.id, of: events.client) else { return nil }
                isOver = job.state.isEnd
                let id = JobEvents.id(of: job)
                guard id != lastID else { continue }
                lastID = id
                let name = job.state.isEnd ? job.state.rawValue : "progress"
                return ServerSentEvent(id: id, name: name, data: try JSONResponse.text(JobDocument(job)))
            }
            return nil
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(events: self, ticks: store.board.ticks(of: id).makeAsyncIterator(), lastID: lastID)
    }

    /// Equal for equal states alone, also after the server has started anew.
    static func id(of job: Job) -> String { "\(job.startCount).\(job.state.rawValue).\(job.framesMade)" }
}

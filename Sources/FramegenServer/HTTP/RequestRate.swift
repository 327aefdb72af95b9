package import Hummingbird
import Synchronization

/// Holds each client to a number of requests a minute.
package final class RequestRate: RouterMiddleware {
    private struct Bucket {
        var requests: Double
        var filled: ContinuousClock.Instant
    }

    private let requestsPerMinute: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    /// By the token's name, of which there are as many as the configuration has.
    private let buckets = Mutex<[String: Bucket]>([:])

    package init(requestsPerMinute: Int, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.requestsPerMinute = requestsPerMinute
        self.now = now
    }

    package func handle(
        _ request: Request, context: ServerRequestContext,
        next: (Request, ServerRequestContext) async throws -> Response
    ) async throws -> Response {
        let now = now()
        let requestsPerMinute = context.client?.limits.requestsPerMinute ?? requestsPerMinute
        let isAllowed = buckets.withLock { buckets in
            let limit = Double(requestsPerMinute)
            var bucket = buckets[context.client?.name ?? ""] ?? Bucket(requests: limit, filled: now)
            bucket.requests = min(limit, bucket.requests + bucket.filled.duration(to: now) / .seconds(60) * limit)
            bucket.filled = now
            defer { buckets[context.client?.name ?? ""] = bucket }
            guard bucket.requests >= 1 else { return false }
            bucket.requests -= 1
            return true
        }
        guard isAllowed else {
            throw Problem(
                .tooManyRequests, "there were more than \(requestsPerMinute) requests in a minute",
                retryAfterInSeconds: max(1, 60 / requestsPerMinute))
        }
        return try await next(request, context)
    }
}

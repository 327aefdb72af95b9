package import Hummingbird
import Logging
import Metrics

/// Logs and counts every request; no token comes into the log.
package struct RequestLog: RouterMiddleware {
    package init() {}

    package func handle(
        _ request: Request, context: ServerRequestContext,
        next: (Request, ServerRequestContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let seconds = start.duration(to: .now) / .seconds(1)
        let dimensions = [
            ("method", request.method.rawValue.count > 10 ? "other" : request.method.rawValue),
            // The pattern of the route, since paths are without number.
            ("route", context.endpointPath ?? "none"), ("status", String(response.status.code)),
        ]
        Counter(label: "framegen_requests_total", dimensions: dimensions).increment()
        Recorder(label: "framegen_request_seconds", dimensions: [dimensions[1]]).record(seconds)
        context.logger.info(
            "request",
            metadata: [
                "method": "\(request.method.rawValue)", "path": "\(request.uri.path)",
                "status": "\(response.status.code)", "seconds": "\(seconds)",
                "client": "\(context.client?.name ?? "-")",
            ])
        return response
    }
}

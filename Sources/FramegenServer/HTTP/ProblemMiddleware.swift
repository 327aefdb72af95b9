import FrameGeneration
import HTTPTypes
package import Hummingbird
import Logging

/// Answers every error with a problem document.
package struct ProblemMiddleware: RouterMiddleware {
    package init() {}

    package func handle(
        _ request: Request, context: ServerRequestContext,
        next: (Request, ServerRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = Self.problem(error)
            if problem.kind == .internalFailure {
                context.logger.error("a request failed", metadata: ["error": "\(error)"])
            }
            return try problem.response(from: request, context: context)
        }
    }

    private static func problem(_ error: any Error) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as FramegenError where error.code == .cancelled:
            return .stopping
        case let error as any HTTPResponseError: return Problem(error.status)
        default: return Problem(.internalFailure, "the server failed; its log says how")
        }
    }
}

extension Problem {
    /// What the router or the decoding of a request found.
    fileprivate init(_ status: HTTPResponse.Status) {
        switch status.code {
        case 401: self.init(.unauthorized, "there is no token, expected Authorization: Bearer …")
        case 404: self.init(.notFound, "there is no such resource")
        case 405: self.init(.methodNotAllowed, "the resource does not have this method")
        case 413: self.init(.tooLarge, "the body is too large")
        case 415: self.init(.unsupportedMedia, "the body's type is not one that this resource takes")
        case 400..<500: self.init(.invalidRequest, "the request cannot be read")
        default: self.init(.internalFailure, "the server failed; its log says how")
        }
    }
}

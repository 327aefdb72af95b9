import Foundation
package import Hummingbird

/// What is wrong with a request, as RFC 9457 ("Problem Details for HTTP APIs") tells it to a client.
///
/// It names no path of the server.
package struct Problem: HTTPResponseError, Equatable {
    /// The kind of problem: the last part of its `type`, one for each thing that can be wrong.
    package enum Kind: String, Sendable, CaseIterable {
        case invalidRequest = "invalid-request"
        case unauthorized
        case forbidden
        case notFound = "not-found"
        case methodNotAllowed = "method-not-allowed"
        case conflict
        case tooLarge = "too-large"
        case unsupportedMedia = "unsupported-media"
        case unreadableSound = "unreadable-sound"
        case rangeNotSatisfiable = "range-not-satisfiable"
        case tooManyRequests = "too-many-requests"
        case noRoom = "no-room"
        case notReady = "not-ready"
        case shuttingDown = "shutting-down"
        case storageFull = "storage-full"
        case internalFailure = "internal-failure"

        var status: HTTPResponse.Status {
            switch self {
            case .invalidRequest: .badRequest
            case .unauthorized: .unauthorized
            case .forbidden: .forbidden
            case .notFound: .notFound
            case .methodNotAllowed: .methodNotAllowed
            case .conflict: .conflict
            case .tooLarge: .contentTooLarge
            case .unsupportedMedia: .unsupportedMediaType
            case .unreadableSound: .unprocessableContent
            case .rangeNotSatisfiable: .rangeNotSatisfiable
            case .tooManyRequests: .tooManyRequests
            case .noRoom, .notReady, .shuttingDown: .serviceUnavailable
            case .storageFull: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
            case .internalFailure: .internalServerError
            }
        }
    }

    /// The server takes on nothing new.
    static let stopping = Problem(.shuttingDown, "the server is stopping", retryAfterInSeconds: 5)

    /// The kind of problem.
    package let kind: Kind
    /// What is wrong in this case: a sentence with the value and what was expected.
    package let detail: String
    /// Seconds after which it may be tried again; nil where that does not help.
    package let retryAfterInSeconds: Int?
    /// Methods that the resource has; nil where that is not the problem.
    package let allowedMethods: [HTTPRequest.Method]?

    package init(
        _ kind: Kind, _ detail: String, retryAfterInSeconds: Int? = nil, allowedMethods: [HTTPRequest.Method]? = nil
    ) {
        self.kind = kind
        self.detail = detail
        self.retryAfterInSeconds = retryAfterInSeconds
        self.allowedMethods = allowedMethods
    }

    package var status: HTTPResponse.Status { kind.status }

    private struct Document: Encodable {
        let type: String
        let title: String
        let status: Int
        let detail: String
    }

    package func response(from request: Request, context: some RequestContext) throws -> Response {
        var headers: HTTPFields = [.contentType: "application/problem+json"]
        if let retryAfterInSeconds { headers[.retryAfter] = String(retryAfterInSeconds) }
        if let allowedMethods {
            headers[.allow] = allowedMethods.map(\.rawValue).sorted().joined(separator: ", ")
        }
        if kind == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
        let document = Document(
            type: "/problems/\(kind.rawValue)", title: status.reasonPhrase, status: status.code, detail: detail)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Response(
            status: status, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(document))))
    }
}

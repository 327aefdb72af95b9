import Foundation
package import Hummingbird

/// `POST /v1/uploads`: a sound for later jobs.
package struct UploadRoutes: RouteGroup {
    private let store: JobStore

    package init(store: JobStore) { self.store = store }

    package func add(to router: RouterGroup<ServerRequestContext>) {
        router.post("uploads", use: upload)
    }

    private struct Document: Encodable {
        let id: String
        let bytes: Int
    }

    private func upload(_ request: Request, _ context: ServerRequestContext) async throws -> Response {
        let type = request.headers[.contentType].flatMap(HeaderValue.init)?.value ?? ""
        guard !type.hasPrefix("multipart/"), type != "application/json" else {
            throw Problem(.unsupportedMedia, "an upload is the sound alone, not \(type.prefix(100))")
        }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > store.limits.uploadInBytes {
            throw Problem(
                .tooLarge,
                "the sound has \(length) bytes, expected at most \(store.limits.uploadInBytes)")
        }
        let incoming = store.incomingUpload()
        do {
            for try await piece in WholeBody(request) { try await incoming.append(piece) }
        } catch {
            await incoming.abandon()
            throw error
        }
        let upload = try await store.keep(incoming, for: context.clientName)
        return try JSONResponse.make(Document(id: upload.id, bytes: upload.bytes), status: .created)
    }
}

extension ServerRequestContext {
    /// The client as records name it.
    var clientName: String { client?.name ?? "" }
}

/// Answers in JSON.
enum JSONResponse {
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func make(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) throws -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        headers[.cacheControl] = "no-store"
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: try text(value))))
    }
}

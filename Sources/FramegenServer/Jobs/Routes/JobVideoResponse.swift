import Hummingbird

/// A finished video, whole or in part, read piece by piece as the client takes it.
struct JobVideoResponse {
    let job: Job
    let path: String
    private static let files = FileIO()

    /// A job's video never changes.
    private var entityTag: String { "\"\(job.id)-\(job.videoBytes)\"" }

    func response(to request: Request, _ context: ServerRequestContext) async throws -> Response {
        let size = job.videoBytes
        var headers: HTTPFields = [
            .contentType: "video/mp4", .acceptRanges: "bytes", .eTag: entityTag,
            .cacheControl: "private, max-age=3600", .contentDisposition: "inline; filename=\"\(job.id).mp4\"",
        ]
        if isKnown(request.headers[values: .ifNoneMatch]) { return Response(status: .notModified, headers: headers) }
        // Ranges are for GET alone.
        let isGet = request.method == .get
        switch isGet ? range(request) : .whole {
        case .whole:
            guard isGet else {
                headers[.contentLength] = String(size)
                return Response(status: .ok, headers: headers)
            }
            guard size > 0 else { return Response(status: .ok, headers: headers) }
            return try await part(0...size - 1, .ok, headers, context)
        case .part(let range):
            headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound)/\(size)"
            return try await part(range, .partialContent, headers, context)
        case .unsatisfiable:
            let problem = Problem(.rangeNotSatisfiable, "the video has \(size) bytes, and none of those asked for")
            var response = try problem.response(from: request, context: context)
            response.headers[.contentRange] = "bytes */\(size)"
            return response
        }
    }

    private func range(_ request: Request) -> ByteRange {
        guard let header = request.headers[.range] else { return .whole }
        // Part of another video than the client has the beginning of is of no use.
        if let condition = request.headers[.ifRange], condition != entityTag { return .whole }
        return ByteRange(header, byteCount: job.videoBytes)
    }

    private func isKnown(_ tags: [String]) -> Bool {
        let known: Set<String> = ["*", entityTag, "W/\(entityTag)"]
        for list in tags {
            for tag in list.split(separator: ",") {
                if known.contains(String(tag.drop { $0 == " " }.prefix { $0 != " " })) { return true }
            }
        }
        return false
    }

    private func part(
        _ range: ClosedRange<Int>, _ status: HTTPResponse.Status, _ headers: HTTPFields,
        _ context: ServerRequestContext
    ) async throws -> Response {
        do {
            let body = try await Self.files.loadFile(path: path, range: range, context: context)
            return Response(status: status, headers: headers, body: body)
        } catch {
            // Removed in this moment.
            throw JobStore.noJob()
        }
    }
}

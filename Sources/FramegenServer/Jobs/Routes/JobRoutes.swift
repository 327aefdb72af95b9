import Foundation
import HTTPTypes
package import Hummingbird

/// `/v1/jobs`: videos that are made one after the other.
package struct JobRoutes: RouteGroup {
    private let store: JobStore
    private let avatars: any AvatarLending

    package init(store: JobStore, avatars: any AvatarLending) {
        self.store = store
        self.avatars = avatars
    }

    package func add(to router: RouterGroup<ServerRequestContext>) {
        router.post("jobs", use: submit)
        router.get("jobs", use: list)
        router.get("jobs/{id}", use: job)
        router.delete("jobs/{id}", use: delete)
        router.get("jobs/{id}/events", use: events)
        router.get("jobs/{id}/video", use: video)
        router.head("jobs/{id}/video", use: video)
    }

    private func submit(_ request: Request, _ context: ServerRequestContext) async throws -> Response {
        let key = try Self.idempotencyKey(of: request)
        let form = try await JobForm.read(request, into: store)
        let job: Job
        do {
            job = try await submit(form, context.clientName, key)
        } catch {
            await form.abandon()
            throw error
        }
        return try JSONResponse.make(
            JobDocument(job), status: .created, headers: [.location: "/v1/jobs/\(job.id)"])
    }

    private func submit(_ form: JobForm, _ client: String, _ key: String?) async throws(Problem) -> Job {
        guard Self.isAvatarName(form.avatar) else {
            throw Problem(.invalidRequest, "there is no avatar \(form.avatar.prefix(64))")
        }
        try await avatars.checkAvatar(form.avatar)
        switch form.sound {
        case .upload(let id):
            return try await store.submit(
                avatar: form.avatar, uploadID: id, settings: form.settings, client: client, key: key)
        case .incoming(let sound):
            return try await store.submit(
                avatar: form.avatar, sound: sound, settings: form.settings, client: client, key: key)
        }
    }

    private static func idempotencyKey(of request: Request) throws(Problem) -> String? {
        let keys = request.headers[values: .idempotencyKey]
        guard let key = keys.first else { return nil }
        guard keys.count == 1, (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw Problem(.invalidRequest, "Idempotency-Key is 1 to 255 characters of ASCII without spaces, and once")
        }
        return key
    }

    private static func isAvatarName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { URLSafeBase64.isDigit($0) || $0 == UInt8(ascii: ".") }
    }

    private func list(_ request: Request, _ context: ServerRequestContext) async throws -> Response {
        var limit = 50
        if let text = request.uri.queryParameters["limit"] {
            guard let value = Int(text), (1...200).contains(value) else {
                throw Problem(.invalidRequest, "limit is \(text.prefix(32)), expected 1 to 200")
            }
            limit = value
        }
        var cursor: JobCursor?
        if let text = request.uri.queryParameters["cursor"] {
            cursor = JobCursor(String(text))
            guard cursor != nil else { throw Problem(.invalidRequest, "cursor is none that this server gave") }
        }
        let page = try await store.jobs(of: context.clientName, after: cursor, limit: limit)
        return try JSONResponse.make(JobListDocument(page))
    }

    private func job(_ request: Request, _ context: ServerRequestContext) async throws -> Response {
        try JSONResponse.make(JobDocument(try await job(context)))
    }

    private func job(_ context: ServerRequestContext) async throws(Problem) -> Job {
        guard let id = context.parameters.get("id") else { throw JobStore.noJob() }
        return try await store.job(id, of: context.clientName)
    }

    private func delete(_ request: Request, _ context: ServerRequestContext) async throws -> Response {
        guard let id = context.parameters.get("id") else { throw JobStore.noJob() }
        try await store.delete(id, of: context.clientName)
        return Response(status: .noContent)
    }

    private func events(_ request: Request, _ context: ServerRequestContext) async throws -> Response {
        let job = try await job(context)
        let lastID = request.headers[.lastEventID]
        // What tells a browser not to come again.
        guard !job.state.isEnd || lastID != JobEvents.id(of: job) else { return Response(status: .noContent) }
        return .events(JobEvents(store: store, id: job.id, client: context.clientName, lastID: lastID))
    }

    private func video(_ request: Request, _ context: ServerRequestContext) async throws -> Response {
        let job = try await job(context)
        guard job.state == .done else {
            throw Problem(.notFound, "the job is \(job.state.rawValue) and has no video")
        }
        return try await JobVideoResponse(job: job, path: store.folder.videoPath(job.id))
            .response(to: request, context)
    }
}

extension HTTPField.Name {
    fileprivate static let idempotencyKey = Self("Idempotency-Key") ?? .eTag
}

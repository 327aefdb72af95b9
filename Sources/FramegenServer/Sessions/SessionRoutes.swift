import AsyncAlgorithms
import Foundation
import FrameGeneration
import Framegen
package import Hummingbird

/// Sessions over HTTP.
package struct SessionRoutes: RouteGroup {
    private let store: SessionStore
    /// Where sound files lie while they are read.
    private let spoolPath: String
    private let soundLimitInBytes: Int

    package init(store: SessionStore, spoolPath: String, soundLimitInBytes: Int) {
        self.store = store
        self.spoolPath = spoolPath
        self.soundLimitInBytes = soundLimitInBytes
    }

    package func add(to router: RouterGroup<ServerRequestContext>) {
        let sessions = router.group("sessions")
        sessions.post { request, context in try await make(request, context) }
        sessions.get { _, context in
            var descriptions: [SessionDescription] = []
            for session in await store.sessions(of: context.client) { descriptions.append(await session.description) }
            return try Response(json: ["sessions": descriptions])
        }
        sessions.get(":session") { _, context in
            try Response(json: await session(context).description)
        }
        sessions.delete(":session") { _, context in
            await store.end(try await session(context))
            return Response(status: .noContent)
        }
        sessions.post(":session/speech") { request, context in try await say(request, context) }
        sessions.post(":session/interrupt") { _, context in
            try await session(context).interrupt()
            return Response(status: .noContent)
        }
        sessions.get(":session/events") { request, context in
            let last = request.headers[.lastEventID].flatMap(Int.init)
            return Response.events(try await session(context).events(after: last))
        }
    }

    private func session(_ context: ServerRequestContext) async throws -> Session {
        try await store.session(try context.parameters.require("session"), of: context.client)
    }

    private func make(_ request: Request, _ context: ServerRequestContext) async throws -> Response {
        let settings = try await request.json(SessionSettings.self, context)
        let session = try await store.make(settings, for: context.client)
        var response = try Response(json: await session.description, status: .created)
        response.headers[.location] = "/v1/sessions/\(session.id)"
        return response
    }

    private func say(_ request: Request, _ context: ServerRequestContext) async throws -> Response {
        let session = try await session(context)
        try await store.checkRoom(for: session)
        let type = request.headers[.contentType]?.lowercased() ?? ""
        guard !type.hasPrefix("multipart/"), !type.hasPrefix("application/json") else {
            throw Problem(
                .unsupportedMedia, "the body is \(type.prefix(64)), expected a sound file as it is, or bare samples")
        }
        let interrupts = request.uri.queryParameters["interrupt"] == "true"
        let utterance: QueuedUtterance
        if let format = try PCMFormat(contentType: request.headers[.contentType] ?? "") {
            utterance = try await say(request, in: format, session, interrupts: interrupts)
        } else {
            utterance = try await sayFile(request, session, interrupts: interrupts)
        }
        return try Response(json: ["utterance": utterance], status: .accepted)
    }

    /// Samples, which are spoken while they arrive.
    private func say(
        _ request: Request, in format: PCMFormat, _ session: Session, interrupts: Bool
    ) async throws -> QueuedUtterance {
        let name = request.uri.queryParameters["stream"].map(String.init)
        let isLast = request.uri.queryParameters["last"] == "true"
        var reader = PCMReader(format)
        var taken: (utterance: QueuedUtterance, pieces: AsyncChannel<[Float]>)?
        do {
            for try await buffer in request.body {
                let samples = reader.samples(adding: buffer.readableBytesView)
                guard !samples.isEmpty else { continue }
                let open =
                    if let taken { taken } else {
                        try await open(session, format, stream: name, interrupts: interrupts)
                    }
                taken = open
                // Waits while enough is there, so that memory stays bounded whatever is sent.
                for start in stride(from: 0, to: samples.count, by: SessionLimits.pieceLength) {
                    let end = min(start + SessionLimits.pieceLength, samples.count)
                    while await !session.hasRoom(forSamplesOf: open.utterance.id) {
                        try await Task.sleep(for: .milliseconds(50))
                    }
                    await open.pieces.send(Array(samples[start..<end]))
                    await session.sent(end - start, of: open.utterance.id)
                }
            }
        } catch {
            // What came is said.
            taken?.pieces.finish()
            if let name { await session.endStream(name) }
            throw error
        }
        if name == nil { taken?.pieces.finish() }
        if let name, let taken { await session.leaveStream(name, utterance: taken.utterance.id) }
        if let name, isLast { await session.endStream(name) }
        guard let taken else {
            guard name != nil else { throw Problem(.unreadableSound, "the body holds no sample") }
            return QueuedUtterance(id: 0, queuedSeconds: 0)
        }
        return taken.utterance
    }

    private func open(
        _ session: Session, _ format: PCMFormat, stream name: String?, interrupts: Bool
    ) async throws -> (utterance: QueuedUtterance, pieces: AsyncChannel<[Float]>) {
        if let name {
            return try await session.stream(
                name, sampleRate: format.sampleRate, interrupts: interrupts, firstByte: .now)
        }
        let pieces = AsyncChannel<[Float]>()
        let utterance = try await session.say(
            pieces, sampleRate: format.sampleRate, interrupts: interrupts, firstByte: .now)
        return (utterance, pieces)
    }

    /// A file, which is read whole before it is opened: containers may have their index at the end.
    private func sayFile(_ request: Request, _ session: Session, interrupts: Bool) async throws -> QueuedUtterance {
        let file = try SpooledSound(in: spoolPath)
        var firstByte: ContinuousClock.Instant?
        for try await buffer in request.body {
            firstByte = firstByte ?? .now
            try await file.append(buffer.readableBytesView, limit: soundLimitInBytes)
        }
        let sound = try await file.open()
        // Another session may have begun to speak while the file came.
        try await store.checkRoom(for: session)
        return try await session.say(sound, interrupts: interrupts, firstByte: firstByte ?? .now)
    }
}

import AsyncAlgorithms
import HTTPTypes
package import Hummingbird
import ServiceLifecycle

/// An event that a server sends, as the HTML standard's `EventSource` reads it.
package struct ServerSentEvent: Sendable, Hashable {
    /// What a client gives back as `Last-Event-ID`; nil where it cannot go on from there.
    package let id: String?
    /// The event's type.
    package let name: String
    /// Its JSON.
    package let data: String

    /// Neither text but the data may hold line breaks.
    package init(id: String?, name: String, data: String) {
        self.id = id
        self.name = name
        self.data = data
    }

    /// As it is sent.
    package var text: String {
        var text = id.map { "id: \($0)\n" } ?? ""
        text += "event: \(name)\n"
        // A lone carriage return would end a line too.
        for line in data.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            text += "data: \(line)\n"
        }
        return text + "\n"
    }
}

extension Response {
    /// Events as they come, with a comment now and then, so that proxies keep the connection and a client that has gone is
    /// noticed.
    ///
    /// Ends with `events`, or when the server stops. An event is asked for when the one before has been sent, one ahead.
    ///
    /// - Parameters:
    ///   - events: what to send; to be iterated once.
    ///   - heartbeatInterval: between two comments.
    /// - Returns: the response.
    package static func events<Events: AsyncSequence & Sendable>(
        _ events: Events, heartbeatInterval: Duration = .seconds(15)
    ) -> Response where Events.Element == ServerSentEvent {
        let headers: HTTPFields = [
            .contentType: "text/event-stream", .cacheControl: "no-store",
            // Some proxies would keep events until a buffer is full.
            .xAccelBuffering: "no",
        ]
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                let texts = chain(events.map { Optional($0.text) }, [nil].async)
                let heartbeats = AsyncTimerSequence(interval: heartbeatInterval, clock: .continuous)
                    .map { _ in Optional(": still here\n\n") }
                try await writer.write(ByteBuffer(string: ": events follow\n\n"))
                for try await text in merge(texts, heartbeats).cancelOnGracefulShutdown() {
                    guard let text else { break }
                    try await writer.write(ByteBuffer(string: text))
                }
                try await writer.finish(nil)
            })
    }
}

extension HTTPField.Name {
    fileprivate static let xAccelBuffering = Self("X-Accel-Buffering") ?? .cacheControl
}

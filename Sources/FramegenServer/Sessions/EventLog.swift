/// Events of a session, numbered, of which the last ones are kept for those who come back.
///
/// A reader that falls behind by more than is kept loses the oldest.
actor EventLog {
    private let keptCount: Int
    private var events: [ServerSentEvent] = []
    private var nextID = 1
    private var readers: [Int: AsyncStream<ServerSentEvent>.Continuation] = [:]
    private var nextReader = 0
    private var hasEnded = false

    init(keptCount: Int = 1000) { self.keptCount = keptCount }

    /// Adds an event with `data` as JSON.
    func append(_ name: String, data: String) {
        guard !hasEnded else { return }
        let event = ServerSentEvent(id: String(nextID), name: name, data: data)
        nextID += 1
        events.append(event)
        events.removeFirst(max(0, events.count - keptCount))
        for reader in readers.values { reader.yield(event) }
    }

    /// The events after `id`, as far as they are kept, and those to come; nil for those to come alone.
    func events(after id: Int?) -> AsyncStream<ServerSentEvent> {
        let (stream, reader) = AsyncStream.makeStream(
            of: ServerSentEvent.self, bufferingPolicy: .bufferingNewest(keptCount))
        if let id {
            for event in events where event.id.flatMap(Int.init) ?? 0 > id { reader.yield(event) }
        }
        guard !hasEnded else {
            reader.finish()
            return stream
        }
        let number = nextReader
        nextReader += 1
        readers[number] = reader
        reader.onTermination = { [weak self] _ in
            Task { await self?.remove(number) }
        }
        return stream
    }

    /// No event follows.
    func end() {
        hasEnded = true
        for reader in readers.values { reader.finish() }
        readers = [:]
    }

    private func remove(_ number: Int) { readers[number] = nil }
}

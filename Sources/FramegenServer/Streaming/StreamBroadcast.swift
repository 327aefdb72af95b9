import Hummingbird
package import Media
import Metrics

/// One encoding to any number of watchers, who all get the same bytes.
///
/// It keeps the newest fragments, bounded by bytes and seconds; a watcher is a place among them, so it costs nothing but its
/// connection, and nobody waits for another one.
package actor StreamBroadcast: StreamWriter {
    /// Where a watcher is.
    struct Place {
        /// Whether it has got what comes before the fragments.
        var hasBeginning = false
        /// The fragment that it gets next; nil while it waits for a key frame.
        var next: Int?
        /// How often in a row it was too slow.
        var moves = 0
        /// What it waits with when it has got all.
        var waiter: CheckedContinuation<Void, Never>?
        /// What its connection waits with for the end.
        var departure: CheckedContinuation<Void, Never>?
    }

    let settings: StreamBroadcastSettings
    let clock: StreamClock
    private let requestKeyFrame: @Sendable () async -> Void
    private var lastRequest: Duration?
    private(set) var beginning: ByteBuffer?
    private(set) var window: FragmentWindow
    /// Whether the stream is over.
    package private(set) var hasEnded = false
    private var places: [Int: Place] = [:]
    private var nextWatcher = 0
    var hls: HLSState

    /// A broadcast that has no watchers yet.
    ///
    /// - Parameters:
    ///   - settings: its bounds.
    ///   - clock: the time.
    ///   - requestKeyFrame: makes the encoder's next frame one that players can begin at.
    package init(
        settings: StreamBroadcastSettings = StreamBroadcastSettings(), clock: StreamClock = .system,
        requestKeyFrame: @escaping @Sendable () async -> Void
    ) {
        self.settings = settings
        self.clock = clock
        self.requestKeyFrame = requestKeyFrame
        window = FragmentWindow(bytesAtMost: settings.lagInBytes, secondsAtMost: settings.lagInSeconds)
        hls = HLSState()
    }

    /// How many watch; all players of HLS, who come and go with each request, count as one.
    package var watcherCount: Int { places.count + (isWatchedOverHLS ? 1 : 0) }

    /// Takes the next piece from the encoder; never waits for a watcher.
    package func write(_ piece: StreamPiece) {
        guard !hasEnded else { return }
        switch piece.kind {
        case .beginning: beginning = ByteBuffer(bytes: piece.bytes)
        case .fragment(let times):
            let fragment = window.append(ByteBuffer(bytes: piece.bytes), times, arrival: clock.now())
            advanceWatchers(to: fragment)
            advanceHLS(with: fragment)
        case .end: end()
        }
    }

    /// Ends the stream for all who watch, after what they have still to get.
    package func end() {
        guard !hasEnded else { return }
        hasEnded = true
        for id in places.keys { wake(id) }
        endHLS()
    }

    /// Joins at a key frame: a new one, or the newest one if that is young.
    ///
    /// - Throws: `Problem` when the stream is over or has as many watchers as it may have.
    package func watch() async throws(Problem) -> StreamWatcher {
        guard !hasEnded else { throw Problem(.notFound, "the stream has ended") }
        guard places.count < settings.watchersAtMost else {
            throw Problem(
                .noRoom, "\(places.count) watch already, expected at most \(settings.watchersAtMost)",
                retryAfterInSeconds: 5)
        }
        let id = nextWatcher
        nextWatcher += 1
        places[id] = Place(next: youngKeyFrame?.number)
        StreamMetrics.watchers.increment()
        let watcher = StreamWatcher(id: id, broadcast: self)
        if places[id]?.next == nil { await askForKeyFrame() }
        return watcher
    }

    /// The newest key frame if it is so young that a new one is not worth its bytes.
    private var youngKeyFrame: BroadcastFragment? {
        guard let newest = window.newestKeyFrame, clock.now() - newest.arrival < settings.keyFrameSpacing else {
            return nil
        }
        return newest
    }

    /// Asks the encoder, unless that was done just now.
    func askForKeyFrame() async {
        let now = clock.now()
        if let lastRequest, now - lastRequest < settings.keyFrameSpacing { return }
        lastRequest = now
        await requestKeyFrame()
    }

    // MARK: Watchers

    /// What a watcher gets next.
    enum Delivery {
        case bytes(ByteBuffer)
        /// The stream is over, and it got all.
        case ended
        /// It left or was let go.
        case left
    }

    /// What is next for a watcher, as soon as it is there.
    func next(for id: Int) async -> Delivery {
        while let place = places[id] {
            if !place.hasBeginning, let beginning {
                places[id]?.hasBeginning = true
                return .bytes(beginning)
            }
            if place.hasBeginning, let number = place.next, let fragment = window[number] {
                places[id]?.next = number + 1
                return .bytes(fragment.bytes)
            }
            if hasEnded { return .ended }
            // It has caught up.
            places[id]?.moves = 0
            await withCheckedContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume()
                } else {
                    places[id]?.waiter = continuation
                }
            }
            if Task.isCancelled { leave(id) }
        }
        return .left
    }

    /// Ends a watcher.
    func leave(_ id: Int) {
        guard let place = places.removeValue(forKey: id) else { return }
        StreamMetrics.watchers.decrement()
        place.waiter?.resume()
        place.departure?.resume()
    }

    /// Returns when a watcher has left or was let go.
    func departure(of id: Int) async {
        guard places[id] != nil else { return }
        await withCheckedContinuation { places[id]?.departure = $0 }
    }

    /// Whether a watcher has not got all that there is for it.
    func isBehind(_ id: Int) -> Bool {
        guard let place = places[id] else { return false }
        return !place.hasBeginning || place.next.map { $0 < window.endNumber } ?? false
    }

    private func wake(_ id: Int) {
        places[id]?.waiter?.resume()
        places[id]?.waiter = nil
    }

    private func advanceWatchers(to fragment: BroadcastFragment) {
        for (id, place) in places {
            if place.next == nil, fragment.times.isKeyFrame { places[id]?.next = fragment.number }
            if let next = place.next, next < window.startNumber { move(id, from: next) }
            wake(id)
        }
    }

    /// Moves a watcher that is too slow to the newest key frame, or lets it go.
    private func move(_ id: Int, from next: Int) {
        let moves = (places[id]?.moves ?? 0) + 1
        guard moves < settings.movesAtMost else {
            StreamMetrics.watchersLetGo.increment()
            return leave(id)
        }
        places[id]?.moves = moves
        let target = window.newestKeyFrame?.number
        places[id]?.next = target
        if target == nil { Task { await askForKeyFrame() } }
        StreamMetrics.droppedFragments.increment(by: (target ?? window.endNumber) - next)
    }
}

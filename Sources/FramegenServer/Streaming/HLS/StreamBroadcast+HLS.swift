import Hummingbird
import Media

/// What a broadcast keeps for HLS while somebody asks for it.
struct HLSState {
    /// A request that waits.
    struct Waiter {
        let isReady: @Sendable (HLSWindow) -> Bool
        let continuation: CheckedContinuation<Void, Never>
    }

    var window: HLSWindow?
    /// When somebody asked the last time.
    var lastUse = Duration.zero
    /// What to add to the stream's times to get the time of day.
    var dateOffset: Double?
    /// Of the next window's first segment: a player that comes back must not take new segments for old ones.
    var nextNumber = 0
    var waiters: [Int: Waiter] = [:]
    var nextWaiter = 0
}

extension StreamBroadcast {
    /// What is kept for HLS; nil while nobody asks for it.
    var hlsWindow: HLSWindow? { hls.window }

    /// Whether somebody waits for HLS, or asked for it a short time ago.
    var isWatchedOverHLS: Bool {
        !hls.waiters.isEmpty || hls.window != nil && clock.now() - hls.lastUse <= settings.hlsIdleTime
    }

    /// The window, made of what there is if nobody has asked before.
    private func openHLS() async -> HLSWindow {
        hls.lastUse = clock.now()
        if let window = hls.window { return window }
        hls.window = HLSWindow(firstNumber: hls.nextNumber, settings: settings)
        let known = window.fragments.drop { !$0.times.isKeyFrame }
        for fragment in known { add(fragment) }
        if hasEnded { hls.window?.end() }
        if known.isEmpty, !hasEnded { await askForKeyFrame() }
        return hls.window ?? HLSWindow(firstNumber: hls.nextNumber, settings: settings)
    }

    /// Adds a fragment to what is kept for HLS, if anything is.
    func advanceHLS(with fragment: BroadcastFragment) {
        guard hls.window != nil else { return }
        if !isWatchedOverHLS { return closeHLS() }
        if add(fragment) { wakeHLSWaiters() }
        if hls.window?.isOverfull == true { closeHLS() }
    }

    /// Lets players know that nothing follows.
    func endHLS() {
        hls.window?.end()
        wakeHLSWaiters()
    }

    private func closeHLS() {
        guard let window = hls.window else { return }
        hls.nextNumber = window.currentNumber + 1
        hls.window = nil
        hls.dateOffset = nil
        for id in hls.waiters.keys { resumeHLSWaiter(id) }
    }

    @discardableResult
    private func add(_ fragment: BroadcastFragment) -> Bool {
        let age = (clock.now() - fragment.arrival) / .seconds(1)
        let offset = hls.dateOffset ?? clock.dateInSeconds() - age - fragment.times.startInSeconds
        hls.dateOffset = offset
        return hls.window?.append(fragment, dateInSeconds: offset + fragment.times.startInSeconds) ?? false
    }

    private func wakeHLSWaiters() {
        guard let window = hls.window else { return }
        for (id, waiter) in hls.waiters where window.hasEnded || waiter.isReady(window) { resumeHLSWaiter(id) }
    }

    private func resumeHLSWaiter(_ id: Int) {
        hls.waiters.removeValue(forKey: id)?.continuation.resume()
    }

    /// The window as soon as it is ready.
    ///
    /// - Throws: `Problem` when that takes longer than three times the longest segment.
    func hlsWindow(when isReady: @escaping @Sendable (HLSWindow) -> Bool) async throws(Problem) -> HLSWindow {
        let window = await openHLS()
        if window.hasEnded || isReady(window) { return window }
        guard hls.waiters.count < settings.hlsWaitersAtMost else {
            throw Problem(.noRoom, "\(hls.waiters.count) requests wait for the stream", retryAfterInSeconds: 1)
        }
        let id = hls.nextWaiter
        hls.nextWaiter += 1
        let timer = Task { [clock] in
            try? await clock.sleep(.seconds(3 * window.targetDurationInSeconds))
            resumeHLSWaiter(id)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume()
                } else {
                    hls.waiters[id] = HLSState.Waiter(isReady: isReady, continuation: continuation)
                }
            }
        } onCancel: {
            Task { await self.resumeHLSWaiter(id) }
        }
        timer.cancel()
        hls.lastUse = clock.now()
        guard let window = hls.window, window.hasEnded || isReady(window) else {
            throw Problem(.noRoom, "the stream makes nothing at present", retryAfterInSeconds: 1)
        }
        return window
    }
}

package import FrameGeneration
import Synchronization

/// Keeps what is written to it, and tells how it ended.
package actor TestSink: FrameSink {
    /// How a sink was left.
    package enum End: Sendable, Equatable {
        case finished, abandoned
    }

    package nonisolated let wantsPictures: Bool
    package private(set) var frames: [Frame] = []
    package private(set) var soundBefore: [SoundSpan] = []
    /// In the order of the calls; there should be one.
    package private(set) var ends: [End] = []
    private let onWrite: @Sendable (Frame) async throws(FramegenError) -> Void

    /// A sink; `onWrite` is called after a frame was taken, and holds it up.
    package init(
        wantsPictures: Bool = false,
        onWrite: @escaping @Sendable (Frame) async throws(FramegenError) -> Void = { _ in }
    ) {
        self.wantsPictures = wantsPictures
        self.onWrite = onWrite
    }

    package func write(_ frame: Frame) async throws(FramegenError) {
        frames.append(frame)
        try await onWrite(frame)
    }

    package func write(soundBefore span: SoundSpan) { soundBefore.append(span) }

    package func finish() { ends.append(.finished) }

    package func abandon() { ends.append(.abandoned) }
}

/// A gate that opens once, for all who wait at it and all who come later.
package final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    package init() {}

    /// Waits until the gate is open, or the task is cancelled.
    package func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    guard !state.isOpen, !Task.isCancelled else { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if isOpen { continuation.resume() }
            }
        } onCancel: {
            // Who waits is one task in every test.
            resumeAll(opening: false)
        }
    }

    package func open() { resumeAll(opening: true) }

    private func resumeAll(opening: Bool) {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            state.isOpen = state.isOpen || opening
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

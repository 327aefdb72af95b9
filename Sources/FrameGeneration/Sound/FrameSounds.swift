/// Cuts the sound of a source into the spans of frames, one after another; silence follows its end.
package actor FrameSounds {
    /// Of every span.
    package nonisolated let format: SoundTrackFormat
    private let source: any SoundSource
    private let rate: FrameRate
    private var index = 0
    private var isAtEnd = false
    private var waiting: [Float] = []

    /// The spans of the frames from 0 on.
    package init(of source: any SoundSource, at rate: FrameRate) {
        self.source = source
        self.rate = rate
        format = source.trackFormat
    }

    /// The span of the next frame.
    ///
    /// - Throws: what the source throws.
    package func next() async throws(FramegenError) -> SoundSpan {
        let start = format.firstSample(ofFrame: index, at: rate)
        index += 1
        let count = (format.firstSample(ofFrame: index, at: rate) - start) * format.channelCount
        while waiting.count < count, !isAtEnd {
            if let piece = try await source.nextPiece() { waiting += piece.track } else { isAtEnd = true }
        }
        waiting += repeatElement(0, count: max(0, count - waiting.count))
        defer { waiting.removeFirst(count) }
        return SoundSpan(format: format, start: start, samples: Array(waiting.prefix(count)))
    }
}

/// The sound of a take: decoded once, and handed to the audio features on one side and to the video's frames on the other.
///
/// Features look ahead of the frames, so what waits here for the frames is as much sound as they look ahead.
package actor SpeechSound: SampleSource {
    package nonisolated let expectedSampleCount: Int?
    package nonisolated let name: String
    /// How spans are stored.
    package nonisolated let format: SoundTrackFormat
    private let source: any SoundSource
    private let keepsSpeech: Bool
    private let keepsTrack: Bool
    private var speech: [[Float]] = []
    /// Interleaved samples from `position` on.
    private var track: [Float] = []
    /// Samples of each channel that were handed out or skipped.
    private var position = 0
    /// Nobody takes the sound before this sample of each channel.
    private var start = 0
    private var hasEnded = false
    private var reading: Task<Result<Bool, FramegenError>, Never>?
    private var warnings: [String] = []
    private var silence: SilenceDetector?

    /// - Parameters:
    ///   - source: has no other reader.
    ///   - makesFeatures: whether somebody takes the samples that features are made of.
    ///   - makesTrack: whether somebody takes the spans.
    ///   - findsSilence: whether somebody asks where in the track there is speech.
    package init(
        _ source: any SoundSource, makesFeatures: Bool, makesTrack: Bool = true, findsSilence: Bool = false
    ) {
        self.source = source
        keepsSpeech = makesFeatures
        keepsTrack = makesTrack
        expectedSampleCount = source.expectedSpeechSampleCount
        name = source.name
        format = source.trackFormat
        silence = findsSilence ? SilenceDetector(source.trackFormat) : nil
    }

    /// The next samples for the features, or nil after the last ones.
    package func nextSamples() async throws(FramegenError) -> [Float]? {
        while speech.isEmpty {
            guard try await read() else { return nil }
        }
        return speech.removeFirst()
    }

    /// The sound up to sample `end` of each channel, from where the last span ended; silence after the end of the sound.
    package func span(upTo end: Int) async throws(FramegenError) -> SoundSpan {
        // Reading may pass over sound that nobody takes.
        while track.count < max(0, end - position) * format.channelCount, try await read() {}
        let wanted = max(0, end - position) * format.channelCount
        let available = min(wanted, track.count)
        var samples = Array(track[..<available])
        track.removeFirst(available)
        samples += repeatElement(0, count: wanted - available)
        defer { position = max(position, end) }
        return SoundSpan(format: format, start: position, samples: samples)
    }

    /// Asks the source what the user should know of it, as it does by itself after every piece.
    ///
    /// - Parameter isOver: whether nobody takes more of the sound, which need not have come to its end.
    package func lookForWarnings(isOver: Bool = false) async {
        let new = await source.newWarnings(isOver: isOver)
        warnings += new
    }

    /// What the user should know of the sound as far as it was read, each told once.
    package func takeWarnings() -> [String] {
        defer { warnings = [] }
        return warnings
    }

    /// Reads nothing more of the source, also where somebody is waiting for it; silence follows.
    func end() {
        hasEnded = true
        silence?.end()
        reading?.cancel()
    }

    /// Whether somebody speaks in each of `rows`, of which there are `perSecond` a second: reads ahead as far as it takes.
    ///
    /// Rows before the first one asked for are forgotten.
    ///
    /// - Precondition: it was made to find silence.
    func spokenRows(_ rows: ClosedRange<Int>, perSecond: Int) async throws(FramegenError) -> [Bool] {
        func firstBlock(_ row: Int) -> Int { row * SilenceDetector.blocksPerSecond / perSecond }
        precondition(silence != nil, "\(name) was not made to find silence")
        silence?.forget(before: firstBlock(rows.lowerBound))
        var spoken: [Bool] = []
        while spoken.count < rows.count {
            let row = rows.lowerBound + spoken.count
            if let isSpeech = silence?.isSpeech(in: firstBlock(row)..<firstBlock(row + 1)) {
                spoken.append(isSpeech)
            } else if try await !read() {
                silence?.end()
            }
        }
        return spoken
    }

    /// Samples that wait for their frames, of all channels together.
    package var waitingSampleCount: Int { track.count }

    /// Says that nobody takes the sound before sample `start` of each channel: it is dropped as it comes.
    package func discard(before start: Int) {
        self.start = max(start, position)
        dropUnwanted()
    }

    private func dropUnwanted() {
        let count = min(start - position, track.count / format.channelCount)
        guard count > 0 else { return }
        track.removeFirst(count * format.channelCount)
        position += count
    }

    /// Passes over the sound up to sample `end`, and returns the last `count` samples of each channel before it.
    func skip(upTo end: Int, returningLast count: Int) async throws(FramegenError) -> SoundSpan {
        // In steps, so that memory does not grow with what is skipped.
        while end - position > 2 * count { _ = try await span(upTo: min(position + count, end - count)) }
        _ = try await span(upTo: max(position, end - count))
        return try await span(upTo: end)
    }

    /// Reads a piece; false when there is none.
    ///
    /// Features and frames may both be waiting for one: then both wait for the same.
    private func read() async throws(FramegenError) -> Bool {
        guard !hasEnded else { return false }
        let task = reading ?? Task { await self.readPiece() }
        reading = task
        let result = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        return try result.get()
    }

    private func readPiece() async -> Result<Bool, FramegenError> {
        defer { reading = nil }
        do throws(FramegenError) {
            let piece = try await source.nextPiece()
            await lookForWarnings(isOver: piece == nil)
            guard let piece else {
                hasEnded = true
                silence?.end()
                return .success(false)
            }
            if keepsSpeech, !piece.speech.isEmpty { speech.append(piece.speech) }
            if keepsTrack { track += piece.track }
            silence?.add(piece.track)
            dropUnwanted()
            return .success(true)
        } catch {
            // Reading was only broken off.
            return hasEnded ? .success(false) : .failure(error)
        }
    }
}

public import FrameGeneration

/// Sound that arrives piece by piece from a program: mono samples at any rate, given out as soon as they come.
public actor SampleSound: SoundSource, SampleSource {
    /// Gives the next samples, mono and −1…1; nil after the last ones.
    public typealias Next = @Sendable () async throws(FramegenError) -> [Float]?

    /// What it is called in errors.
    public nonisolated let name: String
    /// The rate where AAC knows it, else 48,000, and one channel.
    public nonisolated let trackFormat: SoundTrackFormat
    /// Nil: how long it will be, nobody knows.
    public nonisolated var expectedSpeechSampleCount: Int? { nil }
    private let sampleRate: Int
    private let source: Next
    private var forms: SoundForms
    /// What has come and is not converted yet.
    private var waiting: ArraySlice<Float> = []
    private var isAtEnd = false

    /// Sound that a closure gives.
    ///
    /// - Parameters:
    ///   - sampleRate: samples a second, 1,000 to 768,000.
    ///   - name: what to call it in errors.
    ///   - uses: the forms that pieces hold; the other one is not made.
    ///   - next: called for more, never twice at a time, until it gives nil or throws.
    /// - Throws: `FramegenError` with `.invalidRequest` for another rate.
    public init(
        sampleRate: Int, name: String = "samples", makes uses: SoundUses = [.speech, .track], next: @escaping Next
    ) throws(FramegenError) {
        MediaLog.catchMessages()
        guard SoundFormat.sourceRates.contains(sampleRate) else {
            throw FramegenError(
                .invalidRequest, "\(name) of \(sampleRate) a second, expected a rate of 1,000 to 768,000")
        }
        self.name = name
        self.sampleRate = sampleRate
        source = next
        trackFormat = SoundFormat.trackFormat(sampleRate: sampleRate, channelCount: 1)
        forms = SoundForms(uses, trackFormat: trackFormat)
    }

    /// Sound that a sequence gives: mono samples, −1…1.
    ///
    /// - Parameters:
    ///   - samples: pieces of any size.
    ///   - sampleRate: samples a second, 1,000 to 768,000.
    ///   - name: what to call it in errors.
    ///   - uses: the forms that pieces hold; the other one is not made.
    /// - Throws: `FramegenError` with `.invalidRequest` for another rate.
    public init<Samples: AsyncSequence & Sendable>(
        _ samples: Samples, sampleRate: Int, name: String = "samples", makes uses: SoundUses = [.speech, .track]
    ) throws(FramegenError) where Samples.Element == [Float] {
        let pieces = Pieces(samples, name: name)
        try self.init(sampleRate: sampleRate, name: name, makes: uses) { () async throws(FramegenError) in
            try await pieces.next()
        }
    }

    /// What has come, or else what comes next, at most half a second of it; nil after the last piece.
    ///
    /// - Throws: what the samples end with: a `FramegenError` as it is, others with `.notFound` and the sound's name.
    public func nextPiece() async throws(FramegenError) -> SoundPiece? {
        while true {
            if let piece = forms.next() { return piece }
            if waiting.isEmpty, !isAtEnd {
                if let samples = try await source() { waiting = samples[...] } else { isAtEnd = true }
                if isAtEnd { try make { converter in converter.finish() } }
            } else {
                guard !waiting.isEmpty else { return nil }
                let samples = Array(waiting.prefix(sampleRate / 2))
                waiting = waiting.dropFirst(samples.count)
                try make { [sampleRate] converter throws(SoundFormatError) in
                    try converter.convert(samples, sampleRate: sampleRate)
                }
            }
        }
    }

    private func make(_ convert: (SoundConverter) throws(SoundFormatError) -> [Float]) throws(FramegenError) {
        do throws(SoundFormatError) {
            try forms.make(convert)
        } catch {
            throw FramegenError(.invalidData, "\(name) \(error.reason)")
        }
    }
}

/// Takes the elements of a sequence one by one.
private actor Pieces<Samples: AsyncSequence & Sendable> where Samples.Element == [Float] {
    private var iterator: Samples.AsyncIterator
    private let name: String

    init(_ samples: Samples, name: String) {
        iterator = samples.makeAsyncIterator()
        self.name = name
    }

    func next() async throws(FramegenError) -> [Float]? {
        do {
            // Not in place: the actor may not be held while it waits.
            var iterator = iterator
            defer { self.iterator = iterator }
            return try await iterator.next(isolation: self)
        } catch let error as FramegenError {
            throw error
        } catch is CancellationError {
            throw FramegenError(.cancelled, "\(name) were cancelled")
        } catch {
            throw FramegenError(.notFound, "\(name) cannot be read: \(error)", cause: error)
        }
    }
}

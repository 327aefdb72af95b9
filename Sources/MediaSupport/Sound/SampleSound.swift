public import FrameGeneration

/// Sound that arrives piece by piece from a program: mono samples at any rate, given out as soon as they come.
public actor SampleSound: SoundSource, SampleSource {
    /// What it is called in errors.
    public nonisolated let name: String
    /// The rate where AAC knows it, else 48,000, and one channel.
    public nonisolated let trackFormat: SoundTrackFormat
    /// Nil: how long it will be, nobody knows.
    public nonisolated var expectedSpeechSampleCount: Int? { nil }
    private let sampleRate: Int
    private let source: @Sendable () async throws(FramegenError) -> [Float]?
    private var forms: SoundForms<any SoundConverting>
    private var check: SoundCheck
    /// Samples that were looked at.
    private var sampleCount = 0
    /// What has come and is not converted yet.
    private var waiting: ArraySlice<Float> = []
    private var isAtEnd = false

    /// The sound of `samples`; each platform's libraries have an initialiser without converters.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` for a rate that is not 1,000 to 768,000 Hz.
    package init(
        _ samples: SpeechSamples, makes uses: SoundUses, by makeConverter: (SoundFormat) -> any SoundConverting
    ) throws(FramegenError) {
        let (sampleRate, name) = (samples.sampleRate, samples.name)
        guard SoundFormat.sourceRates.contains(sampleRate) else {
            throw FramegenError(
                .invalidRequest, "\(name) of \(sampleRate) a second, expected a rate of 1,000 to 768,000")
        }
        self.name = name
        self.sampleRate = sampleRate
        source = samples.next
        trackFormat = SoundFormat.trackFormat(sampleRate: sampleRate, channelCount: 1)
        forms = SoundForms(uses, trackFormat: trackFormat, by: makeConverter)
        check = SoundCheck(name, uses)
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
                check.look(at: samples, from: Double(sampleCount) / Double(sampleRate), sampleRate: sampleRate)
                sampleCount += samples.count
                try make { [sampleRate] converter throws(SoundFormatError) in
                    try converter.convert(samples, sampleRate: sampleRate, channelCount: 1)
                }
            }
        }
    }

    /// What there is to know of samples that are no sound or far too large.
    public func newWarnings(isOver: Bool) -> [String] { check.newWarnings(isOver: isOver) }

    private func make(_ convert: (any SoundConverting) throws(SoundFormatError) -> [Float]) throws(FramegenError) {
        do throws(SoundFormatError) {
            try forms.make(convert)
        } catch {
            throw FramegenError(.invalidData, "\(name) \(error.reason)")
        }
    }
}

public import FrameGeneration
public import MediaSupport

extension SampleSound {
    /// The sound of `samples`.
    ///
    /// - Parameters:
    ///   - samples: of which nobody else takes any.
    ///   - uses: the forms that pieces hold; the other one is not made.
    /// - Throws: `FramegenError` with `.invalidRequest` for a rate that is not 1,000 to 768,000 Hz.
    public init(_ samples: SpeechSamples, makes uses: SoundUses = [.speech, .track]) throws(FramegenError) {
        MediaLog.catchMessages()
        try self.init(samples, makes: uses) { SoundConverter(to: $0) }
    }
}

extension ConvertedTrack {
    /// The sound of `source`, which has no other reader.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` for a format that a video cannot hold.
    public init(of source: any SoundSource, to format: SoundTrackFormat) throws(FramegenError) {
        try self.init(of: source, to: format) { SoundConverter(to: $0) }
    }
}

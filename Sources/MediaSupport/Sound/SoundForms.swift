package import FrameGeneration

/// Makes of one sound the forms that are wanted, in pieces of at most half a second.
package struct SoundForms<Converter> {
    private let speech: Converter?
    private let track: Converter?
    private let trackFormat: SoundTrackFormat
    private var made = SoundPiece(speech: [], track: [])
    /// How much of `made` was given out.
    private var speechPosition = 0
    private var trackPosition = 0

    /// - Parameters:
    ///   - uses: the forms that are wanted.
    ///   - trackFormat: of the track.
    ///   - makeConverter: makes what converts to a format.
    package init(_ uses: SoundUses, trackFormat: SoundTrackFormat, by makeConverter: (SoundFormat) -> Converter) {
        self.trackFormat = trackFormat
        speech = uses.contains(.speech) ? makeConverter(.speech) : nil
        track = uses.contains(.track) ? makeConverter(.track(trackFormat)) : nil
    }

    /// Converts sound; to be called when `next` has none.
    package mutating func make(
        _ convert: (Converter) throws(SoundFormatError) -> [Float]
    ) throws(SoundFormatError) {
        made = SoundPiece(speech: [], track: [])
        if let speech { made.speech = try convert(speech) }
        if let track { made.track = try convert(track) }
        (speechPosition, trackPosition) = (0, 0)
    }

    /// The next piece of what was converted; nil after the last one.
    package mutating func next() -> SoundPiece? {
        let piece = SoundPiece(
            speech: Self.take(SoundFormat.speech.sampleRate / 2, of: made.speech, from: &speechPosition),
            track: Self.take(
                trackFormat.sampleRate / 2 * trackFormat.channelCount, of: made.track, from: &trackPosition))
        return piece.speech.isEmpty && piece.track.isEmpty ? nil : piece
    }

    private static func take(_ count: Int, of samples: [Float], from position: inout Int) -> [Float] {
        let end = min(position + count, samples.count)
        defer { position = end }
        return position == 0 && end == samples.count ? samples : Array(samples[position..<end])
    }
}

/// Makes of sound that comes piece by piece, channels interleaved, the same in one format.
package protocol SoundConverting: AnyObject {
    /// Converts a piece, which may be of another rate or number of channels than the one before.
    ///
    /// - Throws: a reason in words, to be put behind the sound's name.
    func convert(_ samples: [Float], sampleRate: Int, channelCount: Int) throws(SoundFormatError) -> [Float]

    /// What is still held back, after the last piece.
    func finish() -> [Float]
}

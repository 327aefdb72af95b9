import CFFmpeg
import FrameGeneration

/// Makes of one sound the forms that are wanted, in pieces of at most half a second.
struct SoundForms {
    private let speech: SoundConverter?
    private let track: SoundConverter?
    private let trackFormat: SoundTrackFormat
    private var made = SoundPiece(speech: [], track: [])
    /// How much of `made` was given out.
    private var speechPosition = 0
    private var trackPosition = 0

    init(_ uses: SoundUses, trackFormat: SoundTrackFormat) {
        self.trackFormat = trackFormat
        speech = uses.contains(.speech) ? SoundConverter(to: .speech) : nil
        track = uses.contains(.track) ? SoundConverter(to: .track(trackFormat)) : nil
    }

    /// Converts sound; to be called when `next` has none.
    mutating func make(
        _ convert: (SoundConverter) throws(SoundFormatError) -> [Float]
    ) throws(SoundFormatError) {
        made = SoundPiece(
            speech: try speech.map(convert, or: []), track: try track.map(convert, or: []))
        (speechPosition, trackPosition) = (0, 0)
    }

    /// The next piece of what was converted; nil after the last one.
    mutating func next() -> SoundPiece? {
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

extension Optional where Wrapped == SoundConverter {
    fileprivate func map(
        _ convert: (SoundConverter) throws(SoundFormatError) -> [Float], or none: [Float]
    ) throws(SoundFormatError) -> [Float] {
        guard let self else { return none }
        return try convert(self)
    }
}

/// Another source's sound with silence before and after it.
actor PaddedSound: SoundSource {
    nonisolated let name: String
    nonisolated let trackFormat: SoundTrackFormat
    nonisolated let expectedSpeechSampleCount: Int?
    private let source: any SoundSource
    private let pad: SoundPiece
    private var place = Place.before

    private enum Place { case before, within, after }

    init(_ source: any SoundSource, padInSeconds: Double) {
        self.source = source
        name = source.name
        trackFormat = source.trackFormat
        let speechCount = Int(padInSeconds * Double(MelSpectrogram.sampleRate))
        let trackCount = Int(padInSeconds * Double(trackFormat.sampleRate)) * trackFormat.channelCount
        pad = SoundPiece(
            speech: [Float](repeating: 0, count: speechCount), track: [Float](repeating: 0, count: trackCount))
        expectedSpeechSampleCount = source.expectedSpeechSampleCount.map { $0 + 2 * speechCount }
    }

    func nextPiece() async throws(FramegenError) -> SoundPiece? {
        switch place {
        case .before:
            place = .within
            return pad
        case .within:
            if let piece = try await source.nextPiece() { return piece }
            place = .after
            return pad
        case .after:
            return nil
        }
    }

    func newWarnings(isOver: Bool) async -> [String] { await source.newWarnings(isOver: isOver) }
}

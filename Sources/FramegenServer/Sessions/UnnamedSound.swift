import FrameGeneration

/// A sound of a client's, whose errors and warnings say "the sound" where they would name a file of the server.
struct UnnamedSound: SoundSource {
    static let name = "the sound"

    private let sound: any SoundSource
    private let path: String

    /// - Parameters:
    ///   - sound: what is read.
    ///   - path: what its errors and warnings call it.
    init(_ sound: any SoundSource, at path: String) {
        self.sound = sound
        self.path = path
    }

    var name: String { Self.name }
    var trackFormat: SoundTrackFormat { sound.trackFormat }
    var expectedSpeechSampleCount: Int? { sound.expectedSpeechSampleCount }

    func nextPiece() async throws(FramegenError) -> SoundPiece? {
        do throws(FramegenError) {
            return try await sound.nextPiece()
        } catch {
            throw FramegenError(error.code, error.message.replacing(path, with: Self.name), cause: error)
        }
    }

    func newWarnings(isOver: Bool) async -> [String] {
        await sound.newWarnings(isOver: isOver).map { $0.replacing(path, with: Self.name) }
    }
}

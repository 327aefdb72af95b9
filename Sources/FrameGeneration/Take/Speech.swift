import AsyncAlgorithms

/// What an avatar is to say.
public enum Speech: Sendable {
    /// Any file with sound that the platform reads; features are made of it, and it is the sound of the frames.
    case sound(path: String)
    /// A file of features, and a file with the sound that belongs to them, if there is any.
    case features(path: String, soundPath: String? = nil)
    /// Features of any source, and the sound that belongs to them, if there is any.
    case rows(any FeatureSource, sound: (any SoundSource)? = nil)
    /// Sound of any source.
    case source(any SoundSource)
    /// Samples that arrive piece by piece and are spoken while they do.
    case samples(SpeechSamples)
}

/// Samples of speech that arrive piece by piece: mono, −1…1.
public struct SpeechSamples: Sendable {
    /// In Hz, 1,000…768,000.
    public let sampleRate: Int
    /// What to call them in an error.
    public let name: String
    /// The next samples, one or more, or nil after the last ones.
    package let next: @Sendable () async throws(FramegenError) -> [Float]?

    /// The samples of a sequence, of which nobody else takes any.
    ///
    /// - Parameters:
    ///   - pieces: each as long as it may be; −1…1.
    ///   - sampleRate: in Hz, 1,000…768,000.
    ///   - name: what to call them in an error.
    public init<Pieces: AsyncSequence & Sendable>(_ pieces: Pieces, sampleRate: Int, name: String = "samples")
    where Pieces.Element == [Float] {
        self.sampleRate = sampleRate
        self.name = name
        let relay = PieceRelay(pieces, name: name)
        next = { () async throws(FramegenError) in try await relay.next() }
    }
}

/// Takes the pieces out of a sequence one ahead, until nobody holds it any more.
private final class PieceRelay: Sendable {
    private let name: String
    private let channel = AsyncThrowingChannel<[Float], any Error>()
    private let task: Task<Void, Never>

    init<Pieces: AsyncSequence & Sendable>(_ pieces: Pieces, name: String) where Pieces.Element == [Float] {
        self.name = name
        task = Task { [channel] in
            do {
                for try await piece in pieces where !piece.isEmpty {
                    await channel.send(piece)
                    // The sequence itself may go on for ever.
                    guard !Task.isCancelled else { break }
                }
                channel.finish()
            } catch {
                channel.fail(error)
            }
        }
    }

    deinit { task.cancel() }

    func next() async throws(FramegenError) -> [Float]? {
        do {
            var iterator = channel.makeAsyncIterator()
            return try await iterator.next()
        } catch let error as FramegenError {
            throw error
        } catch is CancellationError {
            throw FramegenError(.cancelled, "cancelled")
        } catch {
            throw FramegenError(.invalidData, "\(name) cannot be read on: \(error)", cause: error)
        }
    }
}

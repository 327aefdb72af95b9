/// What an avatar is to say.
public enum Speech: Sendable {
    /// Any file with sound that the platform reads; features are made of it, and it is the sound of the frames.
    ///
    /// `stream` counts the file's sound streams from 0; nil takes the one that players would.
    case sound(path: String, stream: Int? = nil)
    /// A file of features, and a file with the sound that belongs to them, if there is any; `soundStream` is one of its
    /// sound streams, as of `sound`.
    case features(path: String, soundPath: String? = nil, soundStream: Int? = nil)
    /// Features of any source, and the sound that belongs to them, if there is any.
    case rows(any FeatureSource, sound: (any SoundSource)? = nil)
    /// Sound of any source.
    case source(any SoundSource)
    /// Samples that arrive piece by piece and are spoken while they do.
    case samples(SpeechSamples)
    /// Utterances that come while the take goes on, and silence between them; made for the avatar that speaks it.
    case live(LiveSpeech)
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
        let reader = PieceReader(pieces, name: name)
        next = { () async throws(FramegenError) in try await reader.next() }
    }
}

/// Takes the elements of a sequence one by one.
private actor PieceReader<Pieces: AsyncSequence & Sendable> where Pieces.Element == [Float] {
    private var iterator: Pieces.AsyncIterator
    private let name: String

    init(_ pieces: Pieces, name: String) {
        iterator = pieces.makeAsyncIterator()
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
            throw FramegenError(.cancelled, "cancelled")
        } catch {
            throw FramegenError(.notFound, "\(name) cannot be read: \(error)", cause: error)
        }
    }
}

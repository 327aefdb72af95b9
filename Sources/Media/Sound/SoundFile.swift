public import FrameGeneration

/// The sound of a file as the audio features are made of it: mono, 16,000 samples a second.
///
/// Any file that FFmpeg reads will do: WAV, MP3, M4A, FLAC, Ogg and so on, or a video with sound. Channels are averaged;
/// other rates are resampled. Damaged parts are left out, and a file that ends early gives what there is of it.
public actor SoundFile: SampleSource {
    /// Samples a second.
    public static let sampleRate = 16_000
    /// Most samples given out at once: half a second.
    private static let pieceSize = sampleRate / 2

    /// Samples in all by the duration that the file states, which may be wrong; nil where it states none.
    public nonisolated let expectedSampleCount: Int?
    private let reader: SoundReader
    private var decoded: [Float] = []
    private var position = 0
    private let executor = StageExecutor(name: "sound")

    /// Reading blocks, so it runs on a thread of its own.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens a file and decodes its beginning.
    ///
    /// - Throws: `FramegenError` naming `path`: `.notFound` if it is not a file that can be read, `.invalidData` if it
    ///   has no sound or none that can be decoded.
    public init(path: String) throws(FramegenError) {
        reader = try SoundReader(path: path) { _, _ in
            SoundFormat(sampleRate: Self.sampleRate, channelCount: 1, mixing: .average)
        }
        // A header may claim anything.
        expectedSampleCount = reader.expectedSeconds.flatMap { seconds in
            Int(exactly: (seconds * Double(Self.sampleRate)).rounded())
        }
    }

    /// The next samples, −1…1 and at most half a second of them; nil after the last ones.
    ///
    /// - Throws: `FramegenError` naming the file when the system fails to read it.
    public func nextSamples() throws(FramegenError) -> [Float]? {
        while position == decoded.count {
            guard let samples = try reader.next() else { return nil }
            (decoded, position) = (samples, 0)
        }
        let end = min(position + Self.pieceSize, decoded.count)
        defer { position = end }
        return Array(decoded[position..<end])
    }
}

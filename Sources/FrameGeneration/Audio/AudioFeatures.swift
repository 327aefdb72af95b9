/// Makes feature rows from sound while they are asked for: mel spectrogram, windows, audio encoder, in bounded memory
/// whatever the sound's length (Documentation/model-family/audio.md).
public actor AudioFeatures: FeatureSource {
    /// Windows that go through the encoder at once where the sound is there already: 0.32 s of it.
    public static let batchSize = 8
    /// Windows that go through the encoder at once while somebody waits for them: none waits for another.
    public static let liveBatchSize = 1
    /// Windows at the beginning of live speech that somebody waits for: 0.64 s of it, after which as many rows are there
    /// that a whole batch can be waited for.
    package static let awaitedWindowCount = 2 * batchSize
    /// What the shortest window needs: under this many samples the original fails too.
    static let fewestSamples = (MelWindows.columnsPerWindow - 1) * MelSpectrogram.hop

    /// Two years of sound.
    private static let longestCredible = 1 << 40

    /// What the sound is called.
    public nonisolated let name: String
    /// `[512]`.
    public nonisolated let rowShape: [Int]
    /// Rows in all, as far as the length of the sound is known beforehand.
    public nonisolated let rowCount: Int?

    /// True.
    public nonisolated var isComputed: Bool { true }

    private let samples: any SampleSource
    private let times: StageTimes
    private let encoder: SpeechEncoder
    private let isLive: Bool
    private let firstRow: Int
    /// By their batch size.
    private var sessions: [Int: any InferenceSession] = [:]
    private var mel = MelSpectrogram()
    private var melWindows: MelWindows
    private var sampleCount = 0
    private var soundHasEnded = false
    private var hasLastRow = false
    /// Windows that wait for a batch to be full.
    private var windows: [[Float]] = []
    /// Windows that were encoded or passed over.
    private var encodedCount = 0
    private var rows: [[Float]] = []
    private var lastRow: [Float]?
    private let executor = StageExecutor(name: "audio")

    /// The encoder blocks, so it runs on a thread of its own.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Nothing is read or prepared yet.
    ///
    /// - Parameters:
    ///   - samples: the sound.
    ///   - soundName: what to call it in an error, such as its path.
    ///   - speechEncoder: makes the rows.
    ///   - isLive: whether the sound may arrive while it is spoken, and somebody waits for the first rows.
    ///   - firstRow: the first row that somebody looks at; rows before it are zeros, and most of them cost nothing.
    ///   - times: where busy time is added up.
    package init(
        of samples: any SampleSource, soundName: String, encoder speechEncoder: SpeechEncoder, isLive: Bool = false,
        firstRow: Int = 0, times: StageTimes
    ) {
        let encoder = speechEncoder.encoder
        self.samples = samples
        self.encoder = speechEncoder
        self.isLive = isLive
        self.firstRow = firstRow
        rowShape = encoder.rowShape
        name = soundName
        self.times = times
        melWindows = MelWindows(windowsPerSecond: encoder.rowsPerSecond)
        rowCount = samples.expectedSampleCount.flatMap { count in
            // What a damaged header claims may be absurd.
            guard (0...Self.longestCredible).contains(count) else { return nil }
            let columnCount = 1 + count / MelSpectrogram.hop
            return MelWindows.count(columnCount: columnCount, windowsPerSecond: encoder.rowsPerSecond).map { $0 + 2 }
        }
    }

    /// Loads the encoder and prepares the engine to run it, off the cooperative thread pool.
    ///
    /// - Throws: what the loading and the engine throw.
    public func prepare() async throws(FramegenError) { _ = try session(isLive ? Self.liveBatchSize : Self.batchSize) }

    private func session(_ batchSize: Int) throws(FramegenError) -> any InferenceSession {
        if let session = sessions[batchSize] { return session }
        let session = try encoder.makeSession(batchSize: batchSize)
        sessions[batchSize] = session
        return session
    }

    /// How many windows go through the encoder next.
    private var batchSize: Int {
        let isAwaited = isLive && (encodedCount < Self.awaitedWindowCount || windows.count < Self.batchSize)
        return isAwaited ? Self.liveBatchSize : Self.batchSize
    }

    /// The next row, or nil after the last one.
    ///
    /// - Throws: `FramegenError`: `.invalidData` when the sound is damaged or under 3000 samples long, and what
    ///   `prepare` and the engine throw.
    public func nextRow() async throws(FramegenError) -> [Float]? {
        while rows.isEmpty {
            guard !hasLastRow else { return nil }
            let start = ContinuousClock.now
            defer { times.add(.audio, since: start) }
            if windows.count >= batchSize || soundHasEnded {
                try encodeNext()
            } else if let piece = try await samples.nextSamples() {
                sampleCount += piece.count
                windows += melWindows.windows(adding: mel.columns(adding: piece))
            } else {
                try endSound()
            }
        }
        return rows.removeFirst()
    }

    private func encodeNext() throws(FramegenError) {
        guard windows.isEmpty else { return try encode(min(windows.count, batchSize)) }
        // The original repeats the last row, as it does the first.
        if let lastRow { rows.append(lastRow) }
        hasLastRow = true
    }

    private func endSound() throws(FramegenError) {
        soundHasEnded = true
        windows += melWindows.windows(adding: mel.lastColumns())
        guard sampleCount >= Self.fewestSamples, let last = melWindows.lastWindows() else {
            throw FramegenError(
                .invalidData,
                "\(name) has \(sampleCount) samples at \(MelSpectrogram.sampleRate) Hz, expected at least "
                    + "\(Self.fewestSamples) (0.19 s)")
        }
        windows += last
    }

    /// Encodes the first `count` windows that wait.
    private func encode(_ count: Int) throws(FramegenError) {
        let (rowSize, batchSize) = (rowShape.reduce(1, *), batchSize)
        let windowSize = MelSpectrogram.bandCount * MelWindows.columnsPerWindow
        defer {
            windows.removeFirst(count)
            encodedCount += count
        }
        // The first row comes twice, so window w makes row w + 1.
        guard encodedCount + count >= firstRow else {
            let zeros = [Float](repeating: 0, count: rowSize)
            rows += repeatElement(zeros, count: count + (lastRow == nil ? 1 : 0))
            lastRow = zeros
            return
        }
        var values = windows.prefix(count).flatMap { $0 }
        values += [Float](repeating: 0, count: batchSize * windowSize - values.count)
        let shape = [batchSize, 1, MelSpectrogram.bandCount, MelWindows.columnsPerWindow]
        guard let output = try session(batchSize).run([Tensor(shape: shape, values: values)]).first,
            output.values.count == batchSize * rowSize
        else {
            throw FramegenError(.internalFailure, "the engine returned no features")
        }
        for index in 0..<count {
            let row = Array(output.values[index * rowSize..<(index + 1) * rowSize])
            if lastRow == nil { rows.append(row) }
            rows.append(row)
            lastRow = row
        }
    }
}

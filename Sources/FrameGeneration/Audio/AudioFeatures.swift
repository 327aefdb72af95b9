/// Makes feature rows from sound while they are asked for: mel spectrogram, windows, audio encoder, in bounded memory
/// whatever the sound's length (Documentation/model-family/audio.md).
public actor AudioFeatures: FeatureSource {
    /// Windows that go through the encoder at once where the sound is there already: 0.32 s of it.
    public static let batchSize = 8
    /// Windows that go through the encoder at once where the sound arrives while it is spoken: none waits for another.
    public static let liveBatchSize = 1
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
    private let batchSize: Int
    private let firstRow: Int
    private var session: (any InferenceSession)?
    private var mel = MelSpectrogram()
    private var melWindows: MelWindows
    private var sampleCount = 0
    private var soundHasEnded = false
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
    ///   - isLive: whether the sound arrives while it is spoken.
    ///   - firstRow: the first row that somebody looks at; rows before it are zeros, and most of them cost nothing.
    ///   - times: where busy time is added up.
    package init(
        of samples: any SampleSource, soundName: String, encoder speechEncoder: SpeechEncoder, isLive: Bool = false,
        firstRow: Int = 0, times: StageTimes
    ) {
        let encoder = speechEncoder.encoder
        self.samples = samples
        self.encoder = speechEncoder
        batchSize = isLive ? Self.liveBatchSize : Self.batchSize
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
    public func prepare() async throws(FramegenError) { try makeSession() }

    private func makeSession() throws(FramegenError) {
        guard session == nil else { return }
        session = try encoder.makeSession(batchSize: batchSize)
    }

    /// The next row, or nil after the last one.
    ///
    /// - Throws: `FramegenError`: `.invalidData` when the sound is damaged or under 3000 samples long, and what
    ///   `prepare` and the engine throw.
    public func nextRow() async throws(FramegenError) -> [Float]? {
        try makeSession()
        while rows.isEmpty {
            guard !soundHasEnded else { return nil }
            let start = ContinuousClock.now
            defer { times.add(.audio, since: start) }
            let piece = try await samples.nextSamples()
            if let piece {
                sampleCount += piece.count
                windows += melWindows.windows(adding: mel.columns(adding: piece))
                while windows.count >= batchSize { try encode(batchSize) }
            } else {
                try finish()
            }
        }
        return rows.removeFirst()
    }

    private func finish() throws(FramegenError) {
        soundHasEnded = true
        windows += melWindows.windows(adding: mel.lastColumns())
        guard sampleCount >= Self.fewestSamples, let last = melWindows.lastWindows() else {
            throw FramegenError(
                .invalidData,
                "\(name) has \(sampleCount) samples at \(MelSpectrogram.sampleRate) Hz, expected at least "
                    + "\(Self.fewestSamples) (0.19 s)")
        }
        windows += last
        while !windows.isEmpty { try encode(min(windows.count, batchSize)) }
        // The original repeats the last row, as it does the first.
        if let lastRow { rows.append(lastRow) }
    }

    /// Encodes the first `count` windows that wait.
    private func encode(_ count: Int) throws(FramegenError) {
        let rowSize = rowShape.reduce(1, *)
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
        guard let output = try session?.run([Tensor(shape: shape, values: values)]).first,
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

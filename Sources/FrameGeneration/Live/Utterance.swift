/// One row's time of what is said live: its features and its sound.
struct LiveRow: Sendable {
    /// The features; nil for those of silence.
    var values: [Float]?
    /// The sound, channels interleaved; nil for silence.
    var samples: [Float]?
    /// What it belongs to; nil between utterances.
    var place: Place?

    struct Place: Sendable {
        let utterance: Int
        /// From the beginning of the utterance's own sound; negative for the silence that leads to it.
        let seconds: Double
    }

    static let silent = LiveRow(values: nil, samples: nil, place: nil)
}

/// Something to be said: reads its sound and makes its rows a bounded number ahead of who takes them.
actor Utterance {
    /// What there is to be had.
    enum Next: Sendable {
        case row(LiveRow)
        /// Its sound, or its features, are still to come.
        case waiting
        case end
    }

    /// Silence before and after the sound: as long as what a row's features are made of, so that rows lead from silence to
    /// sound and back.
    static let padInSeconds = 0.2

    nonisolated let id: Int
    private let rowCountToBegin: Int
    /// Rows that are made before they are taken: more would take time from the frames that are made meanwhile.
    private let capacity: Int
    private var rows: [LiveRow] = []
    private var hasBegun = false
    private var isAtEnd = false
    private var reading: Task<Void, Never>?
    private var whenThereIsRoom: CheckedContinuation<Void, Never>?
    private var whenThereIsMore: CheckedContinuation<Void, Never>?
    private let isCancelled = AtomicFlag()

    /// Begins to read.
    ///
    /// - Parameters:
    ///   - id: its number.
    ///   - speech: sound of any kind.
    ///   - avatar: its encoder makes the features.
    ///   - trackFormat: of the rows' sound.
    ///   - report: is told when the sound cannot be read.
    init(
        _ id: Int, _ speech: Speech, by avatar: Avatar, trackFormat: SoundTrackFormat,
        report: @escaping @Sendable (LiveSpeechEvent) -> Void
    ) {
        self.id = id
        let rowsPerSecond = avatar.generator.features.rowsPerSecond
        // The silence before the sound, and one row that may come late without a window having to do without it.
        rowCountToBegin = Int((Self.padInSeconds * Double(rowsPerSecond)).rounded(.up)) + 1
        capacity = rowCountToBegin + AudioFeatures.batchSize
        let task = Task { [weak self] in
            do throws(FramegenError) {
                let source = try await OpenedSpeech.liveSound(of: speech, by: avatar, trackFormat: trackFormat)
                let sound = SpeechSound(
                    PaddedSound(source, padInSeconds: Self.padInSeconds), makesFeatures: true)
                try await self?.read(sound, avatar, trackFormat, rowsPerSecond: rowsPerSecond, report)
            } catch {
                if error.code != .cancelled { report(.failed(utterance: id, error)) }
            }
            await self?.endReading()
        }
        Task { await self.keep(task) }
    }

    /// Stops reading; what was made already is lost.
    nonisolated func cancel() {
        isCancelled.raise()
        Task { await self.stop() }
    }

    /// The next row, if it is there.
    ///
    /// - Parameter waits: whether one of an utterance that has begun is waited for.
    /// - Returns: what there is.
    func next(waits: Bool) async -> Next {
        guard !isCancelled.isRaised else { return .end }
        if !hasBegun {
            guard isAtEnd || rows.count >= rowCountToBegin else { return .waiting }
            hasBegun = true
        }
        if waits { await waitForMore() }
        guard !rows.isEmpty else { return isAtEnd ? .end : .waiting }
        defer { goOn() }
        return .row(rows.removeFirst())
    }

    private func waitForMore() async {
        await withTaskCancellationHandler {
            while rows.isEmpty, !isAtEnd, !isCancelled.isRaised, !Task.isCancelled {
                await withCheckedContinuation { whenThereIsMore = $0 }
            }
        } onCancel: {
            Task { await self.tellOfMore() }
        }
    }

    private func tellOfMore() {
        whenThereIsMore?.resume()
        whenThereIsMore = nil
    }

    private func read(
        _ sound: SpeechSound, _ avatar: Avatar, _ trackFormat: SoundTrackFormat, rowsPerSecond: Int,
        _ report: @Sendable (LiveSpeechEvent) -> Void
    ) async throws(FramegenError) {
        guard let encoder = avatar.speechEncoder else { return }
        let features = AudioFeatures(
            of: sound, soundName: sound.name, encoder: encoder, isLive: true, times: StageTimes())
        let rate = FrameRate(rowsPerSecond: rowsPerSecond)
        var row = 0
        while let values = try await features.nextRow() {
            let span = try await sound.span(upTo: trackFormat.firstSample(ofFrame: row + 1, at: rate))
            for warning in await sound.takeWarnings() { report(.warning(utterance: id, warning)) }
            let seconds = Double(row) / Double(rowsPerSecond) - Self.padInSeconds
            await append(LiveRow(values: values, samples: span.samples, place: .init(utterance: id, seconds: seconds)))
            try Task.checkNotCancelled()
            row += 1
        }
    }

    private func append(_ row: LiveRow) async {
        while rows.count >= capacity, !isCancelled.isRaised {
            await withCheckedContinuation { whenThereIsRoom = $0 }
        }
        rows.append(row)
        tellOfMore()
    }

    private func keep(_ task: Task<Void, Never>) {
        reading = task
        if isCancelled.isRaised { stop() }
    }

    private func endReading() {
        isAtEnd = true
        tellOfMore()
    }

    private func stop() {
        reading?.cancel()
        rows = []
        goOn()
        tellOfMore()
    }

    private func goOn() {
        whenThereIsRoom?.resume()
        whenThereIsRoom = nil
    }
}

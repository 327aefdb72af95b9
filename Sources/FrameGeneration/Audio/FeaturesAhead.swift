/// Another source's rows, read some way ahead of who asks for them.
///
/// Making features takes long and comes in batches; so the frames whose rows are there already need not wait for it.
package actor FeaturesAhead: FeatureSource {
    /// Rows that are made before their frames: two batches of the audio encoder.
    static let usualCapacity = 2 * AudioFeatures.batchSize

    /// The other source's.
    package nonisolated let name: String
    /// The other source's.
    package nonisolated let rowShape: [Int]
    /// The other source's.
    package nonisolated let rowCount: Int?
    private let source: any FeatureSource
    private let capacity: Int
    private let times: StageTimes?
    private var rows: [[Float]] = []
    private var reading: Task<Void, Never>?
    /// Since when there has been no room for more.
    private var full: ContinuousClock.Instant?
    /// Set when there are no more rows to come.
    private var end: Result<Void, FramegenError>?

    /// Reads `source` ahead, from the first call of `nextRow` on.
    ///
    /// - Parameters:
    ///   - source: has no other reader.
    ///   - capacity: rows to hold at most; at least 1.
    ///   - times: where the time is added up in which the audio stage waits for room; nil for nowhere.
    package init(_ source: any FeatureSource, capacity: Int, times: StageTimes? = nil) {
        precondition(capacity >= 1, "room for \(capacity) rows")
        name = source.name
        rowShape = source.rowShape
        rowCount = source.rowCount
        self.source = source
        self.capacity = capacity
        self.times = times
    }

    deinit { reading?.cancel() }

    /// Prepares the other source.
    package func prepare() async throws(FramegenError) { try await source.prepare() }

    /// The next row, or nil after the last one.
    ///
    /// - Throws: what the other source throws, after the rows before it.
    package func nextRow() async throws(FramegenError) -> [Float]? {
        while rows.isEmpty, end == nil {
            readOn()
            guard let reading else { continue }
            await withTaskCancellationHandler {
                await reading.value
            } onCancel: {
                reading.cancel()
            }
        }
        guard !rows.isEmpty else {
            try end?.get()
            return nil
        }
        let row = rows.removeFirst()
        readOn()
        return row
    }

    /// Returns when nothing is being read any more; after it, no row comes.
    package func settle() async {
        end = end ?? .success(())
        rows = []
        reading?.cancel()
        await reading?.value
    }

    /// Reads a row, when there is room for it and none is being read.
    private func readOn() {
        guard reading == nil, end == nil, rows.count < capacity else { return }
        if let full { times?.add(.audio, .blocked, since: full) }
        full = nil
        reading = Task { [weak self, source] in
            let row: Result<[Float]?, FramegenError>
            do throws(FramegenError) {
                row = .success(try await source.nextRow())
            } catch {
                row = .failure(error)
            }
            await self?.take(row)
        }
    }

    private func take(_ row: Result<[Float]?, FramegenError>) {
        reading = nil
        guard end == nil else { return }
        switch row {
        case .success(let row?): rows.append(row)
        case .success(nil): end = .success(())
        case .failure(let error): end = .failure(error)
        }
        if end == nil, rows.count == capacity { full = .now }
        readOn()
    }
}

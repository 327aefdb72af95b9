/// Another source's rows, read some way ahead of who asks for them.
///
/// Making features takes long and comes in batches; so the frames whose rows are there already need not wait for it.
package actor FeaturesAhead: FeatureSource {
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

    /// The next row, or nil after the last one.
    ///
    /// - Throws: what the other source throws, after the rows before it.
    package func nextRow() async throws(FramegenError) -> [Float]? {
        while rows.isEmpty, end == nil {
            readOn()
            await reading?.value
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
        await reading?.value
    }

    /// Starts to fill up, when half of what there is room for is gone and nothing is being read.
    private func readOn() {
        guard reading == nil, end == nil, rows.count <= capacity / 2 else { return }
        if let full { times?.add(.audio, .blocked, since: full) }
        full = nil
        reading = Task { [weak self, source] in
            while true {
                let row: Result<[Float]?, FramegenError>
                do throws(FramegenError) {
                    row = .success(try await source.nextRow())
                } catch {
                    row = .failure(error)
                }
                guard await self?.take(row) == true else { return }
            }
        }
    }

    /// Returns whether there is room for another one.
    private func take(_ row: Result<[Float]?, FramegenError>) -> Bool {
        switch row {
        case .success(let row?): rows.append(row)
        case .success(nil): end = end ?? .success(())
        case .failure(let error): end = end ?? .failure(error)
        }
        let goesOn = end == nil && rows.count < capacity && !Task.isCancelled
        if !goesOn {
            reading = nil
            full = end == nil ? .now : nil
        }
        return goesOn
    }
}

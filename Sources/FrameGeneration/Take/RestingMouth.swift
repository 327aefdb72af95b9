/// Lets the mouth come to rest where nobody speaks: the windows of features turn into that of silence, and back before
/// somebody speaks again.
///
/// The rows in which somebody speaks keep their windows, and so do some before and after them, in which the network opens
/// the mouth beforehand and lets words fade. In a pause, of which that takes 240 ms, the mouth closes over 120 ms and opens
/// over as many. With the last row it is at rest; only where the sound ends while somebody speaks, the last two
/// rows of that are touched.
package struct RestingMouth: Sendable {
    /// Rows after speech, and before it, that stay as they are: 160 and 80 ms at 25 rows a second.
    package static let (rowsAfter, rowsBefore) = (4, 2)
    /// Rows over which windows turn into silence, of which the last one is silence: 120 ms at 25 rows a second.
    package static let rampRowCount = 3
    /// Rows over which the mouth closes where the sound ends while somebody speaks.
    static let closingRowCount = 2

    private let sound: SpeechSound
    private let silentWindow: Tensor
    private let rowsPerSecond: Int

    /// - Parameters:
    ///   - sound: is listened to, which it must have been made for.
    ///   - silentWindow: of features of silence.
    ///   - rowsPerSecond: of features.
    package init(_ sound: SpeechSound, silentWindow: Tensor, rowsPerSecond: Int) {
        self.sound = sound
        self.silentWindow = silentWindow
        self.rowsPerSecond = rowsPerSecond
    }

    /// The window of a row as the mouth is to be seen.
    ///
    /// - Parameters:
    ///   - window: of what is to be heard.
    ///   - row: in the middle of it.
    ///   - rowsLeft: after it; nil where more are there than the mouth needs to close.
    /// - Returns: the same window, or one with a share of silence.
    /// - Throws: what reading the sound throws.
    package func window(_ window: Tensor, ofRow row: Int, rowsLeft: Int?) async throws(FramegenError) -> Tensor {
        let first = row - Self.rowsAfter - Self.rampRowCount
        let ahead = Self.rowsBefore + Self.rampRowCount
        let spoken = try await sound.spokenRows(first...row + ahead, perSecond: rowsPerSecond)
        let share = Self.share(spoken, ofRow: row - first, rowsLeft: rowsLeft)
        guard share > 0 else { return window }
        guard share < 1 else { return silentWindow }
        var mixed = window
        mix(&mixed.values, silentWindow.values, share)
        return mixed
    }

    /// How much of a row's window is silence, 0…1.
    ///
    /// - Parameters:
    ///   - spoken: whether somebody speaks, of the rows that matter around it.
    ///   - row: the one in question, as a place in `spoken`.
    ///   - rowsLeft: after it; nil where more are there than the mouth needs to close.
    /// - Returns: 0 for the row's own window, 1 for silence.
    package static func share(_ spoken: [Bool], ofRow row: Int, rowsLeft: Int?) -> Float {
        let since = spoken[...row].lastIndex(of: true).map { row - $0 }
        let until = spoken[row...].firstIndex(of: true).map { $0 - row }
        let closed = since.map { ramp($0 - rowsAfter, rampRowCount) } ?? 1
        let open = until.map { ramp($0 - rowsBefore, rampRowCount) } ?? 1
        return max(min(closed, open), closingShare(spoken, row, since, rowsLeft: rowsLeft))
    }

    /// The same for the last rows of a speech, where the silence may be too short for the rest.
    private static func closingShare(_ spoken: [Bool], _ row: Int, _ since: Int?, rowsLeft: Int?) -> Float {
        guard let rowsLeft, rowsLeft < rampRowCount else { return 0 }
        let lastRow = row + rowsLeft
        guard let lastSpoken = spoken[...min(lastRow, spoken.count - 1)].lastIndex(of: true) else { return 0 }
        let silentCount = lastRow - lastSpoken
        let count = silentCount == 0 ? closingRowCount : min(silentCount, rampRowCount)
        return ramp(count - rowsLeft, count)
    }

    private static func ramp(_ step: Int, _ count: Int) -> Float {
        min(max(Float(step) / Float(count), 0), 1)
    }
}

private func mix(_ values: inout PageArray<Float>, _ silence: PageArray<Float>, _ share: Float) {
    precondition(values.count == silence.count)
    let source = silence.span
    var target = values.mutableSpan
    for i in 0..<target.count { target[i] += (source[i] - target[i]) * share }
}

/// Cuts a mel spectrogram into the windows that the audio encoder sees, one for each feature row but the first and the
/// last (Documentation/model-family/audio.md, "Wav to mel", 6).
///
/// Holds no more columns than one window.
package struct MelWindows {
    /// Columns of one window, 200 ms.
    package static let columnsPerWindow = 16
    private static let columnsPerSecond = MelSpectrogram.sampleRate / MelSpectrogram.hop

    private let windowsPerSecond: Int
    /// Columns from `firstHeld` on.
    private var held: [[Float]] = []
    private var firstHeld = 0
    private var nextWindow = 0

    /// - Parameter windowsPerSecond: 25 for AVE features.
    package init(windowsPerSecond: Int) {
        self.windowsPerSecond = windowsPerSecond
    }

    /// Windows of `columnCount` columns; nil when there are too few for one.
    package static func count(columnCount: Int, windowsPerSecond: Int) -> Int? {
        guard columnCount >= columnsPerWindow else { return nil }
        // In floating point and in this order, as the original counts: 384 columns give 116 windows, not 117.
        let seconds = Double(columnCount - columnsPerWindow) / Double(columnsPerSecond)
        return Int(seconds * Double(windowsPerSecond)) + 2
    }

    /// Columns seen up to now.
    package var columnCount: Int { firstHeld + held.count }

    /// The windows that are complete with `columns` added; each is 80×16, row-major.
    package mutating func windows(adding columns: [[Float]]) -> [[Float]] {
        held += columns
        var windows: [[Float]] = []
        while start(of: nextWindow) + Self.columnsPerWindow <= columnCount {
            windows.append(window(from: start(of: nextWindow)))
            nextWindow += 1
        }
        drop(before: min(start(of: nextWindow), columnCount - Self.columnsPerWindow))
        return windows
    }

    /// The windows that would pass the end and start 16 columns before it instead.
    ///
    /// Called once, after the last columns. Nil when the sound is too short for any window.
    package mutating func lastWindows() -> [[Float]]? {
        guard let count = Self.count(columnCount: columnCount, windowsPerSecond: windowsPerSecond) else { return nil }
        defer { nextWindow = max(nextWindow, count) }
        return (nextWindow..<max(count, nextWindow)).map { index in
            window(from: min(start(of: index), columnCount - Self.columnsPerWindow))
        }
    }

    /// The first column of a window, computed as the original does.
    package func start(of window: Int) -> Int {
        Int(Double(Self.columnsPerSecond) * (Double(window) / Double(windowsPerSecond)))
    }

    private func window(from start: Int) -> [Float] {
        let columns = held[start - firstHeld..<start - firstHeld + Self.columnsPerWindow]
        return (0..<MelSpectrogram.bandCount).flatMap { band in columns.map { $0[band] } }
    }

    private mutating func drop(before column: Int) {
        let count = min(max(0, column - firstHeld), held.count)
        held.removeFirst(count)
        firstHeld += count
    }
}

public import FrameGeneration

/// A file of audio features, read row by row: NumPy's `.npy` of any floating-point
/// type and order, or raw float32 (Documentation/model-family/formats.md,
/// "Feature files").
public actor FeatureFile: FeatureSource {
    /// The path.
    public nonisolated let name: String
    /// Sizes of a row.
    public nonisolated let rowShape: [Int]
    /// Rows in all.
    public nonisolated let rowCount: Int?
    private let file: ArrayFile
    private let rows: Int
    private let rowSize: Int
    private var next = 0
    /// Rows that are read already, the next one first.
    private var ahead: ArraySlice<Float> = []
    private let executor = StageExecutor(name: "features")

    /// File access blocks, so it runs on a thread of its own.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens a feature file and checks its size against what it says of itself.
    ///
    /// - Parameters:
    ///   - path: a `.npy` file; anything else is read as raw little-endian float32, described by `<path>.json` or,
    ///     without one, in rows of `defaultRowSize` values.
    ///   - defaultRowSize: values in a row of a raw file that comes without its JSON.
    /// - Throws: `FramegenError` naming the file: `.notFound`, or `.invalidData` when it is damaged or holds no rows.
    public init(path: String, defaultRowSize: Int) throws(FramegenError) {
        let file = try Self.open(path, defaultRowSize: defaultRowSize).file
        self.file = file
        name = path
        rowShape = Array(file.shape.dropFirst())
        rowSize = file.rowSize
        rows = file.shape[0]
        rowCount = file.shape[0]
    }

    /// Opens the file and tells whether it, or the JSON beside it, says its own shape.
    static func open(
        _ path: String, defaultRowSize: Int
    ) throws(FramegenError) -> (file: ArrayFile, isDescribed: Bool) {
        var (file, isDescribed) =
            path.lowercased().hasSuffix(".npy")
            ? (try NPYHeader.open(path), true) : try RawFeatures.open(path, defaultRowSize: defaultRowSize)
        guard file.shape.count >= 2, file.shape.allSatisfy({ $0 > 0 }) else {
            throw FramegenError(
                .invalidData, "\(path) has the shape \(file.shape), expected rows of features: [rows, values]")
        }
        // No generator takes a row of rows of the encoder, so this is a batch of one speech.
        if file.shape.count == 3, file.shape[0] == 1, Array(file.shape[2...]) == AudioEncoder.ave.rowShape {
            file = file.droppingFirstDimension()
        }
        return (file, isDescribed)
    }

    /// Rows that are worth reading together: 256 KiB of values.
    static func rowsAtOnce(ofSize rowSize: Int) -> Int { max((1 << 16) / rowSize, 1) }

    /// The next row, or nil after the last one.
    public func nextRow() throws(FramegenError) -> [Float]? {
        guard next < rows else { return nil }
        if ahead.isEmpty {
            ahead = try file.values(ofRows: next..<min(next + Self.rowsAtOnce(ofSize: rowSize), rows))[...]
        }
        let row = Array(ahead.prefix(rowSize))
        ahead = ahead.dropFirst(rowSize)
        defer { next += 1 }
        guard row.allSatisfy(\.isFinite) else {
            throw FramegenError(.invalidData, "\(file.path) row \(next) holds a value that is no finite number")
        }
        return row
    }
}

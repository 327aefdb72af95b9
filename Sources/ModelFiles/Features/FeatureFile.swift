public import FrameGeneration

/// A file of audio features, read row by row: NumPy's `.npy`, or raw float32 (Documentation/model-family/formats.md,
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
        rowSize = rowShape.reduce(1, *)
        rows = file.shape[0]
        rowCount = file.shape[0]
    }

    /// Opens the file and tells whether it, or the JSON beside it, says its own shape.
    static func open(
        _ path: String, defaultRowSize: Int
    ) throws(FramegenError) -> (file: ArrayFile, isDescribed: Bool) {
        let (file, isDescribed) =
            path.lowercased().hasSuffix(".npy")
            ? (try NPYHeader.open(path), true) : try RawFeatures.open(path, defaultRowSize: defaultRowSize)
        guard file.shape.count >= 2, file.shape.allSatisfy({ $0 > 0 }) else {
            throw FramegenError(
                .invalidData, "\(path) has the shape \(file.shape), expected rows of features: [rows, values]")
        }
        return (file, isDescribed)
    }

    /// The next row, or nil after the last one.
    public func nextRow() throws(FramegenError) -> [Float]? {
        guard next < rows else { return nil }
        defer { next += 1 }
        let row = try file.values(next * rowSize..<(next + 1) * rowSize)
        guard row.allSatisfy(\.isFinite) else {
            throw FramegenError(.invalidData, "\(file.path) row \(next) holds a value that is no finite number")
        }
        return row
    }
}

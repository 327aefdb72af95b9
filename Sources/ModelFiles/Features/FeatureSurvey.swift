package import FrameGeneration

/// A look at every value of a feature file, also of one that `FeatureFile` stops at.
package struct FeatureSurvey: Sendable {
    /// Sizes from the outermost dimension, which counts rows, to the innermost.
    package let shape: [Int]
    /// How the values are stored: `float16`, `float32` or `float64`.
    package let dataType: TensorDataType
    /// Whether the file itself, or the JSON beside it, says the shape.
    package let isDescribed: Bool
    /// The smallest finite value; nil where there is none.
    package private(set) var smallest: Float?
    /// The largest finite value; nil where there is none.
    package private(set) var largest: Float?
    /// The mean of the finite values; nil where there is none.
    package let mean: Double?
    /// Rows that hold a value that is no finite number.
    package private(set) var rowsNotFinite: [Int] = []
    /// Rows of zeros alone.
    package private(set) var zeroRows: [Int] = []

    /// Reads a feature file row by row.
    ///
    /// - Parameters:
    ///   - path: as for `FeatureFile`.
    ///   - defaultRowSize: values in a row of a raw file that comes without its JSON.
    /// - Throws: `FramegenError` naming the file: `.notFound`, `.invalidData` when it is damaged or holds no rows, or
    ///   `.cancelled`.
    package init(path: String, defaultRowSize: Int) throws(FramegenError) {
        let (file, isDescribed) = try FeatureFile.open(path, defaultRowSize: defaultRowSize)
        self.isDescribed = isDescribed
        shape = file.shape
        dataType = file.dataType
        let rowSize = file.rowSize
        let rowsAtOnce = FeatureFile.rowsAtOnce(ofSize: rowSize)
        var (sum, count) = (0.0, 0)
        for first in stride(from: 0, to: shape[0], by: rowsAtOnce) {
            try Task.checkNotCancelled()
            let rows = first..<min(first + rowsAtOnce, shape[0])
            let values = try file.values(ofRows: rows)
            for row in rows {
                let values = values[(row - first) * rowSize..<(row - first + 1) * rowSize]
                if !values.allSatisfy(\.isFinite) { rowsNotFinite.append(row) }
                if values.allSatisfy({ $0 == 0 }) { zeroRows.append(row) }
            }
            for value in values where value.isFinite {
                sum += Double(value)
                count += 1
                smallest = min(smallest ?? value, value)
                largest = max(largest ?? value, value)
            }
        }
        mean = count > 0 ? sum / Double(count) : nil
    }
}

import FrameGeneration
import ModelFiles

/// What a file of audio features holds; also one that `generate` refuses.
public struct FeatureInspection: Sendable, Encodable {
    /// The file.
    public let path: String
    /// Rows in all.
    public let rowCount: Int
    /// Sizes of a row.
    public let rowShape: [Int]
    /// Whether nothing says the rows' shape, so that it is assumed: a raw file without its JSON.
    public let shapeIsAssumed: Bool
    /// How a value is stored: `float32` or `float64`.
    public let dataType: String
    /// Generators that take such rows.
    public let generators: [Fit]
    /// The smallest finite value; nil where there is none.
    public let min: Double?
    /// The largest finite value; nil where there is none.
    public let max: Double?
    /// The mean of the finite values; nil where there is none.
    public let mean: Double?
    /// Rows that hold infinity or NaN, counted from 0; `generate` stops at the first of them.
    public let rowsNotFinite: [Int]
    /// Rows that hold zeros alone, counted from 0.
    public let zeroRows: [Int]

    /// A generator that takes the features.
    public struct Fit: Sendable, Hashable, Encodable {
        /// The generator's name.
        public let generator: String
        /// Rows for a second of sound.
        public let rowsPerSecond: Int
        /// The length of the sound that the rows stand for.
        public let seconds: Double
        /// Whether each row is a whole window already.
        public let rowsAreWindows: Bool
    }

    /// Reads every value; blocks.
    ///
    /// - Throws: `FramegenError` naming the file: `.notFound`, `.invalidData` when it is damaged, or `.cancelled`.
    package init(path: String) throws(FramegenError) {
        let survey = try FeatureSurvey(path: path, defaultRowSize: FeatureKind.ave.rowShape.reduce(1, *))
        self.path = path
        rowCount = survey.shape[0]
        let rowShape = Array(survey.shape.dropFirst())
        self.rowShape = rowShape
        shapeIsAssumed = !survey.isDescribed
        dataType = survey.dataType.rawValue
        generators = Generator.all.compactMap { generator in
            generator.use(ofRowsOf: rowShape).map { use in
                Fit(
                    generator: generator.name, rowsPerSecond: generator.features.rowsPerSecond,
                    seconds: Double(survey.shape[0]) / Double(generator.features.rowsPerSecond),
                    rowsAreWindows: use == .windows)
            }
        }
        min = survey.smallest.map(Double.init)
        max = survey.largest.map(Double.init)
        mean = survey.mean
        rowsNotFinite = survey.rowsNotFinite
        zeroRows = survey.zeroRows
    }
}

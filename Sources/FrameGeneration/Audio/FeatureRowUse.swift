/// What a file's rows of features are to a generator.
package enum FeatureRowUse: Sendable {
    /// Rows that its windows are assembled of.
    case rows
    /// Whole windows, one a row.
    case windows
}

extension Generator {
    /// Whether rows of this shape are what the generator's windows are made of, or such windows already.
    public func accepts(rowsOf shape: [Int]) -> Bool { use(ofRowsOf: shape) != nil }

    /// What rows of `shape` are to the generator; nil when it has no use for them.
    ///
    /// Dimensions of size 1 change nothing, and a row may come flat. A window may not: AVE's have as many values as a
    /// row of WeNet's.
    package func use(ofRowsOf shape: [Int]) -> FeatureRowUse? {
        let shape = shape.filter { $0 != 1 }
        if shape == features.rowShape || shape == [features.rowShape.reduce(1, *)] { return .rows }
        return shape == audioShape ? .windows : nil
    }
}

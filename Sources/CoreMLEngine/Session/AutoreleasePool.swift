#if canImport(CoreML) && !canImport(ObjectiveC)
    /// Where there are no such pools, nothing needs one.
    func autoreleasepool<Result>(invoking body: () throws -> Result) rethrows -> Result { try body() }
#endif

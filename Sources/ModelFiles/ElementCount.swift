/// Counts elements of the shapes that strangers' files tell.
enum ElementCount {
    /// Elements of a tensor of `shape`; nil if a size is negative, or there are more than `most` even with sizes of 0
    /// counted as 1, so that products of sizes cannot overflow either.
    static func of(_ shape: [Int], atMost most: Int) -> Int? {
        var count = 1
        for size in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: max(size, 1))
            guard size >= 0, !overflow, product <= most else { return nil }
            count = product
        }
        return shape.contains(0) ? 0 : count
    }
}

extension UnsafeMutableBufferPointer where Element: BinaryFloatingPoint {
    /// Whether a sample is not a number from −`limit` to `limit`.
    package func exceeds(_ limit: Element) -> Bool {
        // Whole, as a loop that ends early is slower where all is well.
        var isWithin = true
        for sample in self { isWithin = isWithin && abs(sample) <= limit }
        return !isWithin
    }

    /// Clips what exceeds `limit`, and makes silence of what is not finite.
    package func limit(to limit: Element) {
        for index in indices { self[index] = self[index].limited(to: limit) }
    }
}

extension BinaryFloatingPoint {
    /// Clipped to −`limit` to `limit`; 0 for what is not finite.
    package func limited(to limit: Self) -> Self { isFinite ? min(max(self, -limit), limit) : 0 }
}

extension [Float] {
    /// Clips what exceeds `limit`, and makes silence of what is not finite.
    package mutating func limit(to limit: Float) {
        withUnsafeMutableBufferPointer { buffer in
            if buffer.exceeds(limit) { buffer.limit(to: limit) }
        }
    }
}

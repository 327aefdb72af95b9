package import FrameGeneration
package import Testing

/// Expects two images to agree as closely as a truncation at another place allows: no byte off by more than 1, and
/// under 0.1 % of the bytes off at all.
package func expectSame(
    _ actual: PixelImage, as expected: PixelImage, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) {
    guard actual.size == expected.size else {
        Issue.record("\(name) is \(actual.size), expected \(expected.size)", sourceLocation: sourceLocation)
        return
    }
    var largest = 0
    var count = 0
    for (first, second) in zip(actual.pixels, expected.pixels) where first != second {
        largest = max(largest, abs(Int(first) - Int(second)))
        count += 1
    }
    #expect(largest <= 1, "\(name): a byte is off by \(largest)", sourceLocation: sourceLocation)
    #expect(
        Double(count) < 0.001 * Double(expected.pixels.count), "\(name): \(count) bytes are off",
        sourceLocation: sourceLocation)
}

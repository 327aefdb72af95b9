/// Where in a face box the template frame keeps its own pixels whatever the network returned, by the labels of its parsing
/// image (Documentation/model-family/frames.md, "One frame", 10).
package struct FaceLabels: Sendable {
    package let size: ImageSize
    /// Whether the template frame's own pixel stays; row after row of the box, without padding.
    let keepOriginal: [Bool]

    /// - Parameters:
    ///   - parsing: an image of flat labels as large as the template frame: red says torso, white background.
    ///   - rect: the face box.
    package init(_ parsing: PixelImage, at rect: PixelRect) {
        size = rect.size
        var keepOriginal = [Bool](repeating: false, count: rect.width * rect.height)
        for y in 0..<rect.height {
            let start = parsing.rowRange(rect.y + y).lowerBound + rect.x * PixelImage.channels
            let labels = parsing.pixels.span.extracting(start..<start + rect.width * PixelImage.channels)
            for x in 0..<rect.width {
                keepOriginal[y * rect.width + x] = isTorsoOrBackground(labels.extracting(3 * x..<3 * x + 3))
            }
        }
        self.keepOriginal = keepOriginal
    }
}

private func isTorsoOrBackground(_ label: Span<UInt8>) -> Bool {
    label[2] == 255 && label[0] == label[1] && (label[0] == 0 || label[0] == 255)
}

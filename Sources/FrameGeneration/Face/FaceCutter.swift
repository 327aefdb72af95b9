/// Turns a template frame into what the network sees of it (Documentation/model-family/frames.md, "One frame", 2 to 6).
package struct FaceCutter: Sendable {
    let recipe: FaceRecipe

    package init(recipe: FaceRecipe) { self.recipe = recipe }

    /// The face box of `image`, resized to the recipe's crop.
    package func faceCrop(of image: PixelImage, _ rect: PixelRect) -> PixelImage {
        let size = ImageSize(width: recipe.cropSide, height: recipe.cropSide)
        return image.cropped(to: rect).resized(to: size, by: recipe.cropResampling)
    }

    /// The same of a box between pixels.
    package func faceCrop(of image: PixelImage, _ box: FaceBox) -> PixelImage {
        let size = ImageSize(width: recipe.cropSide, height: recipe.cropSide)
        return image.resized(from: box, to: size, by: recipe.cropResampling)
    }

    /// The network's input for a face crop: 1×6×side×side, the face in blue, green, red and the same masked, 0…1.
    package func networkInput(for faceCrop: PixelImage) -> Tensor {
        let side = recipe.networkSide
        let area = side * side
        var input = Tensor(zeros: [1, 2 * PixelImage.channels, side, side])
        for y in 0..<side {
            let start = faceCrop.rowRange(y + recipe.ring).lowerBound + recipe.ring * PixelImage.channels
            let row = faceCrop.pixels.span.extracting(start..<start + side * PixelImage.channels)
            for channel in 0..<PixelImage.channels {
                let plane = channel * area + y * side
                setUnitValues(of: row, channel: channel, at: plane, in: &input.values)
                // Black is 0, which the masked half is from the beginning.
                for columns in unmaskedColumns(ofRow: y) {
                    copy(plane + columns.lowerBound..<plane + columns.upperBound, by: 3 * area, in: &input.values)
                }
            }
        }
        return input
    }

    /// The parts of a row of the network's square that the mask leaves.
    private func unmaskedColumns(ofRow y: Int) -> [Range<Int>] {
        let mask = recipe.mask
        guard (mask.y..<mask.y + mask.height).contains(y) else { return [0..<recipe.networkSide] }
        return [0..<mask.x, mask.x + mask.width..<recipe.networkSide]
    }
}

/// Writes one channel of a row of pixels from `start` on, each byte as the network takes it: divided by 255 in float32,
/// which for half the values differs from a multiplication by 1/255.
private func setUnitValues(of row: Span<UInt8>, channel: Int, at start: Int, in array: inout PageArray<Float>) {
    let width = row.count / 3
    precondition(start >= 0 && start + width <= array.count && (0..<3).contains(channel))
    var values = array.mutableSpan
    for x in 0..<width { values[start &+ x] = Float(row[3 &* x &+ channel]) / 255 }
}

private func copy(_ range: Range<Int>, by offset: Int, in array: inout PageArray<Float>) {
    precondition(range.lowerBound >= 0 && offset >= 0 && range.upperBound + offset <= array.count)
    var values = array.mutableSpan
    for i in range { values[i &+ offset] = values[i] }
}

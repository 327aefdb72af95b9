/// Puts the network's face back into the template frame (Documentation/model-family/frames.md, "One frame", 8 to 10).
package struct FacePaster: Sendable {
    let recipe: FaceRecipe
    private let sharpening: Sharpening

    package init(recipe: FaceRecipe, sharpening: Sharpening = .off) {
        self.recipe = recipe
        self.sharpening = sharpening
    }

    /// The finished pixels of the face box, all that changes of the template frame.
    ///
    /// - Parameters:
    ///   - output: what the network returned, 1×3×side×side, blue, green, red, 0…1.
    ///   - faceCrop: the resized crop the network's input was made from; its ring keeps the original pixels.
    ///   - image: the whole template frame.
    ///   - rect: the face box, which the crop is resized back to.
    ///   - labels: where in the box the original stays; nil for nowhere.
    /// - Returns: an image as large as `rect`.
    package func face(
        _ output: Tensor, faceCrop: PixelImage, in image: PixelImage, at rect: PixelRect, labels: FaceLabels?
    ) -> PixelImage {
        let crop = square(output, faceCrop: faceCrop)
        return keepingOriginal(crop.resized(to: rect.size, by: recipe.pasteResampling), in: image, at: rect, labels)
    }

    /// The same in a prepared frame, whose box may be between pixels, and with the sharpness that is asked for.
    func face(_ output: Tensor, in frame: PreparedFrame, labels: FaceLabels?) -> PixelImage {
        let rect = frame.source.cropRect
        let square = square(output, faceCrop: frame.faceCrop)
        let side = frame.source.box.map { max($0.width, $0.height) } ?? Double(max(rect.width, rect.height))
        let strength = sharpening.strength(side: side, cropSide: recipe.cropSide)
        let face =
            strength > 0
            ? sharpenedFace(square, frame, strength: strength) : resizedBack(square, frame)
        return keepingOriginal(face, in: frame.image, at: rect, labels)
    }

    private func sharpenedFace(_ square: PixelImage, _ frame: PreparedFrame, strength: Float) -> PixelImage {
        let rect = frame.source.cropRect
        let detail = frame.lostDetail {
            LostDetail(
                of: frame.image.cropped(to: rect), square: frame.faceCrop,
                returned: resizedBack(frame.faceCrop, frame))
        }
        return square.sharpenedFace(
            own: frame.faceCrop, by: detail, in: frame.image, at: rect, ring: recipe.ring, strength: strength
        ) { resizedBack($0, frame) }
    }

    private func resizedBack(_ square: PixelImage, _ frame: PreparedFrame) -> PixelImage {
        guard let box = frame.source.box else {
            return square.resized(to: frame.source.cropRect.size, by: recipe.pasteResampling)
        }
        return square.resized(into: box, by: recipe.pasteResampling)
    }

    /// The crop with what the network returned in it.
    private func square(_ output: Tensor, faceCrop: PixelImage) -> PixelImage {
        var crop = faceCrop
        let (height, width) = (output.shape[2], output.shape[3])
        var row = [UInt8](repeating: 0, count: width)
        for y in 0..<height {
            let start = crop.rowRange(y + recipe.ring).lowerBound + recipe.ring * PixelImage.channels
            for channel in 0..<PixelImage.channels {
                let first = (channel * height + y) * width
                setBytes(&row, to: output.values.span.extracting(first..<first + width))
                setChannel(channel, ofPixels: start, in: &crop.pixels, to: row)
            }
        }
        return crop
    }

    private func keepingOriginal(
        _ face: PixelImage, in image: PixelImage, at rect: PixelRect, _ labels: FaceLabels?
    ) -> PixelImage {
        guard let labels else { return face }
        precondition(labels.size == rect.size, "labels of \(labels.size) for a face box of \(rect.size)")
        var face = face
        let bytesPerRow = rect.width * PixelImage.channels
        for y in 0..<rect.height {
            let start = image.rowRange(rect.y + y).lowerBound + rect.x * PixelImage.channels
            keepOriginal(
                image.pixels.span.extracting(start..<start + bytesPerRow),
                where: labels.keepOriginal.span.extracting(y * rect.width..<(y + 1) * rect.width),
                at: y * bytesPerRow, in: &face.pixels)
        }
        return face
    }
}

extension FacePaster: FacePasting {
    package func face(_ output: Tensor, in frame: PreparedFrame) -> PixelImage {
        face(output, in: frame, labels: frame.labels)
    }
}

/// Converts values of 0…1 to 0…255, cut off and not rounded, as the original converts to bytes.
private func setBytes(_ row: inout [UInt8], to values: Span<Float>) {
    let count = row.count
    precondition(values.count == count)
    var bytes = row.mutableSpan
    for i in 0..<count { bytes[i] = truncatedByte(values[i] * 255) }
}

/// Writes the bytes of one channel of a row of pixels.
private func setChannel(_ channel: Int, ofPixels start: Int, in array: inout PageArray<UInt8>, to row: [UInt8]) {
    let width = row.count
    precondition(start >= 0 && (0..<3).contains(channel) && start + 3 * width <= array.count)
    let bytes = row.span
    var pixels = array.mutableSpan
    for x in 0..<width { pixels[start &+ 3 &* x &+ channel] = bytes[x] }
}

/// Puts the original's pixels back where the labels say so.
private func keepOriginal(
    _ original: Span<UInt8>, where labels: Span<Bool>, at start: Int, in array: inout PageArray<UInt8>
) {
    let width = labels.count
    precondition(original.count == 3 * width && start >= 0 && start + original.count <= array.count)
    var face = array.mutableSpan
    for x in 0..<width where labels[x] {
        for channel in 0..<3 { face[start &+ 3 &* x &+ channel] = original[3 &* x &+ channel] }
    }
}

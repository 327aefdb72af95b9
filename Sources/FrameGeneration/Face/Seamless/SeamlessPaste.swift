/// Lets the network's face fade into the template frame along the jaw, in the template's own light.
///
/// What depends on the template frame alone, the mask, is kept with it.
struct SeamlessPaste: FacePasting {
    private let exact: FacePaster

    init(_ exact: FacePaster) { self.exact = exact }

    func face(_ output: Tensor, in frame: PreparedFrame) -> PixelImage {
        let rect = frame.source.cropRect
        // The mask knows of the labels.
        let face = exact.face(output, in: frame, labels: nil)
        let mask = frame.pasteMask {
            PasteMask(
                frame.source.contour, at: rect, box: frame.source.box, recipe: exact.recipe, labels: frame.labels)
        }
        return face.faded(into: frame.image, at: rect, mask)
    }
}

extension PixelImage {
    /// This face as it fades into `image`: the pixels of `rect`, of which those without a share are `image`'s own.
    package func faded(into image: PixelImage, at rect: PixelRect, _ mask: PasteMask) -> PixelImage {
        precondition(size == rect.size && mask.size == rect.size, "cannot fade \(size) by \(mask.size) into \(rect)")
        let light = BorderLight(of: self, in: image, at: rect, mask)
        var result = image.cropped(to: rect)
        var line = [SIMD4<Float>](repeating: .zero, count: width)
        for y in 0..<height where !mask.columns[y].isEmpty {
            light.fill(&line, row: y)
            let row = y * width..<(y + 1) * width
            fade(
                pixels.span.extracting(rowRange(y)), mask.shares.span.extracting(row),
                unlike: mask.unlikeShares.span.extracting(row), line.span, mask.columns[y], at: y * bytesPerRow,
                into: &result.pixels)
        }
        return result
    }
}

private func fade(
    _ face: Span<UInt8>, _ shares: Span<UInt8>, unlike: Span<UInt8>, _ light: Span<SIMD4<Float>>,
    _ columns: Range<Int>, at start: Int, into array: inout PageArray<UInt8>
) {
    precondition(start >= 0 && start + face.count <= array.count && face.count == 3 * shares.count)
    precondition(light.count == shares.count && unlike.count == shares.count)
    precondition(columns.lowerBound >= 0 && columns.upperBound <= shares.count)
    var pixels = array.mutableSpan
    for x in columns {
        let levels = light[x]
        let usual = Float(shares[x])
        let share = (usual + levels.w * (Float(unlike[x]) - usual)) * (1 / 255)
        // Of a part with a known length, no value needs a check of its own.
        let new = face.extracting(3 &* x..<3 &* x &+ 3)
        for channel in 0..<3 {
            let i = start &+ 3 &* x &+ channel
            let own = Float(pixels[i])
            pixels[i] = roundedByte(own + share * (Float(new[channel]) + levels[channel] - own))
        }
    }
}

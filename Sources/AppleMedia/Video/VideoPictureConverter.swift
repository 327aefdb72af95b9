public import FrameGeneration

/// Converts images to pictures as video holds them, in plain Swift: BT.709 in limited range, 4:2:0, in whole numbers.
///
/// A colour sample is the mean of two rows, and in each of three columns, the middle one of which counts twice and is
/// the one that the sample lies above.
public struct VideoPictureConverter: PictureConverting {
    /// A converter for any size.
    public init() {}

    /// Converts a whole image; at an odd width or height the last column or row is repeated.
    ///
    /// - Precondition: The image has no side of 0.
    public func picture(of image: PixelImage) -> PlanarPicture {
        precondition(image.width > 0 && image.height > 0, "cannot convert an image of \(image.size)")
        let size = image.size.roundedUpToEven
        let count = size.width * size.height
        var picture = PlanarPicture(
            size: image.size, luma: PageArray(repeating: 0, count: count),
            blueDifference: PageArray(repeating: 0, count: count / 4),
            redDifference: PageArray(repeating: 0, count: count / 4))
        convert(Source(image: image), columns: 0..<size.width, rows: 0..<size.height, to: &picture)
        return picture
    }

    /// Converts anew what changes of a picture when a face is put into its image; the picture is then exactly that of
    /// the image with the face in it.
    ///
    /// - Parameters:
    ///   - picture: the picture of `image`.
    ///   - face: the new pixels.
    ///   - rect: where they go; as large as `face` and inside the image.
    ///   - image: without the face.
    /// - Precondition: The sizes fit.
    public func update(
        _ picture: inout PlanarPicture, with face: PixelImage, at rect: PixelRect, in image: PixelImage
    ) {
        precondition(
            image.size == picture.size && face.size == rect.size && rect.isInside(image.size),
            "cannot put \(face.size) at \(rect) into \(image.size) and its picture of \(picture.size)")
        guard rect.width > 0, rect.height > 0 else { return }
        let size = image.size.roundedUpToEven
        // Colour samples next to the face look at its first and last column.
        let left = max(0, rect.x - 1) / 2 * 2
        let right = min(size.width, (rect.x + rect.width + 2) / 2 * 2)
        let bottom = min(size.height, (rect.y + rect.height + 1) / 2 * 2)
        convert(
            Source(image: image, face: face, rect: rect), columns: left..<right, rows: rect.y / 2 * 2..<bottom,
            to: &picture)
    }

    /// An image, and a face that may lie over it.
    private struct Source {
        let image: PixelImage
        var face: PixelImage?
        var rect = PixelRect(x: 0, y: 0, width: 0, height: 0)

        /// Copies the pixels of a row from the column before `columns` to the one after them; beyond the image, its
        /// last pixels.
        func copyRow(_ y: Int, _ columns: Range<Int>, to row: UnsafeMutablePointer<UInt8>) {
            let y = min(y, image.height - 1)
            let first = columns.lowerBound - 1
            image.pixels.withUnsafeBufferPointer { pixels in
                for x in first...columns.upperBound {
                    let source = y * image.bytesPerRow + min(max(x, 0), image.width - 1) * PixelImage.channels
                    let target = (x - first) * PixelImage.channels
                    for channel in 0..<PixelImage.channels { row[target + channel] = pixels[source + channel] }
                }
            }
            guard let face, (rect.y..<rect.y + rect.height).contains(y) else { return }
            face.pixels.withUnsafeBufferPointer { pixels in
                for x in first...columns.upperBound {
                    let inside = min(max(x, 0), image.width - 1)
                    guard (rect.x..<rect.x + rect.width).contains(inside) else { continue }
                    let source = (y - rect.y) * face.bytesPerRow + (inside - rect.x) * PixelImage.channels
                    let target = (x - first) * PixelImage.channels
                    for channel in 0..<PixelImage.channels { row[target + channel] = pixels[source + channel] }
                }
            }
        }
    }

    /// Both ranges begin and end evenly.
    private func convert(_ source: Source, columns: Range<Int>, rows: Range<Int>, to picture: inout PlanarPicture) {
        let width = picture.size.roundedUpToEven.width
        let length = (columns.count + 2) * PixelImage.channels
        var pair = [UInt8](repeating: 0, count: 2 * length)
        pair.withUnsafeMutableBufferPointer { pair in
            guard let upper = pair.baseAddress else { return }
            let lower = upper + length
            for y in stride(from: rows.lowerBound, to: rows.upperBound, by: 2) {
                source.copyRow(y, columns, to: upper)
                source.copyRow(y + 1, columns, to: lower)
                picture.luma.withUnsafeMutableBufferPointer { luma in
                    for (row, bytes) in [upper, lower].enumerated() {
                        let start = (y + row) * width + columns.lowerBound
                        for x in 0..<columns.count {
                            luma[start + x] = Matrix.luma(bytes + (x + 1) * PixelImage.channels)
                        }
                    }
                }
                let start = y / 2 * (width / 2) + columns.lowerBound / 2
                picture.blueDifference.withUnsafeMutableBufferPointer { blue in
                    for x in 0..<columns.count / 2 { blue[start + x] = Matrix.blueDifference(upper, lower, 2 * x) }
                }
                picture.redDifference.withUnsafeMutableBufferPointer { red in
                    for x in 0..<columns.count / 2 { red[start + x] = Matrix.redDifference(upper, lower, 2 * x) }
                }
            }
        }
    }

    /// BT.709's coefficients for limited range, in 65,536ths; those of a difference make 0 together, so that grey has
    /// none.
    private enum Matrix {
        @inline(__always)
        static func luma(_ pixel: UnsafePointer<UInt8>) -> UInt8 {
            let sum = 4064 * Int(pixel[0]) + 40254 * Int(pixel[1]) + 11966 * Int(pixel[2])
            return UInt8((sum + 16 << 16 + 1 << 15) >> 16)
        }

        @inline(__always)
        static func blueDifference(
            _ upper: UnsafePointer<UInt8>, _ lower: UnsafePointer<UInt8>, _ column: Int
        ) -> UInt8 {
            difference(upper, lower, column, (28785, -22189, -6596))
        }

        @inline(__always)
        static func redDifference(
            _ upper: UnsafePointer<UInt8>, _ lower: UnsafePointer<UInt8>, _ column: Int
        ) -> UInt8 {
            difference(upper, lower, column, (-2639, -26145, 28784))
        }

        /// Of the columns from `column` to the second after it, of which the middle one counts twice.
        @inline(__always)
        private static func difference(
            _ upper: UnsafePointer<UInt8>, _ lower: UnsafePointer<UInt8>, _ column: Int, _ shares: (Int, Int, Int)
        ) -> UInt8 {
            let place = column * PixelImage.channels
            func sum(_ channel: Int) -> Int {
                let (left, middle, right) = (place + channel, place + 3 + channel, place + 6 + channel)
                return Int(upper[left]) + 2 * Int(upper[middle]) + Int(upper[right]) + Int(lower[left])
                    + 2 * Int(lower[middle]) + Int(lower[right])
            }
            let weighted = shares.0 * sum(0) + shares.1 * sum(1) + shares.2 * sum(2)
            return UInt8((weighted + 128 << 19 + 1 << 18) >> 19)
        }
    }
}

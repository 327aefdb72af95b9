/// Rows of pixels of which three bytes each are taken, in an order of their own, such as the blue, green and red of pixels
/// that are stored as red, green, blue and alpha.
package struct ChannelRows: Sendable {
    /// Pixels of a row.
    package var width: Int
    /// Rows.
    package var count: Int
    /// Bytes of a pixel that is read; of one that is written, three.
    package var pixelSize: Int
    /// Places of the three bytes in a pixel that is read, in the order in which they are written.
    package var places: [Int]
    /// How far apart rows begin where they are read, in bytes.
    package var sourceStride: Int
    /// How far apart rows begin where they are written, in bytes.
    package var targetStride: Int

    package init(width: Int, count: Int, pixelSize: Int, places: [Int], sourceStride: Int, targetStride: Int) {
        self.width = width
        self.count = count
        self.pixelSize = pixelSize
        self.places = places
        self.sourceStride = sourceStride
        self.targetStride = targetStride
    }

    /// Copies the bytes.
    ///
    /// - Precondition: There are three places, inside a pixel.
    package func copy(from source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>) {
        precondition(
            places.count == 3 && places.allSatisfy((0..<pixelSize).contains),
            "pixels of \(pixelSize) bytes have no bytes at \(places)")
        let (first, second, third) = (places[0], places[1], places[2])
        for row in 0..<count {
            var (source, target) = (source + row * sourceStride, target + row * targetStride)
            for _ in 0..<width {
                target[0] = source[first]
                target[1] = source[second]
                target[2] = source[third]
                source += pixelSize
                target += 3
            }
        }
    }
}

package import FrameGeneration

extension PlanarPicture {
    /// Bytes that are written to a buffer for its two planes, of which each row begins `stride` bytes after the one
    /// before: luma, and blue and red difference in turns, as Apple's video buffers hold 4:2:0.
    ///
    /// - Precondition: Strides and buffers have room for a row of every plane.
    package func copyPlanes(
        luma: UnsafeMutableRawBufferPointer, lumaStride: Int, colours: UnsafeMutableRawBufferPointer,
        coloursStride: Int
    ) {
        let plane = size.roundedUpToEven
        precondition(
            lumaStride >= plane.width && coloursStride >= plane.width
                && luma.count >= (plane.height - 1) * lumaStride + plane.width
                && colours.count >= (plane.height / 2 - 1) * coloursStride + plane.width,
            "no room for a picture of \(size)")
        self.luma.withUnsafeBufferPointer { samples in
            for row in 0..<plane.height {
                let target = luma[row * lumaStride..<row * lumaStride + plane.width]
                let source = UnsafeRawBufferPointer(samples)[row * plane.width..<(row + 1) * plane.width]
                UnsafeMutableRawBufferPointer(rebasing: target)
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: source))
            }
        }
        let width = plane.width / 2
        blueDifference.withUnsafeBufferPointer { blue in
            redDifference.withUnsafeBufferPointer { red in
                for row in 0..<plane.height / 2 {
                    for column in 0..<width {
                        colours[row * coloursStride + 2 * column] = blue[row * width + column]
                        colours[row * coloursStride + 2 * column + 1] = red[row * width + column]
                    }
                }
            }
        }
    }
}

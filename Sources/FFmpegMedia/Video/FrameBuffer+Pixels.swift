import CFFmpeg
import FrameGeneration

extension FrameBuffer {
    /// An empty picture.
    convenience init(_ size: ImageSize, _ format: AVPixelFormat) throws(FramegenError) {
        try self.init()
        pointer.pointee.format = format.rawValue
        pointer.pointee.width = Int32(size.width)
        pointer.pointee.height = Int32(size.height)
        try Libav.check(av_frame_get_buffer(pointer, 0)) { reason in
            FramegenError(.internalFailure, "no memory for a picture of \(size): \(reason)")
        }
    }

    private var size: ImageSize { ImageSize(width: Int(pointer.pointee.width), height: Int(pointer.pointee.height)) }

    /// Copies the pixels `part` of an image into a BGR picture, from column `x` and row `y` on.
    func copy(_ part: PixelRect, of image: PixelImage, toX x: Int, y: Int) {
        let place = PixelRect(x: x, y: y, width: part.width, height: part.height)
        precondition(part.isInside(image.size) && place.isInside(size), "cannot copy \(part) to \(place) of \(size)")
        guard let data = pointer.pointee.data.0 else { return }
        let stride = Int(pointer.pointee.linesize.0)
        image.pixels.withUnsafeBufferPointer { pixels in
            guard let base = pixels.baseAddress else { return }
            for row in 0..<part.height {
                (data + (y + row) * stride + x * PixelImage.channels).update(
                    from: base + (part.y + row) * image.bytesPerRow + part.x * PixelImage.channels,
                    count: part.width * PixelImage.channels)
            }
        }
    }

    /// Repeats the last column and row of the upper left part `filled` of a BGR picture in all that follow it.
    func repeatEdges(of filled: ImageSize) {
        precondition(filled.width > 0 && filled.height > 0, "nothing to repeat")
        guard let data = pointer.pointee.data.0 else { return }
        let stride = Int(pointer.pointee.linesize.0)
        for y in 0..<size.height {
            let row = data + y * stride
            if y >= filled.height { row.update(from: row - stride, count: filled.width * PixelImage.channels) }
            for x in filled.width..<max(filled.width, size.width) {
                (row + x * PixelImage.channels).update(
                    from: row + (x - 1) * PixelImage.channels, count: PixelImage.channels)
            }
        }
    }

    /// The pixels of a BGR picture.
    func image() -> PixelImage {
        PixelImage(
            width: size.width, height: size.height,
            pixels: bytes(ofPlane: 0, size.width * PixelImage.channels, size.height))
    }

    /// The rows of a plane one after another.
    func bytes(ofPlane plane: Int, _ bytesPerRow: Int, _ rows: Int) -> PageArray<UInt8> {
        pointer.pointee.bytes(ofPlane: plane, bytesPerRow, rows)
    }

    /// Copies the samples `part` of a plane into an array with rows of `rowLength`, from `start` on.
    func copyPlane(_ plane: Int, _ part: PixelRect, to array: inout PageArray<UInt8>, at start: Int, rowLength: Int) {
        guard let (data, stride) = pointer.pointee.plane(plane), part.height > 0 else { return }
        precondition(
            part.isInside(size) && start >= 0 && start + (part.height - 1) * rowLength + part.width <= array.count,
            "cannot copy \(part) of \(size)")
        array.withUnsafeMutableBufferPointer { samples in
            guard let base = samples.baseAddress else { return }
            for row in 0..<part.height {
                (base + start + row * rowLength).update(
                    from: data + (part.y + row) * stride + part.x, count: part.width)
            }
        }
    }

    /// Copies a picture of this one's size into its three planes.
    func copy(_ picture: PlanarPicture) {
        precondition(picture.size.roundedUpToEven == size, "cannot copy a picture of \(picture.size) to \(size)")
        setPlane(0, to: picture.luma, rowLength: size.width)
        setPlane(1, to: picture.blueDifference, rowLength: size.width / 2)
        setPlane(2, to: picture.redDifference, rowLength: size.width / 2)
    }

    private func setPlane(_ plane: Int, to samples: PageArray<UInt8>, rowLength: Int) {
        guard let (data, stride) = pointer.pointee.plane(plane) else { return }
        samples.withUnsafeBufferPointer { samples in
            guard let base = samples.baseAddress else { return }
            for row in 0..<samples.count / rowLength {
                (data + row * stride).update(from: base + row * rowLength, count: rowLength)
            }
        }
    }
}

extension AVFrame {
    /// The rows of a plane of 8-bit samples one after another.
    func bytes(ofPlane plane: Int, _ bytesPerRow: Int, _ rows: Int) -> PageArray<UInt8> {
        guard let (data, stride) = self.plane(plane) else { return [] }
        var bytes: PageArray<UInt8> = []
        bytes.reserveCapacity(bytesPerRow * rows)
        for y in 0..<rows { bytes += UnsafeBufferPointer(start: data + y * stride, count: bytesPerRow) }
        return bytes
    }

    /// Where one of the first three planes begins, and how many bytes its rows are apart.
    fileprivate func plane(_ index: Int) -> (data: UnsafeMutablePointer<UInt8>, stride: Int)? {
        let planes = [data.0, data.1, data.2]
        let strides = [linesize.0, linesize.1, linesize.2]
        return planes[index].map { ($0, Int(strides[index])) }
    }
}

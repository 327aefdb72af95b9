package import FrameGeneration

/// What is known of a PNG file without unpacking its pixels.
package struct PNGHeader {
    package let size: ImageSize
    package private(set) var orientation = Orientation.upright

    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    /// The last chunk's name and checksum, which a file that was cut off has lost.
    static let endMarker = Array("IEND".utf8) + [0xAE, 0x42, 0x60, 0x82]

    /// More than any real file has; walking them would take long.
    private static let maximumChunks = 1 << 16
    private static let maximumEXIFBytes = 1 << 20

    /// Walks the chunks of a file, since orientation may stand after the pixels.
    ///
    /// `read` returns the bytes from an offset on, fewer than wanted only where the file ends.
    package init(read: (_ offset: Int, _ count: Int) throws(ImageFault) -> ArraySlice<UInt8>) throws(ImageFault) {
        let head = ByteReader(try read(8, 16), bigEndian: true)
        guard head.string(at: 4, count: 4) == "IHDR", head.uint32(at: 0) == 13,
            let width = head.uint32(at: 8), let height = head.uint32(at: 12)
        else { throw ImageFault("its header is cut off or missing") }
        try ImageLimits.check(width: width, height: height)
        size = ImageSize(width: width, height: height)

        var position = 8 + 12 + 13
        for _ in 0..<Self.maximumChunks {
            let chunk = ByteReader(try read(position, 8), bigEndian: true)
            // A file that ends here has lost its end, which decoding reports.
            guard let length = chunk.uint32(at: 0), let kind = chunk.string(at: 4, count: 4), kind != "IEND" else {
                return
            }
            if kind == "eXIf", length <= Self.maximumEXIFBytes {
                let content = try read(position + 4, length + 8)
                // As libpng does, pass over a chunk whose checksum is wrong; the first good one counts.
                if content.count == length + 8, Self.hasValidChecksum(content) {
                    orientation = Orientation(tiff: content.dropFirst(4).dropLast(4))
                    return
                }
            }
            position += 12 + length
        }
        throw ImageFault("it has more than \(Self.maximumChunks) chunks")
    }

    /// `content` is a chunk's name, its data, and their CRC-32.
    private static func hasValidChecksum(_ content: ArraySlice<UInt8>) -> Bool {
        var checksum = UInt32.max
        for byte in content.dropLast(4) {
            checksum ^= UInt32(byte)
            for _ in 0..<8 { checksum = checksum >> 1 ^ (checksum & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return ByteReader(content.suffix(4), bigEndian: true).uint32(at: 0) == Int(~checksum)
    }
}

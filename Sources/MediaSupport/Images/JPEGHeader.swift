package import FrameGeneration

/// The segments of a JPEG file up to its first scan.
package struct JPEGHeader {
    package let size: ImageSize
    /// 1 for grey, 3 for colour, 4 for CMYK or YCCK.
    package let components: Int
    package let orientation: Orientation
    /// Bytes between segments; they mean nothing.
    private let garbage: [Range<Int>]
    /// Where JFIF's major version is, if it is an unknown one.
    private let unknownVersion: Int?

    static let signature: [UInt8] = [0xFF, 0xD8, 0xFF]
    /// EOI, which a file that was cut off has lost.
    static let endMarker: [UInt8] = [0xFF, 0xD9]

    /// `nil` if `bytes` ends before the first scan.
    ///
    /// - Throws: If this cannot be the beginning of a JPEG file.
    package init?(_ bytes: [UInt8]) throws(ImageFault) {
        let reader = ByteReader(bytes[...], bigEndian: true)
        var frame: (size: ImageSize, components: Int)?
        var orientation: Orientation?
        var garbage: [Range<Int>] = []
        var unknownVersion: Int?
        var position = 2
        while true {
            guard let code = Self.nextMarker(in: bytes, from: position) else { return nil }
            if bytes[position..<code - 1].contains(where: { $0 != 0xFF }) { garbage.append(position..<code - 1) }
            position = code + 1
            let marker = bytes[code]
            if marker == 0xDA { break }
            if marker == 0xD9 { throw ImageFault("it has no image in it") }
            if marker == 0x01 || (0xD0...0xD8).contains(marker) { continue }

            guard let length = reader.uint16(at: position) else { return nil }
            guard length >= 2 else { throw ImageFault("a segment's length is \(length), expected at least 2") }
            guard let payload = reader.slice(at: position + 2, count: length - 2) else { return nil }
            let content = ByteReader(payload, bigEndian: true)
            switch marker {
            case 0xC0...0xCF where ![0xC4, 0xC8, 0xCC].contains(marker):
                guard let height = content.uint16(at: 1), let width = content.uint16(at: 3),
                    let components = content.uint8(at: 5)
                else { throw ImageFault("its frame header is cut off") }
                frame = (ImageSize(width: width, height: height), components)
            case 0xE0 where content.string(at: 0, count: 5) == "JFIF\0":
                if let major = content.uint8(at: 5), major != 1 { unknownVersion = position + 7 }
            case 0xE1 where orientation == nil && content.string(at: 0, count: 6) == "Exif\0\0":
                orientation = Orientation(tiff: payload.dropFirst(6))
            default: break
            }
            position += length
        }
        guard let frame else { throw ImageFault("it has no frame header") }
        try ImageLimits.check(width: frame.size.width, height: frame.size.height)
        size = frame.size
        components = frame.components
        self.orientation = orientation ?? .upright
        self.garbage = garbage
        self.unknownVersion = unknownVersion
    }

    /// The file without those oddities in its header that lose nothing but make libjpeg warn; it keeps the text of the
    /// first warning only, and a later, serious one would go unseen.
    package func withoutOddities(_ bytes: [UInt8]) -> [UInt8] {
        if garbage.isEmpty && unknownVersion == nil { return bytes }
        var cleaned: [UInt8] = []
        cleaned.reserveCapacity(bytes.count)
        var position = 0
        for range in garbage {
            cleaned += bytes[position..<range.lowerBound]
            position = range.upperBound
        }
        cleaned += bytes[position...]
        // The version stands in the first segment, before any garbage.
        if let unknownVersion { cleaned[unknownVersion] = 1 }
        return cleaned
    }

    /// The position of the next marker's code: the byte, neither 0 nor 255, that follows one of 255.
    private static func nextMarker(in bytes: [UInt8], from start: Int) -> Int? {
        var position = start
        while position + 1 < bytes.count {
            if bytes[position] == 0xFF, bytes[position + 1] != 0xFF, bytes[position + 1] != 0 { return position + 1 }
            position += 1
        }
        return nil
    }
}

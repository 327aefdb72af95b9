/// Walks the segments in front of a JPEG's pixels.
enum JPEGMetadata {
    private static let marker: UInt8 = 0xFF
    private static let startOfScan: UInt8 = 0xDA
    private static let application1: UInt8 = 0xE1
    private static let exifHeader = Array("Exif\0\0".utf8)

    /// The orientation in the EXIF segment; upright where there is none or it is damaged.
    static func orientation(in bytes: [UInt8]) -> Orientation {
        // Behind the two bytes that start the file.
        var position = 2
        while position + 4 <= bytes.count, bytes[position] == marker {
            let kind = bytes[position + 1]
            // Any number of fill bytes may stand before a marker.
            guard kind != marker else {
                position += 1
                continue
            }
            let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
            guard kind != startOfScan, length >= 2 else { break }
            let content = bytes[min(position + 4, bytes.count)..<min(position + 2 + length, bytes.count)]
            if kind == application1, content.starts(with: exifHeader) {
                return Orientation(exif: content.dropFirst(exifHeader.count))
            }
            position += 2 + length
        }
        return .upright
    }
}

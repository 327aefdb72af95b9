/// Text files, as people's editors and spreadsheets write them.
package enum TextFile {
    /// The whole file, without the byte-order mark that some programs put before UTF-8.
    ///
    /// Bytes that are no UTF-8 become U+FFFD, so that the reader names the line they stand in.
    ///
    /// - Throws: `FramegenError` naming the file: `.notFound`, or `.invalidData` when it is longer than `limitInBytes`,
    ///   begins with the mark of another encoding, or holds bytes of zero.
    package static func text(at path: String, limitInBytes: Int) throws(FramegenError) -> String {
        let bytes = try RegularFile.bytes(at: path, limitInBytes: limitInBytes)
        if let other = otherEncodings.first(where: { bytes.starts(with: $0.mark) }) {
            let mark = other.mark.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
            throw FramegenError(
                .invalidData,
                "\(path) is text in \(other.name), by the byte-order mark \(mark) at its start, expected UTF-8")
        }
        guard !bytes.contains(0) else {
            let start = FileContent(startingWith: Array(bytes.prefix(FileContent.startByteCount)))
            let found = start.map { "is \($0.name)" } ?? "holds bytes of zero, as text in UTF-16 does"
            throw FramegenError(.invalidData, "\(path) \(found), expected text in UTF-8")
        }
        return String(decoding: bytes.dropFirst(bytes.starts(with: utf8Mark) ? utf8Mark.count : 0), as: UTF8.self)
    }

    private static let utf8Mark: [UInt8] = [0xef, 0xbb, 0xbf]
    /// The longer mark first: that of UTF-32 begins as one of UTF-16 does.
    private static let otherEncodings: [(mark: [UInt8], name: String)] = [
        ([0xff, 0xfe, 0, 0], "UTF-32"), ([0, 0, 0xfe, 0xff], "UTF-32"), ([0xff, 0xfe], "UTF-16"),
        ([0xfe, 0xff], "UTF-16"),
    ]
}

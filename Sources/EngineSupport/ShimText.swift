/// What `write` puts into a C string of at most `capacity` bytes.
package func shimString(capacity: Int, _ write: (UnsafeMutablePointer<CChar>, Int) -> Void) -> String {
    var bytes = [CChar](repeating: 0, count: capacity)
    bytes.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        write(base, buffer.count)
    }
    return String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// The same as part of a sentence: on one line and without a full stop.
package func shimText(capacity: Int, _ write: (UnsafeMutablePointer<CChar>, Int) -> Void) -> String {
    var line = shimString(capacity: capacity, write).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    while line.hasSuffix(".") { line.removeLast() }
    return line
}

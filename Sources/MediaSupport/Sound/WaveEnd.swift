package import FrameGeneration

/// How a WAV file ends: as its header says, early, or with another WAV file behind its sound.
///
/// The last is what `cat` makes of two. FFmpeg reads what there is of the first.
package struct WaveEnd {
    /// Bytes from the second header on; nil where there is none.
    package private(set) var unreadByteCount: Int?
    /// The part of the sound's bytes that is there; nil where the header does not say how many there are.
    package private(set) var presentShare: Double?

    /// More chunks before the sound than this are no file that somebody made.
    private static let mostChunks = 1000
    /// As many bytes are looked at where something lies between the files.
    private static let mostStrayBytes = 1 << 16
    private static let headers: Set = ["RIFF", "RIFX", "RF64", "BW64"]

    /// Looks at the chunks of a file; at none where it is no WAV file.
    ///
    /// - Throws: `FramegenError` naming the file when it cannot be read.
    package init(of file: RegularFile) throws(FramegenError) {
        guard let first = try Chunk(at: 0, of: file), Self.headers.contains(first.name) else { return }
        var position = 12
        var longDataSize: Int?
        var soundEnd: Int?
        for _ in 0..<Self.mostChunks {
            // A chunk of an odd size is followed by a byte, which some writers leave out.
            for start in [position, position - 1] where start > 12 {
                guard let chunk = try Chunk(at: start, of: file) else { continue }
                if Self.headers.contains(chunk.name), chunk.form == "WAVE" {
                    unreadByteCount = file.byteCount - start
                    return
                }
            }
            guard let chunk = try Chunk(at: position, of: file) else { break }
            var size = chunk.size(isBigEndian: first.name == "RIFX")
            if chunk.name == "ds64" { longDataSize = try Chunk.longDataSize(at: position, of: file) }
            if chunk.name == "data", size == Int(UInt32.max), let longDataSize { size = longDataSize }
            if chunk.name == "data", soundEnd == nil {
                // Who writes while the sound is made does not know its size; it goes on to the end then.
                guard size > 0, size != Int(UInt32.max) else { return }
                presentShare = min(1, Double(file.byteCount - position - 8) / Double(size))
            }
            guard size < file.byteCount - position else { break }
            position += 8 + size + size % 2
            if chunk.name == "data" { soundEnd = soundEnd ?? position }
        }
        guard let soundEnd, let next = try Self.headerPosition(in: file, after: soundEnd) else { return }
        unreadByteCount = file.byteCount - next
    }

    /// Where the next header is, among bytes that are no chunks; nil where there is none soon.
    private static func headerPosition(in file: RegularFile, after start: Int) throws(FramegenError) -> Int? {
        guard start < file.byteCount else { return nil }
        let bytes = try file.bytes(in: start..<min(start + mostStrayBytes, file.byteCount))
        for index in bytes.indices.dropLast(11) {
            guard bytes[index] == UInt8(ascii: "R") || bytes[index] == UInt8(ascii: "B") else { continue }
            let name = String(decoding: bytes[index..<index + 4], as: UTF8.self)
            let form = String(decoding: bytes[index + 8..<index + 12], as: UTF8.self)
            if Self.headers.contains(name), form == "WAVE" { return start + index - bytes.startIndex }
        }
        return nil
    }

    private struct Chunk {
        let name: String
        /// Of a header.
        let form: String
        private let sizeBytes: ArraySlice<UInt8>

        init?(at position: Int, of file: RegularFile) throws(FramegenError) {
            guard position + 12 <= file.byteCount else { return nil }
            let bytes = try file.bytes(in: position..<position + 12)
            name = String(decoding: bytes[0..<4], as: UTF8.self)
            sizeBytes = bytes[4..<8]
            form = String(decoding: bytes[8..<12], as: UTF8.self)
        }

        /// What a long file says of its sound's size in 64 bits, after that of the whole (EBU Tech 3306).
        static func longDataSize(at position: Int, of file: RegularFile) throws(FramegenError) -> Int? {
            guard position + 24 <= file.byteCount else { return nil }
            let bytes = try file.bytes(in: position + 16..<position + 24)
            return Int(exactly: bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        }

        func size(isBigEndian: Bool) -> Int {
            (isBigEndian ? Array(sizeBytes) : sizeBytes.reversed()).reduce(0) { $0 << 8 | Int($1) }
        }
    }
}

/// The part of a file that a `Range` header asks for (RFC 9110, 14).
enum ByteRange: Equatable {
    /// The header asks for nothing that is served in parts: several ranges, other units, or it is malformed.
    case whole
    /// These bytes.
    case part(ClosedRange<Int>)
    /// There are no such bytes.
    case unsatisfiable

    init(_ header: String, byteCount: Int) {
        self = .whole
        let parts = header.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].lowercased() == "bytes" else { return }
        let ends = parts[1].split(separator: "-", omittingEmptySubsequences: false)
            .map { $0.trimmingPrefix(while: { $0 == " " }) }
        guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else { return }
        // Numbers too long for 64 bits are beyond every end.
        let (first, last) = (ends[0].isEmpty ? nil : Int(ends[0]) ?? .max, ends[1].isEmpty ? nil : Int(ends[1]) ?? .max)
        switch (first, last) {
        case (nil, nil): return
        case (nil, let suffix?):
            self = suffix > 0 && byteCount > 0 ? .part(max(byteCount - suffix, 0)...byteCount - 1) : .unsatisfiable
        case (let first?, let last):
            if let last, last < first { return }
            self = first < byteCount ? .part(first...min(last ?? .max, byteCount - 1)) : .unsatisfiable
        }
    }
}

/// A place in the list of jobs; to clients a text without a meaning.
package struct JobCursor: Sendable, Hashable {
    /// Jobs from below it follow.
    package let sequence: Int64

    package init(sequence: Int64) { self.sequence = sequence }

    /// Reads what `description` wrote; nil for anything else.
    package init?(_ text: String) {
        guard text.utf8.count < 32, let bytes = URLSafeBase64.bytes(of: text), bytes.count == 8 else { return nil }
        let value = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard value <= UInt64(Int64.max) else { return nil }
        sequence = Int64(value)
    }
}

extension JobCursor: CustomStringConvertible {
    package var description: String {
        let value = UInt64(bitPattern: sequence)
        return URLSafeBase64.text(of: (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) })
    }
}

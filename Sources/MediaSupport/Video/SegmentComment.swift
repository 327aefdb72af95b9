import Foundation
package import FrameGeneration

/// What a file that is a segment says of itself, as its comment: JSON behind words that tell its kind.
package protocol SegmentComment: Codable {
    /// What the comment begins with.
    static var beginning: String { get }
    /// Whether the values are ones that a segment can have.
    var isValid: Bool { get }
}

extension SegmentComment {
    /// Reads a comment; nil when it is no such one, or has a value that is none.
    package init?(comment: String) {
        guard comment.hasPrefix(Self.beginning),
            let read = try? JSONDecoder().decode(Self.self, from: Data(comment.dropFirst(Self.beginning.count).utf8)),
            read.isValid
        else { return nil }
        self = read
    }

    /// Such as `framegen segment {"frameCount":250,…}`.
    ///
    /// - Throws: `FramegenError` with `.internalFailure`, which does not happen.
    package func comment() throws(FramegenError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        do {
            return Self.beginning + String(decoding: try encoder.encode(self), as: UTF8.self)
        } catch {
            throw FramegenError(.internalFailure, "a segment cannot be described", cause: error)
        }
    }
}

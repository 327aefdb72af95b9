import Foundation
import Framegen

/// Where progress and errors go.
enum StandardError {
    static func write(_ text: String) {
        // Nobody may be listening; the work goes on.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}

/// Where results go.
enum StandardOutput {
    /// - Throws: `FramegenError` with `.cannotWrite` when the result cannot be delivered.
    static func write(_ text: String) throws(FramegenError) {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
        } catch {
            throw FramegenError(.cannotWrite, "the result cannot be written to standard output", cause: error)
        }
    }
}

extension String {
    /// Characters that control a terminal or turn the direction of writing, as a file's name may hold, become spaces,
    /// so that a message stays one line and reads as it was written.
    var onOneLine: String {
        let safe = unicodeScalars.map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: " "
            case .format where !scalar.properties.isJoinControl: " "
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(safe))
    }
}

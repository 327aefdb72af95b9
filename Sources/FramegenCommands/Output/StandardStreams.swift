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

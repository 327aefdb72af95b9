import FrameGeneration
import Framegen

extension FramegenError {
    /// The message on one line; what the libraries say would help has a flag here.
    var line: String { message.onOneLine.replacing("allow overwriting", with: "allow overwriting (--overwrite)") }
}

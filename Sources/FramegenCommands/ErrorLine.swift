import FrameGeneration
import Framegen

extension FramegenError {
    /// The message on one line; what the libraries say would help has a flag here.
    var line: String {
        let line = message.onOneLine.replacing("allow overwriting", with: "allow overwriting (--overwrite)")
            .replacing("by its weights key", with: "by its weights key (--weights-key)")
        let given = GivenArguments(Array(CommandLine.arguments.dropFirst()), of: FramegenCommand.self)
        return line + (given?.hint(at: message) ?? "")
    }
}

import CBuildCommit
import FramegenCommands

@main
enum Program {
    static func main() async {
        await FramegenCommand.runAndExit(commit: String(cString: framegen_build_commit()))
    }
}

import FramegenCommands

@main
enum Program {
    static func main() async {
        await FramegenCommand.runAndExit()
    }
}

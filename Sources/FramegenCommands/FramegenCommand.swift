public import ArgumentParser

/// The `framegen` command.
public struct FramegenCommand: AsyncParsableCommand {
    /// Name, summary and subcommands.
    public static let configuration = CommandConfiguration(
        commandName: "framegen",
        abstract: "Turns speech into a talking face, one frame at a time.",
        discussion: """
            Results go to standard output, progress and errors to standard error. Exit codes: 0 done, 64 a wrong flag \
            or value, 65 bad input data, 66 input not found, 70 a fault of framegen, 73 output cannot be written, \
            130 interrupted.
            """,
        version: "0.1.0",
        subcommands: [GenerateCommand.self])

    /// A command without values, for the parser.
    public init() {}
}

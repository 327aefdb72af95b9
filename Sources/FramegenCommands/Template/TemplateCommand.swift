import ArgumentParser

/// `framegen template`: what is done with a template by itself.
struct TemplateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "template",
        abstract: "Makes a template ready to be passed on.",
        subcommands: [TemplateConvertCommand.self])
}

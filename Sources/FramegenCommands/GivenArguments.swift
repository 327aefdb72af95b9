import ArgumentParser
import FramegenTools

/// What the process was asked for, as it was typed: looked at only when something is wrong with it.
struct GivenArguments {
    /// The flags of the command that is meant.
    let knownFlags: Set<String>
    /// What stands behind the command's name.
    let rest: [String]

    /// Nil where no command of `root` is named.
    ///
    /// - Parameters:
    ///   - arguments: those of the process, without the program's name.
    ///   - root: the command with its subcommands.
    init?(_ arguments: [String], of root: any ParsableCommand.Type) {
        var command = root
        var rest = arguments[...]
        while let index = rest.firstIndex(where: { !$0.hasPrefix("-") }),
            let next = command.configuration.subcommands.first(where: {
                $0.configuration.commandName == rest[index]
            })
        {
            command = next
            rest = rest[(index + 1)...]
        }
        guard command != root else { return nil }
        let help = root.helpMessage(for: command, includeHidden: true, columns: 10_000)
        knownFlags = Set(help.matches(of: /--[a-z0-9]+(-[a-z0-9]+)*/).map { String($0.output.0) })
        self.rest = Array(rest.prefix { $0 != "--" })
    }

    /// The flags that `path` was given with.
    private func flags(of path: String) -> Set<String> {
        var flags: Set<String> = []
        for (index, argument) in rest.enumerated() where argument.hasPrefix("--") {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            let value = parts.count == 2 ? parts[1] : rest.dropFirst(index + 1).first
            if value == path { flags.insert(parts[0]) }
        }
        return flags
    }

    /// What a file that an error names was given as, and what it is: ` (--audio-encoder is the flag for it)`.
    ///
    /// - Parameter message: begins with the file's path, as such messages do.
    /// - Returns: nil where the file is what its flag wants, or nothing tells.
    func hint(at message: String) -> String? {
        let given = rest.flatMap { [$0] + $0.split(separator: "=", maxSplits: 1).dropFirst().map(String.init) }
        let path = given.filter { !$0.isEmpty && message.hasPrefix("\($0) ") }.max { $0.count < $1.count }
        // One of several that a file was given with may be right all the same.
        guard let path, let right = FileRole(of: path)?.flag, knownFlags.contains(right),
            !flags(of: path).intersection(Self.inputFlags).subtracting([right]).isEmpty,
            // It may well be an audio encoder, which is taken as a checkpoint only.
            right != "--model" || !flags(of: path).contains("--audio-encoder")
        else { return nil }
        return "; \(right) is the flag for it"
    }

    /// The flags of files that are told apart by their content.
    private static let inputFlags: Set<String> = [
        "--checkpoint", "--audio-encoder", "--model", "--template", "--audio", "--audio-features",
    ]
}

extension FileRole {
    /// The flag that takes such a file.
    fileprivate var flag: String {
        switch self {
        case .generator: "--checkpoint"
        case .audioEncoder: "--audio-encoder"
        case .model: "--model"
        case .template: "--template"
        case .sound: "--audio"
        case .features: "--audio-features"
        }
    }
}

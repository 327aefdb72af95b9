import ArgumentParser
import Foundation

/// A flag that the command does not have, which the parser does not name when something else is wrong too, such as the
/// flag that it was meant to be.
struct UnknownFlag {
    /// As it was given, without a value.
    let name: String
    /// The command's own flag that is nearest to it; nil where none is.
    let suggestion: String?

    /// The first of `arguments` that is one.
    ///
    /// - Parameters:
    ///   - arguments: those of the process, without the program's name.
    ///   - root: the command with its subcommands.
    init?(in arguments: [String], of root: any ParsableCommand.Type) {
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
        let known = Self.flags(in: root.helpMessage(for: command, includeHidden: true, columns: 10_000))
        let given = rest.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }
            .map { String($0.prefix { $0 != "=" }) }
        guard let unknown = given.first(where: { !known.contains($0) }) else { return nil }
        name = unknown
        suggestion = Self.nearest(to: unknown, of: known)
    }

    /// The flags that a help text names.
    private static func flags(in help: String) -> Set<String> {
        Set(help.matches(of: /--[a-z0-9]+(-[a-z0-9]+)*/).map { String($0.output.0) })
    }

    /// What begins with it, else what differs from it by a few letters.
    private static func nearest(to name: String, of known: Set<String>) -> String? {
        if name.count >= 4, let whole = known.filter({ $0.hasPrefix(name) }).min(by: { $0.count < $1.count }) {
            return whole
        }
        // A letter in another's place counts twice, as one that is gone and one that has come.
        let near = known.map { (flag: $0, count: $0.difference(from: name).count) }.min {
            ($0.count, $0.flag) < ($1.count, $1.flag)
        }
        return near.flatMap { $0.count <= max(2, name.count / 4) ? $0.flag : nil }
    }
}

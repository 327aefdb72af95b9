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

    /// What begins with it, else what differs by some letters.
    private static func nearest(to name: String, of known: Set<String>) -> String? {
        if name.count >= 4, let whole = known.filter({ $0.hasPrefix(name) }).min(by: { $0.count < $1.count }) {
            return whole
        }
        let near = known.map { (flag: $0, distance: distance($0, name)) }.min {
            ($0.distance, $0.flag) < ($1.distance, $1.flag)
        }
        return near.flatMap { $0.distance <= max(2, name.count / 4) ? $0.flag : nil }
    }

    /// Letters to be put in, left out, replaced, or changed with their neighbour, to make one text of another.
    private static func distance(_ first: String, _ second: String) -> Int {
        let (first, second) = (Array(first), Array(second))
        var rows = [Array(0...second.count)]
        for row in 1...max(first.count, 1) where row <= first.count {
            var next = [row]
            for column in 1...max(second.count, 1) where column <= second.count {
                let isSame = first[row - 1] == second[column - 1]
                var least = min(
                    rows[row - 1][column] + 1, next[column - 1] + 1, rows[row - 1][column - 1] + (isSame ? 0 : 1))
                let isSwapped =
                    row > 1 && column > 1 && first[row - 1] == second[column - 2]
                    && first[row - 2] == second[column - 1]
                if isSwapped { least = min(least, rows[row - 2][column - 2] + 1) }
                next.append(least)
            }
            rows.append(next)
        }
        return rows[first.count][second.count]
    }
}

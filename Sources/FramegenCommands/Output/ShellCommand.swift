/// The command that this process was started with, to be shown to people.
enum ShellCommand {
    /// The process's own, without the folder that the program is in.
    static var current: String { text(["framegen"] + CommandLine.arguments.dropFirst()) }

    /// Words as a shell takes them, quoted where they need it.
    static func text(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

    private static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_./,:=+@%".utf8.contains(byte)
            }
        }
        guard !isPlain || word.isEmpty else { return word }
        // A quote ends the quoted part, stands by itself, and begins the next one.
        return "'\(word.replacing("'", with: "'\\''"))'"
    }
}

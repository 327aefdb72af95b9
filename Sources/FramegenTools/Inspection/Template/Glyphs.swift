import FrameGeneration

extension PixelImage {
    /// Pixels that a dot of a letter is wide.
    private static let dot = 2
    /// Height of a line of text, with a dot of margin above and below.
    static let textHeight = (glyphHeight + 2) * dot

    /// The width of a line of text, with a dot of margin at either end.
    static func textWidth(_ text: String) -> Int { (text.count * (glyphWidth + 1) + 1) * dot }

    /// Writes capital letters, digits and spaces in white on black, with the top left corner at (`x`, `y`); other
    /// characters are left out as spaces are.
    mutating func write(_ text: String, x: Int, y: Int) {
        fill(PixelRect(x: x, y: y, width: Self.textWidth(text), height: Self.textHeight), .black)
        for (place, character) in text.enumerated() {
            for (row, bits) in (Self.glyphs[character] ?? []).enumerated() {
                for column in 0..<Self.glyphWidth where bits & (1 << (Self.glyphWidth - 1 - column)) != 0 {
                    fill(
                        PixelRect(
                            x: x + (place * (Self.glyphWidth + 1) + column + 1) * Self.dot,
                            y: y + (row + 1) * Self.dot, width: Self.dot, height: Self.dot),
                        .white)
                }
            }
        }
    }

    private static let glyphWidth = 5
    private static let glyphHeight = 7
    /// Letters five dots wide and seven high: a number a row, its bits the dots.
    private static let glyphs: [Character: [Int]] = [
        "A": [14, 17, 17, 31, 17, 17, 17], "B": [30, 17, 17, 30, 17, 17, 30], "C": [14, 17, 16, 16, 16, 17, 14],
        "D": [30, 17, 17, 17, 17, 17, 30], "E": [31, 16, 16, 30, 16, 16, 31], "F": [31, 16, 16, 30, 16, 16, 16],
        "G": [14, 17, 16, 23, 17, 17, 14], "H": [17, 17, 17, 31, 17, 17, 17], "I": [14, 4, 4, 4, 4, 4, 14],
        "J": [7, 2, 2, 2, 2, 18, 12], "K": [17, 18, 20, 24, 20, 18, 17], "L": [16, 16, 16, 16, 16, 16, 31],
        "M": [17, 27, 21, 21, 17, 17, 17], "N": [17, 25, 25, 21, 19, 19, 17], "O": [14, 17, 17, 17, 17, 17, 14],
        "P": [30, 17, 17, 30, 16, 16, 16], "Q": [14, 17, 17, 17, 21, 18, 13], "R": [30, 17, 17, 30, 20, 18, 17],
        "S": [15, 16, 16, 14, 1, 1, 30], "T": [31, 4, 4, 4, 4, 4, 4], "U": [17, 17, 17, 17, 17, 17, 14],
        "V": [17, 17, 17, 17, 17, 10, 4], "W": [17, 17, 17, 21, 21, 27, 17], "X": [17, 17, 10, 4, 10, 17, 17],
        "Y": [17, 17, 10, 4, 4, 4, 4], "Z": [31, 1, 2, 4, 8, 16, 31], "0": [14, 17, 19, 21, 25, 17, 14],
        "1": [4, 12, 4, 4, 4, 4, 14], "2": [14, 17, 1, 2, 4, 8, 31], "3": [14, 17, 1, 6, 1, 17, 14],
        "4": [2, 6, 10, 18, 31, 2, 2], "5": [31, 16, 30, 1, 1, 17, 14], "6": [14, 16, 16, 30, 17, 17, 14],
        "7": [31, 1, 2, 4, 4, 4, 4], "8": [14, 17, 17, 14, 17, 17, 14], "9": [14, 17, 17, 15, 1, 1, 14],
    ]
}

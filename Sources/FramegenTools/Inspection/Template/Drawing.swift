import FrameGeneration

/// A colour in the order of an image's bytes.
struct Colour {
    let blue: UInt8
    let green: UInt8
    let red: UInt8

    static let white = Colour(blue: 255, green: 255, red: 255)
    static let black = Colour(blue: 0, green: 0, red: 0)
    static let grey = Colour(blue: 96, green: 96, red: 96)
    static let greenBox = Colour(blue: 64, green: 220, red: 64)
    static let redBox = Colour(blue: 48, green: 48, red: 255)
    static let yellowMask = Colour(blue: 0, green: 215, red: 255)
    static let magentaDot = Colour(blue: 255, green: 0, red: 255)
}

extension Image {
    /// Fills what of `rect` is in the image.
    mutating func fill(_ rect: PixelRect, _ colour: Colour) {
        let columns = max(rect.x, 0)..<max(min(rect.x + rect.width, width), max(rect.x, 0))
        let rows = max(rect.y, 0)..<max(min(rect.y + rect.height, height), max(rect.y, 0))
        for y in rows {
            for x in columns {
                let index = (y * width + x) * Self.channels
                pixels[index] = colour.blue
                pixels[index + 1] = colour.green
                pixels[index + 2] = colour.red
            }
        }
    }

    /// Draws the outermost pixels of `rect`, as far as they are in the image.
    mutating func outline(_ rect: PixelRect, _ colour: Colour) {
        guard rect.width > 0, rect.height > 0 else { return }
        fill(PixelRect(x: rect.x, y: rect.y, width: rect.width, height: 1), colour)
        fill(PixelRect(x: rect.x, y: rect.y + rect.height - 1, width: rect.width, height: 1), colour)
        fill(PixelRect(x: rect.x, y: rect.y, width: 1, height: rect.height), colour)
        fill(PixelRect(x: rect.x + rect.width - 1, y: rect.y, width: 1, height: rect.height), colour)
    }

    /// Writes a whole number in white on black with its top left corner at (`x`, `y`), each dot of a digit two pixels
    /// wide.
    mutating func write(_ number: Int, x: Int, y: Int) {
        let digits = String(number).utf8.compactMap { Self.digits[Int($0) - Int(UInt8(ascii: "0"))] }
        let dot = 2
        fill(
            PixelRect(x: x, y: y, width: (digits.count * 4 + 1) * dot, height: 7 * dot), .black)
        for (place, rows) in digits.enumerated() {
            for (row, bits) in rows.enumerated() {
                for column in 0..<3 where bits & (4 >> column) != 0 {
                    fill(
                        PixelRect(
                            x: x + (place * 4 + column + 1) * dot, y: y + (row + 1) * dot, width: dot, height: dot),
                        .white)
                }
            }
        }
    }

    /// The ten digits, three dots wide and five high: a number a row, its bits the dots.
    private static let digits: [[Int]?] = [
        [7, 5, 5, 5, 7], [2, 6, 2, 2, 7], [7, 1, 7, 4, 7], [7, 1, 7, 1, 7], [5, 5, 7, 1, 1], [7, 4, 7, 1, 7],
        [7, 4, 7, 5, 7], [7, 1, 2, 2, 2], [7, 5, 7, 5, 7], [7, 5, 7, 1, 7],
    ]
}

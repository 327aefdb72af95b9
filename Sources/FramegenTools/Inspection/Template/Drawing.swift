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

extension PixelImage {
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

    /// Draws a landmark.
    mutating func dot(x: Int, y: Int, _ colour: Colour) {
        fill(PixelRect(x: x, y: y, width: 2, height: 2), colour)
    }
}

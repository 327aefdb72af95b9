import FrameGeneration

/// What is drawn in a contact sheet, each with its name, in as many lines as the sheet's width asks for.
struct ContactSheetLegend {
    /// What is drawn.
    private enum Sample {
        case dots(Colour)
        case outline(Colour)
        case area(Colour)
        case number(Int)
    }

    private static let entries: [(sample: Sample, text: String)] = [
        (.number(0), "FRAME"), (.dots(.magentaDot), "LANDMARKS"), (.outline(.greenBox), "FACE BOX"),
        (.outline(.redBox), "CLIPPED FACE BOX"), (.outline(.yellowMask), "MASK OF THE NETWORK"),
        (.area(.grey), "UNREADABLE IMAGE"),
    ]
    private static let sampleWidth = 24
    private static let gap = 8

    /// The legend on black.
    let image: PixelImage

    /// - Parameter width: of the sheet, in pixels; the legend is wider where its longest name needs that.
    init(width: Int) {
        let widths = Self.entries.map { Self.sampleWidth + Self.gap + PixelImage.textWidth($0.text) }
        let width = max(width, (widths.max() ?? 0) + 2 * Self.gap)
        let lineHeight = PixelImage.textHeight + Self.gap
        var places: [(x: Int, y: Int)] = []
        var (x, y) = (Self.gap, Self.gap)
        for entryWidth in widths {
            if x > Self.gap, x + entryWidth + Self.gap > width { (x, y) = (Self.gap, y + lineHeight) }
            places.append((x, y))
            x += entryWidth + 2 * Self.gap
        }
        var image = PixelImage(width: width, height: y + lineHeight)
        for (entry, place) in zip(Self.entries, places) {
            let rect = PixelRect(x: place.x, y: place.y, width: Self.sampleWidth, height: PixelImage.textHeight)
            Self.draw(entry.sample, in: rect, of: &image)
            image.write(entry.text, x: rect.x + rect.width + Self.gap, y: rect.y)
        }
        self.image = image
    }

    private static func draw(_ sample: Sample, in rect: PixelRect, of image: inout PixelImage) {
        switch sample {
        case .dots(let colour):
            for column in 0..<4 { image.dot(x: rect.x + 2 + 6 * column, y: rect.y + rect.height / 2 - 1, colour) }
        case .outline(let colour): image.outline(rect, colour)
        case .area(let colour): image.fill(rect, colour)
        case .number(let number):
            let text = String(number)
            // On grey, as it stands on a picture.
            image.fill(rect, .grey)
            image.write(text, x: rect.x + (rect.width - PixelImage.textWidth(text)) / 2, y: rect.y)
        }
    }
}

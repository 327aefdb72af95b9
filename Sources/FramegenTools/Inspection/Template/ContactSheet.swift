import FrameGeneration
import Media

/// Small pictures of frames spread over a template, with what is known of their faces drawn in.
///
/// Landmarks are magenta dots, the face box is green, or red where the image clips it, and the generator's mask
/// is yellow. A frame that cannot be decoded is grey. Each has its index in the top left corner. Below are the frames
/// in which something looks worst, each with what it is. A legend at the bottom says so.
package enum ContactSheet {
    private static let columnCount = 6
    private static let frameCount = 24
    /// The longer side of a small picture, in pixels.
    private static let longestSide = 280
    private static let gap = 4

    /// Draws the frames of `template`; reads their images anew.
    ///
    /// - Throws: `.cancelled` only.
    static func image(of template: TemplateInspection, mask recipe: FaceRecipe) throws(FramegenError) -> PixelImage {
        let indices = spread(count: template.frames.count)
        let cell = cellSize(for: template.imageSize ?? ImageSize(width: longestSide, height: longestSide))
        let columns = min(columnCount, indices.count)
        let faultRow = (indices.count + columnCount - 1) / columnCount
        let rows = faultRow + (template.faults.count + columns - 1) / columns
        let legend = ContactSheetLegend(width: columns * (cell.width + gap) + gap)
        let top = rows * (cell.height + gap) + gap
        var sheet = PixelImage(width: legend.image.width, height: top + legend.image.height)
        sheet.paste(legend.image, x: 0, y: top)
        for (place, index) in indices.enumerated() {
            try Task.checkNotCancelled()
            let picture = picture(of: template.frames[index], in: template, size: cell, mask: recipe)
            let (row, column) = place.quotientAndRemainder(dividingBy: columnCount)
            sheet.paste(picture, x: gap + column * (cell.width + gap), y: gap + row * (cell.height + gap))
        }
        for (place, fault) in template.faults.enumerated() {
            try Task.checkNotCancelled()
            var picture = picture(of: template.frames[fault.worstFrame], in: template, size: cell, mask: recipe)
            picture.write(fault.kind.rawValue.uppercased(), x: 0, y: PixelImage.textHeight)
            let (row, column) = place.quotientAndRemainder(dividingBy: columns)
            sheet.paste(
                picture, x: gap + column * (cell.width + gap), y: gap + (faultRow + row) * (cell.height + gap))
        }
        return sheet
    }

    /// At most `frameCount` of `0..<count`, evenly spread, the first and the last among them.
    package static func spread(count: Int) -> [Int] {
        guard count > frameCount else { return Array(0..<count) }
        return (0..<frameCount).map { ($0 * (count - 1) + (frameCount - 1) / 2) / (frameCount - 1) }
    }

    private static func cellSize(for size: ImageSize) -> ImageSize {
        let longest = max(size.width, size.height)
        guard longest > longestSide else { return size }
        return ImageSize(
            width: max(size.width * longestSide / longest, 1), height: max(size.height * longestSide / longest, 1))
    }

    private static func picture(
        of frame: TemplateInspection.Frame, in template: TemplateInspection, size: ImageSize, mask recipe: FaceRecipe
    ) -> PixelImage {
        // What is wrong with the files is among the inspection's problems already.
        let image = try? ImageFileDecoder().decodeImage(at: "\(template.path)/\(frame.image)")
        var picture = image?.resizedArea(to: size) ?? PixelImage(width: size.width, height: size.height)
        if image == nil { picture.fill(PixelRect(x: 0, y: 0, width: size.width, height: size.height), .grey) }
        if let source = image?.size, let box = frame.box, box.width > 0 {
            let scale = Scale(from: source, to: size)
            let visible = CropBox.visible(box, in: source)
            picture.outline(scale.rect(visible), frame.clippedAt.isEmpty ? .greenBox : .redBox)
            picture.outline(scale.rect(mask(of: recipe, in: visible)), .yellowMask)
        }
        if let source = image?.size, let file = frame.landmarks,
            let landmarks = try? Landmarks(path: "\(template.path)/\(file)")
        {
            let scale = Scale(from: source, to: size)
            for point in landmarks.points {
                let place = scale.rect(PixelRect(x: point.x, y: point.y, width: 0, height: 0))
                picture.dot(x: place.x, y: place.y, .magentaDot)
            }
        }
        picture.write(String(frame.index), x: 0, y: 0)
        return picture
    }

    /// Where the mask is in a face box, which is resized to the recipe's square whatever its shape.
    static func mask(of recipe: FaceRecipe, in box: PixelRect) -> PixelRect {
        let scale = Scale(
            from: ImageSize(width: recipe.cropSide, height: recipe.cropSide), to: box.size)
        var mask = recipe.mask
        mask.x += recipe.ring
        mask.y += recipe.ring
        var rect = scale.rect(mask)
        rect.x += box.x
        rect.y += box.y
        return rect
    }

    /// Brings places in one image to those in a smaller or larger one.
    private struct Scale {
        let from: ImageSize
        let to: ImageSize

        func rect(_ rect: PixelRect) -> PixelRect {
            let (left, top) = (x(rect.x), y(rect.y))
            return PixelRect(
                x: left, y: top, width: x(rect.x + rect.width) - left, height: y(rect.y + rect.height) - top)
        }

        private func x(_ value: Int) -> Int { Int((Double(value * to.width) / Double(from.width)).rounded()) }
        private func y(_ value: Int) -> Int { Int((Double(value * to.height) / Double(from.height)).rounded()) }
    }
}

import FrameGeneration
import Media

/// Where the face and the mouth are in each frame that was rendered from a template.
struct FacePlaces: Sendable {
    private let template: Template
    private let walk: PingPong

    /// Opens the template.
    ///
    /// - Throws: what `Template` throws; `.invalidRequest` when it has no frame `startFrame`.
    init(templatePath: String, startFrame: Int) throws(FramegenError) {
        template = try Template(path: templatePath, usesParsing: false, decoder: ImageFileDecoder())
        guard startFrame < template.frames.count else {
            throw FramegenError(
                .invalidRequest,
                "the start frame is \(startFrame), expected 0 to \(template.frames.count - 1) in \(templatePath)")
        }
        walk = PingPong(count: template.frames.count, start: startFrame)
    }

    /// The pasted face and the mouth in the frame at `index` of a video at one frame a feature row.
    ///
    /// - Parameters:
    ///   - index: from 0.
    ///   - size: of the frame.
    ///   - path: of the frames, for messages.
    /// - Returns: parts of the frame.
    /// - Throws: `.invalidData` when the frame has another size than the template, or the template's landmarks do not
    ///   place the mouth in it.
    func rects(
        inFrame index: Int, of size: ImageSize, _ path: String
    ) throws(FramegenError) -> (face: PixelRect, mouth: PixelRect) {
        guard size == template.imageSize else {
            throw FramegenError(
                .invalidData, "the frames of \(path) are \(size), expected \(template.imageSize) as \(template.path)")
        }
        let frame = template.frames[walk.index(at: index)]
        guard let rect = frame.mouthRect else {
            throw FramegenError(
                .invalidData,
                "the landmarks of \(frame.imagePath) place the mouth outside the image, expected it inside")
        }
        return (frame.cropRect, rect)
    }
}

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

    /// What both sides of a pair look like over the template's image.
    struct Look: Sendable {
        /// The worse of the two places where the border of a face may be: the edge of the face box, and where a seamless
        /// paste fades.
        let seams: ComparisonSummary.Sides<SeamMetrics>
        /// How sharp the face is against the template; nil where the template shows nothing there.
        let sharpness: ComparisonSummary.Sides<Double>?
        private let mouths: ComparisonSummary.Sides<MouthResidual>
        private let shifts: ComparisonSummary.Sides<FaceShift>?

        fileprivate init(_ pair: FramePair, over image: PixelImage, _ frame: Template.Frame, mouth: PixelRect) {
            let rect = frame.cropRect
            // The proportions are those of all recipes, within a pixel or two.
            let mask = PasteMask(frame.contour, at: rect, recipe: Generator.syncTalk328AVE.face, labels: nil)
            let borders = [SeamBorder.box(rect), .fading(mask, at: rect)]
            func seam(_ side: PixelImage) -> SeamMetrics {
                .worst(of: borders.map { SeamMetrics(side, over: image, along: $0) })
            }
            seams = .init(first: seam(pair.first), second: seam(pair.second))
            mouths = .init(
                first: MouthResidual(pair.first, over: image, at: mouth),
                second: MouthResidual(pair.second, over: image, at: mouth))
            func ratio(_ side: PixelImage) -> Double? {
                FaceSharpness.ratio(side, over: image, mask, at: rect, mouth: mouth)
            }
            func shift(_ side: PixelImage) -> FaceShift? { FaceShift(side, over: image, at: rect, frame.contour) }
            sharpness = ComparisonSummary.Sides(ratio(pair.first), ratio(pair.second))
            shifts = ComparisonSummary.Sides(shift(pair.first), shift(pair.second))
        }

        func mouthMotion(since last: Look) -> ComparisonSummary.Sides<Double> {
            .init(
                first: mouths.first.motion(since: last.mouths.first),
                second: mouths.second.motion(since: last.mouths.second))
        }

        /// Pixels by which the face stood beside its way in the frame before; nil where that cannot be seen.
        func jitter(since last: Look, _ first: Look) -> ComparisonSummary.Sides<Double>? {
            guard let start = first.shifts, let middle = last.shifts, let end = shifts else { return nil }
            return .init(
                first: FaceShift.jitter(start.first, middle.first, end.first),
                second: FaceShift.jitter(start.second, middle.second, end.second))
        }
    }

    /// Looks at a pair whose size is the template's.
    ///
    /// - Throws: what reading the template's image throws; `.invalidData` where the mouth is outside of it.
    func look(of pair: FramePair) throws(FramegenError) -> Look {
        let frame = template.frames[walk.index(at: pair.index)]
        let mouth = try rects(inFrame: pair.index, of: pair.first.size, template.path).mouth
        return Look(pair, over: try ImageFileDecoder().decodeImage(at: frame.imagePath), frame, mouth: mouth)
    }
}

extension ComparisonSummary.Sides {
    /// Both; nil where one is missing.
    fileprivate init?(_ first: Value?, _ second: Value?) {
        guard let first, let second else { return nil }
        self.init(first: first, second: second)
    }
}

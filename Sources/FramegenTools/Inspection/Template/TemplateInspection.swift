public import FrameGeneration
import Media

/// What a template holds, and how its face boxes move; also of one that `generate` refuses.
public struct TemplateInspection: Sendable, Encodable {
    /// The folder.
    public let path: String
    /// Images in `full_body_img`.
    public let imageCount: Int
    /// Files in `landmarks`.
    public let landmarkCount: Int
    /// Images in `parsing`; nil where there is no such folder.
    public let parsingCount: Int?
    /// The size of the first image that can be read.
    public let imageSize: ImageSize?
    /// In the order of the images' numbers.
    public let frames: [Frame]
    /// The frames of one walk forth and back, after which the template repeats.
    public let periodInFrames: Int
    /// That walk's length at 25 frames a second.
    public let periodInSeconds: Double
    /// Sides of the face boxes in pixels, before they are clipped to the image.
    public let boxSide: Spread?
    /// How unsteady the boxes are; nil for fewer than five frames in a row.
    public let jitter: BoxJitter?
    /// How unsteady they would be with smoothed landmarks; nil where some cannot be read too.
    public let steadyJitter: BoxJitter?
    /// Frames whose box reaches out of the image.
    public let clippedFrames: [Int]
    /// Frames of whose box under 8×8 pixels are in the image, which `generate` refuses.
    public let tooSmallFrames: [Int]
    /// For each square that a generator works on, the frames whose box is larger and that it blurs.
    public let blurredFrames: [Blur]
    /// What will look bad in every speech, why, and what to do.
    public let faults: [TemplateFault]
    /// What else is wrong, one sentence each.
    public let problems: [String]

    /// Frames whose face is larger than a generator's square.
    public struct Blur: Sendable, Hashable, Encodable {
        /// Side of the square that the face is resized to, in pixels.
        public let cropSide: Int
        /// The generators that work on such a square, without the kind of features.
        public let generators: [String]
        /// The frames, by their place in `frames`.
        public let frames: [Int]
    }

    /// An image of the template with what is known of its face.
    public struct Frame: Sendable, Hashable, Encodable {
        /// From 0, as `generate` counts.
        public let index: Int
        /// The file within the template's folder.
        public let image: String
        /// The landmark file within the template's folder; nil where there is none.
        public let landmarks: String?
        /// The face box as the landmarks say it; nil where they cannot be read.
        public let box: PixelRect?
        /// The edges of the image that the box is clipped at.
        public let clippedAt: [ImageEdge]
    }

    /// A side of an image.
    public enum ImageEdge: String, Sendable, Hashable, Encodable {
        case left, top, right, bottom
    }

    /// Reads every landmark file and decodes every image, on all processors; blocks.
    ///
    /// - Throws: `FramegenError` naming the folder when its images cannot be listed, or `.cancelled`.
    package init(path: String) throws(FramegenError) {
        var reader = try TemplateReader(path: path)
        try reader.readFrames()
        self.path = path
        imageCount = reader.images.numbers.count
        landmarkCount = reader.landmarks?.numbers.count ?? 0
        parsingCount = reader.parsing?.numbers.count
        imageSize = reader.imageSize
        frames = reader.frames
        problems = reader.problems
        // One image is its own period; of n, all but the first and the last come twice.
        periodInFrames = imageCount > 1 ? 2 * (imageCount - 1) : imageCount
        periodInSeconds = Double(periodInFrames) / 25
        let boxes = frames.map(\.box)
        boxSide = Spread(boxes.compactMap { $0.map { Double($0.width) } })
        jitter = BoxJitter(boxes)
        let known = reader.faces.compactMap { $0?.landmarks }
        steadyJitter =
            known.count == frames.count
            ? BoxJitter(SteadyLandmarks.points(known).map { CropBox.box(of: $0) }) : nil
        clippedFrames = frames.filter { !$0.clippedAt.isEmpty }.map(\.index)
        tooSmallFrames = reader.tooSmallFrames
        blurredFrames = Set(Generator.all.map(\.face.cropSide)).sorted(by: >).map { side in
            let names = Generator.all.filter { $0.face.cropSide == side }.map { generator in
                generator.name.split(separator: " ").dropLast().joined(separator: " ")
            }
            return Blur(
                cropSide: side, generators: Set(names).sorted(),
                frames: boxes.indices.filter { boxes[$0]?.width ?? 0 > side })
        }
        faults = TemplateFault.all(
            in: reader.faces, frames, jitter: jitter, steadyJitter: steadyJitter,
            cropSide: blurredFrames.first?.cropSide ?? 0)
    }
}

extension TemplateInspection {
    /// Small pictures of 24 frames, spread evenly over the template, and of those where faults are worst, with landmarks, face boxes, the mask of
    /// `generator` and the frames' indices drawn in.
    ///
    /// - Throws: `.cancelled` only; a frame that cannot be decoded is drawn grey.
    public func contactSheet(for generator: Generator = .syncTalk328AVE) async throws(FramegenError) -> PixelImage {
        try await runBlocking { () throws(FramegenError) in
            try ContactSheet.image(of: self, mask: generator.face)
        }
    }

    /// Writes the contact sheet as a PNG file, which appears under its name only when it is whole.
    ///
    /// - Parameters:
    ///   - path: the file, `.png`.
    ///   - overwrites: whether a file that is there already may be replaced.
    /// - Throws: `FramegenError` naming the file: `.invalidRequest` when it is no name for a PNG file, `.cannotWrite`; or
    ///   `.cancelled`.
    public func writeContactSheet(to path: String, overwrites: Bool = false) async throws(FramegenError) {
        try await runBlocking { () throws(FramegenError) in
            try OutputFile.checkApart(path, from: [], andFilesIn: Template.folders.map { "\(self.path)/\($0)" })
            try OutputFile.check(path, contents: "a contact sheet", extensions: ["png"], overwrites: overwrites)
            let sheet = try ContactSheet.image(of: self, mask: Generator.syncTalk328AVE.face)
            try AtomicFile.write(try PNGEncoder().encode(sheet), to: path)
        }
    }
}

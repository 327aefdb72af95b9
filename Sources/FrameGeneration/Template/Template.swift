/// A person to be animated: images, and for each the place of the face (Documentation/model-family/frames.md,
/// "Template on disk").
///
/// Opening reads every landmark file, and every image's header and end; pixels are read frame by frame when they are needed.
public struct Template: Sendable {
    /// One image of the template with what belongs to it.
    public struct Frame: Sendable {
        /// The image file.
        public let imagePath: String
        /// The file that says where the torso and the background are, when the template was opened with parsing.
        public let parsingPath: String?
        /// The part of the image that goes through the network, already clipped to the image.
        public internal(set) var cropRect: PixelRect
        /// The same between pixels; nil where it is `cropRect`.
        package internal(set) var box: FaceBox?
        /// The mouth and a little around it, at least 7×7 in an image that is no smaller; nil when it is not in the
        /// image.
        public let mouthRect: PixelRect?
        /// Where the face ends.
        package internal(set) var contour: FaceContour
    }

    /// The folders within it that are read.
    package static let folders = ["full_body_img", "landmarks", "parsing"]

    /// The folder.
    public let path: String
    /// In the order of their numbers; at least one.
    public let frames: [Frame]
    /// The size all images share.
    public let imageSize: ImageSize

    /// Checks that a folder is a template's, and neither the one above it nor one within.
    private static func checkPlace(_ path: String) throws(FramegenError) {
        let (images, landmarks) = (folders[0], folders[1])
        guard try !Folder.names(at: path).contains(images) else { return }
        throw FramegenError(
            .notFound,
            "\(path) has no folder \(images), expected a template, with \(images) and \(landmarks)\(hint(at: path))")
    }

    /// Where the template is that was meant by a folder that is none, as the end of a sentence; empty where that is not
    /// known.
    package static func hint(at path: String) -> String {
        let names = (try? Folder.names(at: path).sorted()) ?? []
        let within = names.first { (try? Folder.names(at: "\(path)/\($0)"))?.contains(folders[0]) == true }
        if let within { return "; \(path)/\(within) is a template" }
        let isBelow = path.split(separator: "/").last.map { folders.contains(String($0)) } ?? false
        return isBelow ? "; the folder above it may be a template" : ""
    }

    /// Opens and checks the template in a folder.
    ///
    /// - Parameters:
    ///   - path: the folder that holds `full_body_img` and `landmarks`.
    ///   - usesParsing: whether the `parsing` folder is wanted.
    ///   - isSteady: whether landmarks are smoothed over the images, which takes the trembling of a face box away. Mouth
    ///     rectangles stay where the files say.
    ///   - decoder: reads the images' sizes.
    /// - Throws: `FramegenError` naming the file and line at fault: `.notFound` for what is missing or unreadable,
    ///   `.invalidData` for what is not as it must be.
    public init(
        path: String, usesParsing: Bool, isSteady: Bool = false, decoder: any ImageDecoding
    ) throws(FramegenError) {
        try Self.checkPlace(path)
        let images = try NumberedFiles(folder: "\(path)/full_body_img", extensions: ["jpg", "jpeg", "png"])
        try images.checkUnbroken()
        let landmarkFiles = try NumberedFiles(folder: "\(path)/landmarks", extensions: ["lms"])
        let parsing = usesParsing ? try NumberedFiles(folder: "\(path)/parsing", extensions: ["png"]) : nil

        var frames: [Frame] = []
        var allLandmarks: [Landmarks] = []
        var imageSize: ImageSize?
        for number in images.numbers {
            try Task.checkNotCancelled()
            let imagePath = try images.path(number)
            let size = try decoder.size(ofImageAt: imagePath)
            let expected = imageSize ?? size
            guard size == expected else {
                throw FramegenError(
                    .invalidData, "\(imagePath) is \(size), expected \(expected) as in \(try images.path(images.first))"
                )
            }
            imageSize = size

            let landmarkPath = try landmarkFiles.path(number, startingWith: images)
            let landmarks = try Landmarks(path: landmarkPath)
            let cropRect = try CropBox.rect(of: landmarks, in: size, path: landmarkPath)
            let parsingPath = try parsing?.path(number, startingWith: images)
            if let parsingPath {
                let parsingSize = try decoder.size(ofImageAt: parsingPath)
                guard parsingSize == size else {
                    throw FramegenError(
                        .invalidData, "\(parsingPath) is \(parsingSize), expected \(size) as \(imagePath) is")
                }
            }
            if isSteady { allLandmarks.append(landmarks) }
            frames.append(
                Frame(
                    imagePath: imagePath, parsingPath: parsingPath, cropRect: cropRect, box: nil,
                    mouthRect: MouthBox.rect(of: landmarks, in: size), contour: FaceContour(landmarks)))
        }
        guard let imageSize else {
            throw FramegenError(
                .invalidData, "\(images.folder) holds no numbered images, expected 0.jpg, 1.jpg and so on")
        }
        for (index, points) in SteadyLandmarks.points(allLandmarks).enumerated() {
            // Means of boxes that are large enough in the image are so too.
            let box = CropBox.box(of: points).clipped(to: imageSize)
            frames[index].cropRect = box.pixels
            frames[index].box = box
            frames[index].contour = FaceContour(points)
        }
        self.path = path
        self.frames = frames
        self.imageSize = imageSize
    }
}

extension Task where Success == Never, Failure == Never {
    /// Throws `FramegenError` with `.cancelled` once the surrounding task is cancelled.
    package static func checkNotCancelled() throws(FramegenError) {
        guard !Task.isCancelled else { throw FramegenError(.cancelled, "cancelled") }
    }
}

import FrameGeneration
import Media

/// Goes through a template's files and notes what is wrong, where `Template` stops at the first fault.
struct TemplateReader {
    let images: NumberedFiles
    private(set) var landmarks: NumberedFiles?
    private(set) var parsing: NumberedFiles?
    private(set) var imageSize: ImageSize?
    private(set) var frames: [TemplateInspection.Frame] = []
    private(set) var tooSmallFrames: [Int] = []
    private(set) var problems: [String] = []

    private let path: String
    private let decoder = ImageFileDecoder()

    /// Lists the folder's files.
    ///
    /// - Throws: `FramegenError` when there are no images to be listed.
    init(path: String) throws(FramegenError) {
        self.path = path
        images = try NumberedFiles(folder: "\(path)/full_body_img", extensions: ["jpg", "jpeg", "png"])
        guard !images.numbers.isEmpty else {
            throw FramegenError(
                .invalidData, "\(images.folder) holds no numbered images, expected 0.jpg, 1.jpg and so on")
        }
        landmarks = noting { () throws(FramegenError) in
            try NumberedFiles(folder: "\(path)/landmarks", extensions: ["lms"])
        }
        if try Folder.names(at: path).contains("parsing") {
            parsing = noting { () throws(FramegenError) in
                try NumberedFiles(folder: "\(path)/parsing", extensions: ["png"])
            }
        }
        let images = self.images
        noting { () throws(FramegenError) in try images.checkUnbroken() }
    }

    /// - Throws: `.cancelled` only.
    mutating func readFrames() throws(FramegenError) {
        for (index, number) in images.numbers.enumerated() {
            try Task.checkNotCancelled()
            readFrame(index, number)
        }
    }

    private mutating func readFrame(_ index: Int, _ number: Int) {
        let (images, landmarks, parsing, decoder) = (images, landmarks, parsing, decoder)
        guard let imagePath = noting({ () throws(FramegenError) in try images.path(number) }) else { return }
        let size = noting { () throws(FramegenError) in try decoder.size(ofImageAt: imagePath) }
        if let size {
            let expected = imageSize ?? size
            imageSize = expected
            if size != expected { problems.append("\(imagePath) is \(size), expected \(expected) as the others are") }
        }
        if let parsing { checkParsing(parsing, number, size) }
        let landmarkPath = landmarks.flatMap { landmarks in
            noting { () throws(FramegenError) in try landmarks.path(number, startingWith: images) }
        }
        let box = landmarkPath.flatMap { path in
            noting { () throws(FramegenError) in CropBox.box(of: try Landmarks(path: path)) }
        }
        frames.append(
            TemplateInspection.Frame(
                index: index, image: relative(imagePath), landmarks: landmarkPath.map(relative), box: box,
                clippedAt: box.flatMap { box in size.map { edges(of: box, outside: $0) } } ?? []))
        if let box, let size, let landmarkPath { checkSize(of: box, in: size, index, landmarkPath) }
    }

    private mutating func checkSize(of box: PixelRect, in size: ImageSize, _ index: Int, _ landmarkPath: String) {
        guard box.width > 0 else {
            problems.append("\(landmarkPath) has the jaw's right end left of its left end, or both at one place")
            return
        }
        let visible = CropBox.visible(box, in: size)
        if min(visible.width, visible.height) < CropBox.smallestSide { tooSmallFrames.append(index) }
    }

    private mutating func checkParsing(_ parsing: NumberedFiles, _ number: Int, _ size: ImageSize?) {
        let (images, decoder) = (images, decoder)
        let found = noting { () throws(FramegenError) in
            let path = try parsing.path(number, startingWith: images)
            return (path, try decoder.size(ofImageAt: path))
        }
        guard let (path, parsingSize) = found, let size, parsingSize != size else { return }
        problems.append("\(path) is \(parsingSize), expected \(size) as its image is")
    }

    private func edges(of box: PixelRect, outside size: ImageSize) -> [TemplateInspection.ImageEdge] {
        let outside: [(TemplateInspection.ImageEdge, Bool)] = [
            (.left, box.x < 0), (.top, box.y < 0), (.right, box.x + box.width > size.width),
            (.bottom, box.y + box.height > size.height),
        ]
        return outside.filter(\.1).map(\.0)
    }

    private func relative(_ file: String) -> String { String(file.dropFirst(path.count + 1)) }

    /// The result of `work`, or nil and its error among the problems.
    @discardableResult
    private mutating func noting<Value>(_ work: () throws(FramegenError) -> Value) -> Value? {
        do throws(FramegenError) {
            return try work()
        } catch {
            problems.append(error.message)
            return nil
        }
    }
}

import Dispatch
import FrameGeneration
import Media
import Synchronization

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
    /// Of every image that is there; damage shows only when all of it is decoded.
    private var decodedSizes: [String: Result<ImageSize, FramegenError>] = [:]

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
        let paths = images.numbers.flatMap { number in [images, parsing].compactMap { try? $0?.path(number) } }
        decodedSizes = try Self.decode(paths)
        for (index, number) in images.numbers.enumerated() {
            try Task.checkNotCancelled()
            readFrame(index, number)
        }
    }

    private mutating func readFrame(_ index: Int, _ number: Int) {
        let (images, landmarks, parsing, decodedSizes) = (images, landmarks, parsing, decodedSizes)
        guard let imagePath = noting({ () throws(FramegenError) in try images.path(number) }) else { return }
        let size = noting { () throws(FramegenError) in try decodedSizes[imagePath]?.get() } ?? nil
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
        let (images, decodedSizes) = (images, decodedSizes)
        let found = noting { () throws(FramegenError) in
            let path = try parsing.path(number, startingWith: images)
            return (path, try decodedSizes[path]?.get())
        }
        guard let (path, found) = found, let parsingSize = found, let size, parsingSize != size else { return }
        problems.append("\(path) is \(parsingSize), expected \(size) as its image is")
    }

    /// The sizes of all images, decoded on all processors.
    ///
    /// - Throws: `.cancelled` only.
    private static func decode(
        _ paths: [String]
    ) throws(FramegenError) -> [String: Result<ImageSize, FramegenError>] {
        let sizes = Mutex<[String: Result<ImageSize, FramegenError>]>([:])
        // So many between two looks at whether that is still wanted.
        let roundSize = 64
        for start in stride(from: 0, to: paths.count, by: roundSize) {
            try Task.checkNotCancelled()
            DispatchQueue.concurrentPerform(iterations: min(roundSize, paths.count - start)) { index in
                let path = paths[start + index]
                let size: Result<ImageSize, FramegenError>
                do throws(FramegenError) {
                    size = .success(try ImageFileDecoder().decodeImage(at: path).size)
                } catch {
                    size = .failure(error)
                }
                sizes.withLock { $0[path] = size }
            }
        }
        return sizes.withLock { $0 }
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

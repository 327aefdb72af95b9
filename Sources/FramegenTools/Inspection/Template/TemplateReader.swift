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
    /// What each of `frames` shows of the face; nil where that cannot be read.
    private(set) var faces: [FaceLook?] = []

    private let path: String
    /// Of every image that is there; damage shows only when all of it is decoded.
    private var decoded: [String: Result<Decoded, FramegenError>] = [:]

    /// What is kept of an image.
    private struct Decoded: Sendable {
        let size: ImageSize
        let face: FaceLook?
    }

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
        let pairs = images.numbers.compactMap { number -> (String, Landmarks)? in
            // What is wrong with them is noted frame by frame.
            guard let image = try? images.path(number), let file = try? landmarks?.path(number, startingWith: images),
                let landmarks = try? Landmarks(path: file)
            else { return nil }
            return (image, landmarks)
        }
        decoded = try Self.decode(paths, Dictionary(pairs) { first, _ in first })
        for (index, number) in images.numbers.enumerated() {
            try Task.checkNotCancelled()
            readFrame(index, number)
        }
    }

    private mutating func readFrame(_ index: Int, _ number: Int) {
        let (images, landmarks, parsing, decoded) = (images, landmarks, parsing, decoded)
        guard let imagePath = noting({ () throws(FramegenError) in try images.path(number) }) else { return }
        let found = noting { () throws(FramegenError) in try decoded[imagePath]?.get() } ?? nil
        let size = found?.size
        faces.append(found?.face)
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
        let (images, decoded) = (images, decoded)
        let found = noting { () throws(FramegenError) in
            let path = try parsing.path(number, startingWith: images)
            return (path, try decoded[path]?.get().size)
        }
        guard let (path, found) = found, let parsingSize = found, let size, parsingSize != size else { return }
        problems.append("\(path) is \(parsingSize), expected \(size) as its image is")
    }

    /// The sizes of all images, decoded on all processors, and the faces in those that have landmarks.
    ///
    /// - Throws: `.cancelled` only.
    private static func decode(
        _ paths: [String], _ landmarks: [String: Landmarks]
    ) throws(FramegenError) -> [String: Result<Decoded, FramegenError>] {
        let results = Mutex<[String: Result<Decoded, FramegenError>]>([:])
        // So many between two looks at whether that is still wanted.
        let roundSize = 64
        for start in stride(from: 0, to: paths.count, by: roundSize) {
            try Task.checkNotCancelled()
            DispatchQueue.concurrentPerform(iterations: min(roundSize, paths.count - start)) { index in
                let path = paths[start + index]
                let result: Result<Decoded, FramegenError>
                do throws(FramegenError) {
                    let image = try ImageFileDecoder().decodeImage(at: path)
                    result = .success(
                        Decoded(size: image.size, face: landmarks[path].map { FaceLook($0, in: image) }))
                } catch {
                    result = .failure(error)
                }
                results.withLock { $0[path] = result }
            }
        }
        return results.withLock { $0 }
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

import Dispatch
import FrameGeneration
import Media
import Synchronization

/// A template's files, to be written anew in another folder.
struct TemplateFiles {
    let images: NumberedFiles
    let landmarks: NumberedFiles
    /// Nil where there is no such folder.
    let parsing: NumberedFiles?
    let imageSize: ImageSize

    /// An image to decode, and the name of its PNG file within the new folder.
    private struct Source {
        let path: String
        let name: String
    }

    private static let (imageFolder, landmarkFolder, parsingFolder) =
        (Template.folders[0], Template.folders[1], Template.folders[2])
    /// So many images between two reports, and two looks at whether the work is still wanted.
    private static let roundSize = 16
    private static let mostNamedImages = 10

    /// Finds the files, and checks what can be checked without decoding.
    ///
    /// - Throws: as opening the template for rendering does.
    init(_ path: String) throws(FramegenError) {
        let path = Folder.withoutSlash(path)
        imageSize = try Template(path: path, usesParsing: false, decoder: ImageFileDecoder()).imageSize
        images = try NumberedFiles(folder: "\(path)/\(Self.imageFolder)", extensions: ["jpg", "jpeg", "png"])
        landmarks = try NumberedFiles(folder: "\(path)/\(Self.landmarkFolder)", extensions: ["lms"])
        parsing =
            try Folder.names(at: path).contains(Self.parsingFolder)
            ? try NumberedFiles(folder: "\(path)/\(Self.parsingFolder)", extensions: ["png"]) : nil
    }

    /// Fills the empty folder at `destination`.
    ///
    /// - Returns: bytes of all files.
    /// - Throws: `FramegenError` naming the images that cannot be decoded, or the file that cannot be written.
    func write(
        to destination: String, _ report: (TemplateConversionEvent) -> Void
    ) throws(FramegenError) -> Int {
        var sources = try Self.sources(images, Self.imageFolder)
        if let parsing { sources += try Self.sources(parsing, Self.parsingFolder) }
        for folder in [Self.imageFolder, Self.landmarkFolder] + (parsing == nil ? [] : [Self.parsingFolder]) {
            try Folder.make("\(destination)/\(folder)")
        }
        report(.started(imageCount: sources.count))
        var byteCount = try copyLandmarks(to: destination)
        var faults: [FramegenError] = []
        for start in stride(from: 0, to: sources.count, by: Self.roundSize) {
            try Task.checkNotCancelled()
            let round = Array(sources[start..<min(start + Self.roundSize, sources.count)])
            for result in Self.convert(round, to: destination) {
                switch result {
                case .success(let count): byteCount += count
                case .failure(let error) where error.code == .cannotWrite: throw error
                case .failure(let error): faults.append(error)
                }
            }
            if faults.isEmpty { report(.imagesFinished(count: start + round.count)) }
        }
        guard let first = faults.first else { return byteCount }
        guard faults.count > 1 else { throw first }
        let named = faults.prefix(Self.mostNamedImages).map(\.message).joined(separator: "; ")
        let unnamed = faults.count - Self.mostNamedImages
        throw FramegenError(first.code, named + (unnamed > 0 ? "; and \(unnamed) images more" : ""), cause: first)
    }

    private func copyLandmarks(to destination: String) throws(FramegenError) -> Int {
        var byteCount = 0
        for number in landmarks.numbers {
            try Task.checkNotCancelled()
            let bytes = try RegularFile.bytes(at: try landmarks.path(number), limitInBytes: 1 << 20)
            let name = try landmarks.name(number)
            try AtomicFile.write(bytes, to: "\(destination)/\(Self.landmarkFolder)/\(name)")
            byteCount += bytes.count
        }
        return byteCount
    }

    private static func sources(_ files: NumberedFiles, _ folder: String) throws(FramegenError) -> [Source] {
        var sources: [Source] = []
        for number in files.numbers {
            // All digits, as they are: 00002 stays 00002.
            let stem = try files.name(number).prefix { $0 != "." }
            let name = "\(folder)/\(stem).\(PNGEncoder().fileExtension)"
            sources.append(Source(path: try files.path(number), name: name))
        }
        return sources
    }

    /// Sizes of the files, or why there are none, in order; on all processors.
    private static func convert(_ sources: [Source], to folder: String) -> [Result<Int, FramegenError>] {
        let results = Mutex([Result<Int, FramegenError>?](repeating: nil, count: sources.count))
        DispatchQueue.concurrentPerform(iterations: sources.count) { index in
            let result: Result<Int, FramegenError>
            do throws(FramegenError) {
                let image = try ImageFileDecoder().decodeImage(at: sources[index].path)
                let bytes = try PNGEncoder().encode(image)
                try AtomicFile.write(bytes, to: "\(folder)/\(sources[index].name)")
                result = .success(bytes.count)
            } catch {
                result = .failure(error)
            }
            results.withLock { $0[index] = result }
        }
        return results.withLock { $0.compactMap { $0 } }
    }
}

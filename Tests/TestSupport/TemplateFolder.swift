import Foundation
package import FrameGeneration

/// A template in a temporary folder whose "images" are text files such as `64x48`, to be read by `TextImageDecoder`.
package struct TemplateFolder: Sendable {
    package let folder: TemporaryFolder
    package var path: String { folder.path }

    /// - Parameters:
    ///   - images: the numbers of the images, each 64×48.
    ///   - landmarks: the numbers of the landmark files; each face box is columns 8..<40, rows 4..<36.
    ///   - parsing: the numbers of the parsing images.
    /// - Throws: when the folder cannot be written.
    package init(images: [Int], landmarks: [Int], parsing: [Int] = []) throws {
        folder = try TemporaryFolder()
        for name in ["full_body_img", "landmarks", "parsing"] {
            try FileManager.default.createDirectory(
                atPath: folder.file(name), withIntermediateDirectories: true)
        }
        for number in images { try folder.write(Array("64x48 \(number)".utf8), to: "full_body_img/\(number).jpg") }
        for number in parsing { try folder.write(Array("64x48 \(number)".utf8), to: "parsing/\(number).png") }
        for number in landmarks { try writeLandmarks(number) }
    }

    /// Writes a landmark file with the face box given by its left, right and top.
    package func writeLandmarks(_ number: Int, left: Int = 8, right: Int = 40, top: Int = 4) throws {
        var lines = [String](repeating: "20 20", count: 110)
        lines[1] = "\(left) 20"
        lines[31] = "\(right) 20"
        lines[52] = "20 \(top)"
        try folder.write(Array(lines.joined(separator: "\n").utf8), to: "landmarks/\(number).lms")
    }

    package func open(usesParsing: Bool = false) throws(FramegenError) -> Template {
        try Template(path: path, usesParsing: usesParsing, decoder: TextImageDecoder())
    }
}

/// Reads `64x48 7` as a 64×48 image of which every byte is 7.
package struct TextImageDecoder: ImageDecoding {
    package init() {}

    package func size(ofImageAt path: String) throws(FramegenError) -> ImageSize { try decodeImage(at: path).size }

    package func decodeImage(at path: String) throws(FramegenError) -> PixelImage {
        let text = String(decoding: try RegularFile.bytes(at: path, limitInBytes: 100), as: UTF8.self)
        let numbers = text.split { $0 == "x" || $0 == " " }.compactMap { Int($0) }
        guard numbers.count == 3 else { throw FramegenError(.invalidData, "\(path) is not an image") }
        let count = numbers[0] * numbers[1] * PixelImage.channels
        return PixelImage(
            width: numbers[0], height: numbers[1],
            pixels: [UInt8](repeating: UInt8(truncatingIfNeeded: numbers[2]), count: count))
    }
}

import Foundation
package import FrameGeneration
import Media

/// A template of small real images in a temporary folder, each of one grey.
package struct ImageTemplate: Sendable {
    package let folder: TemporaryFolder
    package var path: String { folder.path }

    /// - Parameters:
    ///   - boxes: the face box of each image: left, right and top; the other landmarks are at its middle.
    ///   - size: of every image.
    ///   - hasParsing: whether there are parsing images.
    /// - Throws: when the folder cannot be written.
    package init(
        boxes: [(left: Int, right: Int, top: Int)], size: ImageSize = ImageSize(width: 64, height: 48),
        hasParsing: Bool = false
    ) throws {
        folder = try TemporaryFolder()
        for name in ["full_body_img", "landmarks"] + (hasParsing ? ["parsing"] : []) {
            try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
        }
        for (index, box) in boxes.enumerated() {
            try writeImage(size, to: "full_body_img/\(index).png")
            if hasParsing { try writeImage(size, to: "parsing/\(index).png") }
            var lines = [String](repeating: "\((box.left + box.right) / 2) \(box.top + 10)", count: 110)
            lines[1] = "\(box.left) \(box.top + 10)"
            lines[31] = "\(box.right) \(box.top + 10)"
            lines[52] = "\((box.left + box.right) / 2) \(box.top)"
            try folder.write(Array(lines.joined(separator: "\n").utf8), to: "landmarks/\(index).lms")
        }
    }

    package func writeImage(_ size: ImageSize, to name: String) throws {
        let image = Image(
            width: size.width, height: size.height, pixels: [UInt8](repeating: 100, count: size.width * size.height * 3)
        )
        try folder.write(try PNGEncoder().encode(image), to: name)
    }
}

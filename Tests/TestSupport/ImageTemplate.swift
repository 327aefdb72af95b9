import Foundation
package import FrameGeneration
import Media

/// A template of small real images, each of one grey, in a folder that the test keeps.
package struct ImageTemplate: Sendable {
    package let path: String
    private let folder: TemporaryFolder
    private static let name = "template"

    /// - Parameters:
    ///   - boxes: the face box of each image: left, right and top; the other landmarks are at its middle.
    ///   - size: of every image.
    ///   - hasParsing: whether there are parsing images.
    ///   - folder: where it is made; one template a folder.
    /// - Throws: when the folder cannot be written.
    package init(
        boxes: [(left: Int, right: Int, top: Int)], size: ImageSize = ImageSize(width: 64, height: 48),
        hasParsing: Bool = false, in folder: TemporaryFolder
    ) throws {
        self.folder = folder
        path = folder.file(Self.name)
        for name in ["full_body_img", "landmarks"] + (hasParsing ? ["parsing"] : []) {
            try FileManager.default.createDirectory(atPath: file(name), withIntermediateDirectories: true)
        }
        for (index, box) in boxes.enumerated() {
            try writeImage(size, to: "full_body_img/\(index).png")
            if hasParsing { try writeImage(size, to: "parsing/\(index).png") }
            var lines = [String](repeating: "\((box.left + box.right) / 2) \(box.top + 10)", count: 110)
            lines[1] = "\(box.left) \(box.top + 10)"
            lines[31] = "\(box.right) \(box.top + 10)"
            lines[52] = "\((box.left + box.right) / 2) \(box.top)"
            try write(Array(lines.joined(separator: "\n").utf8), to: "landmarks/\(index).lms")
        }
    }

    /// The path of a file of the template.
    package func file(_ name: String) -> String { "\(path)/\(name)" }

    package func write(_ bytes: [UInt8], to name: String) throws {
        try folder.write(bytes, to: "\(Self.name)/\(name)")
    }

    package func writeImage(_ size: ImageSize, to name: String) throws {
        let pixels = [UInt8](repeating: 100, count: size.width * size.height * 3)
        try write(try PNGEncoder().encode(PixelImage(width: size.width, height: size.height, pixels: pixels)), to: name)
    }
}

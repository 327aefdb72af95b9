import Foundation
import FramegenTools
import TestSupport

/// Frames, videos and tensors to be compared, in a temporary folder.
struct ComparisonFiles {
    static let size = ImageSize(width: 48, height: 40)
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(named: "compare 比較") }

    /// A grey picture with edges and slopes; `index` moves it and `offset` brightens all of it.
    static func picture(_ index: Int, offset: Int = 0, size: ImageSize = size) -> PixelImage {
        var image = PixelImage(width: size.width, height: size.height)
        for y in 0..<size.height {
            for x in 0..<size.width {
                for channel in 0..<3 {
                    let value = 40 + (x * 3 + y * 2 + index * 5) % 120 + ((x / 8 + y / 8) % 2) * 40
                    image.pixels[y * image.bytesPerRow + x * 3 + channel] = UInt8(value + offset)
                }
            }
        }
        return image
    }

    /// Writes pictures as PNG files into a folder and returns its path.
    func frames(_ name: String, _ pictures: [(name: String, image: PixelImage)]) throws -> String {
        try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
        for picture in pictures { try folder.write(PNGEncoder().encode(picture.image), to: "\(name)/\(picture.name)") }
        return folder.file(name)
    }

    /// Frames of the given numbers, named as `generate` names them.
    func frames(_ name: String, numbers: some Sequence<Int>, offsets: [Int: Int] = [:]) throws -> String {
        try frames(
            name,
            numbers.map { number in
                (String(format: "frame_%05d.png", number), Self.picture(number, offset: offsets[number] ?? 0))
            })
    }

    /// A video as close to the pictures as H.264 comes.
    func video(_ name: String, count: Int) async throws -> String {
        let rate = FrameRate("25").map { VideoSettings(frameRate: $0, crf: 1, preset: .veryfast) }
        guard let settings = rate else { throw CocoaError(.featureUnsupported) }
        let sink = try VideoFileSink(path: folder.file(name), frameSize: Self.size, settings: settings)
        for index in 0..<count {
            try await sink.write(Frame(index: index, templateIndex: 0, image: Self.picture(index)))
        }
        try await sink.finish()
        return folder.file(name)
    }

    /// A `.npy` file of float32 values.
    func tensor(_ name: String, _ shape: [Int], _ values: [Float]) throws -> String {
        let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(sizes)), }"
        header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
        var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
        for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
        return try folder.write(bytes, to: name)
    }

    /// A template of the pictures' size whose image i has its mouth's points around (10 + 5·i, 30).
    func template(count: Int) throws -> String {
        for name in ["full_body_img", "landmarks"] {
            try FileManager.default.createDirectory(
                atPath: folder.file("template/\(name)"), withIntermediateDirectories: true)
        }
        for index in 0..<count {
            try folder.write(PNGEncoder().encode(Self.picture(index)), to: "template/full_body_img/\(index).png")
            var points = [String](repeating: "20 10", count: 110)
            (points[1], points[31], points[52]) = ("4 10", "34 10", "20 4")
            for point in 90..<110 { points[point] = "\(10 + 5 * index + (point % 2 == 0 ? -1 : 1)) 30" }
            try folder.write(Array(points.joined(separator: "\n").utf8), to: "template/landmarks/\(index).lms")
        }
        return folder.file("template")
    }
}

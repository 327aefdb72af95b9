import Foundation
import FrameGeneration
import TestSupport
import Testing

/// One line of the table that `make_checksums.py` wrote.
struct ResizeCase: Sendable, CustomTestStringConvertible {
    let source: ImageSize
    let target: ImageSize
    let bicubic: UInt32
    let bilinear: UInt32
    let area: UInt32

    var testDescription: String { "\(source) to \(target)" }

    static let all: [ResizeCase] = {
        let path = Fixtures.path("resampling/checksums.tsv")
        let text = (try? String(contentsOf: URL(filePath: path), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
            let fields = line.split(separator: "\t")
            let sides = fields.prefix(4).compactMap { Int($0) }
            let sums = fields.dropFirst(4).compactMap { UInt32($0, radix: 16) }
            guard sides.count == 4, sums.count == 3 else { return nil }
            return ResizeCase(
                source: ImageSize(width: sides[0], height: sides[1]),
                target: ImageSize(width: sides[2], height: sides[3]),
                bicubic: sums[0], bilinear: sums[1], area: sums[2])
        }
    }()
}

@Suite("Resizing gives OpenCV's bytes")
struct ResamplingTests {
    @Test("the table of sizes is all there")
    func count() { #expect(ResizeCase.all.count == 55) }

    @Test("at every size of the table", arguments: ResizeCase.all)
    func checksums(of resize: ResizeCase) {
        let source = Self.pattern(resize.source)
        #expect(Self.checksum(source.resizedBicubic(to: resize.target)) == resize.bicubic)
        #expect(Self.checksum(source.resizedBilinear(to: resize.target)) == resize.bilinear)
        #expect(Self.checksum(source.resizedArea(to: resize.target)) == resize.area)
    }

    @Test("an image of one colour keeps it at any size", arguments: [1, 7, 90, 181])
    func oneColour(side: Int) {
        let colour: [UInt8] = [0, 128, 255]
        func flat(_ width: Int, _ height: Int) -> PixelImage {
            PixelImage(width: width, height: height, pixels: (0..<width * height).flatMap { _ in colour })
        }
        let size = ImageSize(width: side, height: side + 3)
        let expected = flat(size.width, size.height)
        #expect(flat(64, 48).resizedBicubic(to: size) == expected)
        #expect(flat(64, 48).resizedBilinear(to: size) == expected)
        #expect(flat(64, 48).resizedArea(to: size) == expected)
    }

    @Test("the same size is the same image")
    func sameSize() {
        let image = Self.pattern(ImageSize(width: 33, height: 21))
        #expect(image.resizedBicubic(to: image.size) == image)
        #expect(image.resizedBilinear(to: image.size) == image)
        #expect(image.resizedArea(to: image.size) == image)
    }

    /// The formula of `make_checksums.py`.
    static func pattern(_ size: ImageSize) -> PixelImage {
        var image = PixelImage(width: size.width, height: size.height)
        for i in image.pixels.indices {
            var x = UInt32(truncatingIfNeeded: i) &* 2_654_435_761
            x ^= x >> 15
            x = x &* 0x2C1B_3C6D
            x ^= x >> 12
            let noise = UInt8(truncatingIfNeeded: x >> 8)
            image.pixels[i] = i / image.bytesPerRow % 3 == 2 ? (noise > 127 ? 255 : 0) : noise
        }
        return image
    }

    /// CRC-32 as zlib computes it.
    static func checksum(_ image: PixelImage) -> UInt32 {
        let table = (0..<256).map { byte in
            (0..<8).reduce(UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return ~image.pixels.reduce(UInt32.max) { sum, byte in
            sum >> 8 ^ table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)]
        }
    }
}

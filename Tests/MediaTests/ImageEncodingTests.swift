import Foundation
import FrameGeneration
import Media
import TestSupport
import Testing

@Suite("Writing image files")
struct ImageEncodingTests {
    private func noise(width: Int, height: Int) -> PixelImage {
        var random = SeededGenerator(seed: UInt64(width))
        var image = PixelImage(width: width, height: height)
        for i in image.pixels.indices { image.pixels[i] = UInt8.random(in: 0...255, using: &random) }
        return image
    }

    private func decoded(_ bytes: [UInt8]) throws -> PixelImage {
        let folder = try TemporaryFolder()
        return try ImageFileDecoder().decodeImage(at: folder.write(bytes, to: "image"))
    }

    @Test("a PNG holds the very image", arguments: [(1, 1), (17, 13), (3, 200), (512, 96)])
    func png(width: Int, height: Int) throws {
        let image = noise(width: width, height: height)
        #expect(try decoded(PNGEncoder().encode(image)) == image)
    }

    @Test("a photograph's PNG is smaller than its bytes")
    func pngCompresses() throws {
        let image = try ImageFileDecoder().decodeImage(at: Fixtures.path("golden/image/astronaut.png"))
        let bytes = try PNGEncoder().encode(image)
        #expect(bytes.count < image.pixels.count * 2 / 3)
        #expect(try decoded(bytes) == image)
    }

    @Test("a JPEG decodes to what OpenCV's of the same quality does", arguments: [60, 95, 100])
    func jpeg(quality: Int) throws {
        let image = try ImageFileDecoder().decodeImage(at: Fixtures.path("media/rgb.png"))
        let path = Fixtures.path("media/rgb-quality\(quality).bgr")
        let expected = try [UInt8](Data(contentsOf: URL(filePath: path)))
        #expect(try decoded(JPEGEncoder(quality: quality).encode(image)).pixels == PageArray(expected))
    }

    @Test("95 is the quality unless another is asked for, and it stays within 1 to 100")
    func quality() {
        #expect(JPEGEncoder().quality == 95)
        #expect(JPEGEncoder(quality: 0).quality == 1)
        #expect(JPEGEncoder(quality: 1000).quality == 100)
    }

    @Test("file names end as the formats are called")
    func fileExtensions() {
        #expect(PNGEncoder().fileExtension == "png")
        #expect(JPEGEncoder().fileExtension == "jpg")
    }

    @Test("what a codec cannot hold is an error that says the size")
    func refused() {
        let encoders: [any ImageEncoding] = [PNGEncoder(), JPEGEncoder()]
        for encoder in encoders {
            #expect {
                try encoder.encode(PixelImage(width: 0, height: 5))
            } throws: { error in
                let error = error as? FramegenError
                return error?.code == .internalFailure && error?.message.contains("0×5") == true
            }
        }
        #expect(throws: FramegenError.self) { try JPEGEncoder().encode(PixelImage(width: 70_000, height: 1)) }
    }
}

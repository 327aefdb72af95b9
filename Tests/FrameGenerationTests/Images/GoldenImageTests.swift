import Foundation
import FrameGeneration
import Media
import TestSupport
import Testing

/// One crop of the golden photograph.
struct GoldenCrop: Decodable, Sendable, CustomTestStringConvertible {
    let x: Int
    let y: Int
    let width: Int
    let height: Int

    var rect: PixelRect { PixelRect(x: x, y: y, width: width, height: height) }
    var testDescription: String { rect.description }

    private struct Index: Decodable { let crops: [String: GoldenCrop] }

    static let all: [(name: String, crop: GoldenCrop)] = {
        guard let data = try? Data(contentsOf: URL(filePath: Fixtures.path("golden/image/index.json"))),
            let index = try? JSONDecoder().decode(Index.self, from: data)
        else { return [] }
        return index.crops.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }()
}

@Suite("The original's crops, masks and pasted frames come out byte for byte")
struct GoldenImageTests {
    static func image(_ name: String) throws -> PixelImage {
        try ImageFileDecoder().decodeImage(at: Fixtures.path("golden/image/\(name).png"))
    }

    @Test("the golden crops are all there")
    func count() { #expect(GoldenCrop.all.count == 6) }

    @Test("resized to the network's sizes", arguments: GoldenCrop.all)
    func resized(name: String, crop: GoldenCrop) throws {
        let source = try Self.image("astronaut").cropped(to: crop.rect)
        let large = ImageSize(width: 328, height: 328)
        let small = ImageSize(width: 168, height: 168)
        #expect(source.resizedBicubic(to: large) == (try Self.image("\(name)_cubic328")))
        #expect(source.resizedBilinear(to: small) == (try Self.image("\(name)_linear168")))
        #expect(source.resizedArea(to: small) == (try Self.image("\(name)_area168")))
    }

    @Test("a prediction put into the crop and resized back", arguments: GoldenCrop.all)
    func pastedBack(name: String, crop: GoldenCrop) throws {
        let prediction = try Self.image("prediction320")
        var large = try Self.image("\(name)_cubic328")
        large.paste(prediction, x: 4, y: 4)
        #expect(large.resizedBicubic(to: crop.rect.size) == (try Self.image("\(name)_pasteback328")))

        var small = try Self.image("\(name)_linear168")
        small.paste(prediction.cropped(to: PixelRect(x: 0, y: 0, width: 160, height: 160)), x: 4, y: 4)
        #expect(small.resizedBilinear(to: crop.rect.size) == (try Self.image("\(name)_pasteback168_linear")))
    }

    @Test(
        "the mask of both families",
        arguments: [
            ("w182_cubic328", 320, PixelRect(x: 5, y: 5, width: 310, height: 305), "w182_masked320"),
            ("w182_linear168", 160, PixelRect(x: 5, y: 5, width: 150, height: 145), "w182_masked160"),
        ])
    func masked(crop: String, side: Int, mask: PixelRect, expected: String) throws {
        var inner = try Self.image(crop).cropped(to: PixelRect(x: 4, y: 4, width: side, height: side))
        inner.fillBlack(mask)
        #expect(inner == (try Self.image(expected)))
    }
}

import Foundation
import FrameGeneration
import Media
import TestSupport
import Testing

/// The small images that `make_fixtures.py` wrote, with what OpenCV reads from them.
struct ImageFixture: Sendable, CustomTestStringConvertible {
    let name: String
    let size: ImageSize

    var path: String { Fixtures.path("media/\(name)") }
    var testDescription: String { name }

    func bytes() throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(filePath: path))) }

    func expected() throws -> PixelImage {
        let pixels = try [UInt8](Data(contentsOf: URL(filePath: "\(path).bgr")))
        return PixelImage(width: size.width, height: size.height, pixels: pixels)
    }

    private struct Index: Decodable {
        struct Size: Decodable {
            let width: Int
            let height: Int
        }
        let files: [String: Size]
    }

    static let all: [ImageFixture] = {
        guard let data = try? Data(contentsOf: URL(filePath: Fixtures.path("media/index.json"))),
            let index = try? JSONDecoder().decode(Index.self, from: data)
        else { return [] }
        return index.files.sorted { $0.key < $1.key }.map {
            ImageFixture(name: $0.key, size: ImageSize(width: $0.value.width, height: $0.value.height))
        }
    }()
}

@Suite("Reading image files")
struct ImageDecodingTests {
    let decoder = ImageFileDecoder()

    @Test("the fixtures are all there")
    func count() { #expect(ImageFixture.all.count == 52) }

    @Test("an image of any kind has OpenCV's bytes", arguments: ImageFixture.all)
    func opencv(fixture: ImageFixture) throws {
        #expect(try decoder.decodeImage(at: fixture.path) == fixture.expected())
    }

    @Test("the header alone tells the size, orientation included", arguments: ImageFixture.all)
    func size(fixture: ImageFixture) throws {
        #expect(try decoder.size(ofImageAt: fixture.path) == fixture.size)
    }

    @Test("a JPEG whose header is longer than the first reads still has its size", arguments: [5000, 65_533, 130_000])
    func longHeader(byteCount: Int) throws {
        let fixture = try #require(ImageFixture.all.first { $0.name == "orientation6.jpg" })
        var bytes = try fixture.bytes()
        for start in stride(from: 0, to: byteCount, by: 0xFFFD) {
            let count = min(byteCount - start, 0xFFFD)
            let comment = [0xFF, 0xFE, UInt8((count + 2) >> 8), UInt8((count + 2) & 0xFF)]
            bytes.insert(contentsOf: comment + [UInt8](repeating: 0x20, count: count), at: 2)
        }
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes, to: "long.jpg")
        #expect(try decoder.size(ofImageAt: path) == fixture.size)
        #expect(try decoder.decodeImage(at: path) == fixture.expected())
    }

    @Test("the kind is told by the content, and a path may hold spaces and Chinese characters")
    func anyName() throws {
        let folder = try TemporaryFolder(named: "模板 一")
        for name in ["rgb.png", "rgb.jpg"] {
            let fixture = try #require(ImageFixture.all.first { $0.name == name })
            let path = try folder.write(fixture.bytes(), to: "第 \(name) 张.txt")
            #expect(try decoder.decodeImage(at: path) == fixture.expected())
        }
    }

    @Test("oddities in a JPEG's header that lose nothing change nothing")
    func oddHeader() throws {
        let fixture = try #require(ImageFixture.all.first { $0.name == "rgb.jpg" })
        let plain = try fixture.bytes()
        #expect(Array(plain[6..<11]) == Array("JFIF\0".utf8))
        var newVersion = plain
        newVersion[11] = 2
        // Between the JFIF segment, which ends at 20, and the next one.
        var garbage = plain
        garbage.insert(contentsOf: [0, 1, 2, 0xFF, 0, 3], at: 20)
        let folder = try TemporaryFolder()
        for bytes in [newVersion, garbage] {
            let path = try folder.write(bytes, to: "odd.jpg")
            #expect(try decoder.decodeImage(at: path) == fixture.expected())
        }
    }

    @Test("an eXIf chunk with a wrong checksum does not turn the image")
    func damagedOrientation() throws {
        let fixture = try #require(ImageFixture.all.first { $0.name == "orientation6.png" })
        let upright = try #require(ImageFixture.all.first { $0.name == "rgb.png" })
        var bytes = try fixture.bytes()
        let name = try #require(Data(bytes).range(of: Data("eXIf".utf8)))
        bytes[name.upperBound + 20] ^= 1
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes, to: "damaged.png")
        #expect(try decoder.size(ofImageAt: path) == upright.size)
        #expect(try decoder.decodeImage(at: path) == upright.expected())
    }
}

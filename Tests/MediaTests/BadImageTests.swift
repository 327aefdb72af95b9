import Foundation
import FrameGeneration
import Media
import TestSupport
import Testing

@Suite("Image files that cannot be read")
struct BadImageTests {
    let decoder = ImageFileDecoder()

    /// What decoding the file throws; `nil` if it succeeds.
    private func failure(at path: String) -> FramegenError? {
        do {
            _ = try decoder.decodeImage(at: path)
            return nil
        } catch { return error }
    }

    private func sizeFailure(at path: String) -> FramegenError? {
        do {
            _ = try decoder.size(ofImageAt: path)
            return nil
        } catch { return error }
    }

    @Test("a missing file, a folder and a pipe are named and not waited for")
    func notFound() throws {
        let folder = try TemporaryFolder()
        let pipe = folder.file("pipe.png")
        #expect(mkfifo(pipe, 0o600) == 0)
        for path in [folder.file("missing.jpg"), folder.path, pipe, folder.file("zero\0byte.png"), ""] {
            for error in [failure(at: path), sizeFailure(at: path)] {
                #expect(error?.code == .notFound)
                #expect(path.isEmpty || error?.message.contains(path) == true)
            }
        }
    }

    @Test("a file that may not be read says so", .enabled(if: geteuid() != 0, "root may read everything"))
    func notPermitted() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write([0xFF, 0xD8, 0xFF], to: "secret.jpg")
        #expect(chmod(path, 0) == 0)
        for error in [failure(at: path), sizeFailure(at: path)] {
            #expect(error?.code == .notFound)
            #expect(error?.message.contains(path) == true)
        }
    }

    @Test("text, nothing at all and other formats are no images, whatever the name says")
    func otherContent() throws {
        let folder = try TemporaryFolder()
        for content in ["", "x", "<html>not an image</html>", "GIF89a........", "BM", "RIFF....WEBP"] {
            let path = try folder.write(Array(content.utf8), to: "0.jpg")
            for error in [failure(at: path), sizeFailure(at: path)] {
                #expect(error?.code == .invalidData)
                #expect(error?.message.contains(path) == true)
                #expect(error?.message.contains("expected a JPEG") == true)
            }
        }
    }

    @Test(
        "a file cut off anywhere is refused, already when its size is read",
        arguments: [
            "rgb.jpg", "progressive.jpg", "restarts.jpg", "cmyk.jpg", "orientation6.jpg", "rgb.png",
            "rgb-interlaced.png", "palette4-transparent.png", "grey16.png", "orientation6.png",
        ])
    func truncated(name: String) throws {
        let bytes = try #require(ImageFixture.all.first { $0.name == name }).bytes()
        let folder = try TemporaryFolder()
        for count in 0..<bytes.count {
            let path = try folder.write(Array(bytes.prefix(count)), to: "cut")
            let error = failure(at: path)
            #expect(error?.code == .invalidData, "\(name) cut to \(count) of \(bytes.count) bytes")
            #expect(error?.message.contains(path) == true)
            #expect(error?.message.contains("\n") == false)
            #expect(sizeFailure(at: path)?.code == .invalidData, "size of \(name) cut to \(count) of \(bytes.count)")
        }
    }

    @Test("what stands behind an image's end, much or little, does not matter", arguments: ["rgb.jpg", "rgb.png"])
    func behindTheEnd(name: String) throws {
        let bytes = try #require(ImageFixture.all.first { $0.name == name }).bytes()
        let folder = try TemporaryFolder()
        for count in [1, 100, 100_000] {
            let path = try folder.write(bytes + [UInt8](repeating: 0x55, count: count), to: "longer")
            #expect(failure(at: path) == nil && sizeFailure(at: path) == nil)
        }
    }

    @Test("flipped bits give an error or an image, never a crash", arguments: ImageFixture.all)
    func flippedBits(fixture: ImageFixture) throws {
        let bytes = try fixture.bytes()
        let folder = try TemporaryFolder()
        var random = SeededGenerator(seed: UInt64(bytes.count))
        for _ in 0..<100 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                damaged[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            let path = try folder.write(damaged, to: "damaged")
            if let error = failure(at: path) { #expect(error.code == .invalidData) }
            if let error = sizeFailure(at: path) { #expect(error.code == .invalidData) }
        }
    }

    @Test("damaged pixels are refused where a checksum covers them")
    func damagedPNGPixels() throws {
        let bytes = try #require(ImageFixture.all.first { $0.name == "rgb.png" }).bytes()
        let data = try #require(Data(bytes).range(of: Data("IDAT".utf8))).upperBound
        let folder = try TemporaryFolder()
        for offset in stride(from: data, to: bytes.count - 16, by: 7) {
            var damaged = bytes
            damaged[offset] ^= 0x10
            #expect(failure(at: try folder.write(damaged, to: "damaged.png"))?.code == .invalidData)
        }
    }

    @Test("absurd sizes are refused before anything is allocated")
    func absurdSizes() throws {
        let folder = try TemporaryFolder()
        var png = try #require(ImageFixture.all.first { $0.name == "rgb.png" }).bytes()
        var jpeg = try #require(ImageFixture.all.first { $0.name == "rgb.jpg" }).bytes()
        let frame = try #require(Data(jpeg).range(of: Data([0xFF, 0xC0, 0x00, 0x11, 0x08]))).upperBound
        for side: [UInt8] in [[0x7F, 0xFF], [0, 0], [0x40, 0x01], [0x40, 0x00]] {
            png.replaceSubrange(16..<24, with: [0, 0] + side + [0, 0] + side)
            jpeg.replaceSubrange(frame..<frame + 4, with: side + side)
            for path in [try folder.write(png, to: "a.png"), try folder.write(jpeg, to: "a.jpg")] {
                for error in [failure(at: path), sizeFailure(at: path)] {
                    #expect(error?.code == .invalidData)
                    #expect(error?.message.contains("size is") == true)
                }
            }
        }
    }

    @Test("offsets in EXIF that lead anywhere else leave the image upright")
    func wildEXIF() throws {
        let fixture = try #require(ImageFixture.all.first { $0.name == "orientation3.jpg" })
        let plain = try #require(ImageFixture.all.first { $0.name == "rgb.jpg" }).expected()
        let bytes = try fixture.bytes()
        let tiff = try #require(Data(bytes).range(of: Data("Exif\0\0".utf8))).upperBound
        let folder = try TemporaryFolder()
        for offset: [UInt8] in [[0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F], [200, 0, 0, 0], [0, 1, 0, 0]] {
            var wild = bytes
            wild.replaceSubrange(tiff + 4..<tiff + 8, with: offset)
            #expect(try decoder.decodeImage(at: folder.write(wild, to: "wild.jpg")) == plain)
        }
    }
}

/// Numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

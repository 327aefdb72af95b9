import FrameGeneration
import MediaSupport
import Testing

@testable import AppleMedia

@Suite("Pixels as Apple's decoders store them")
struct StoredPixelsTests {
    private static let size = ImageSize(width: 2, height: 2)
    /// Red, green and blue of four pixels.
    private static let colours: [[UInt8]] = [[1, 2, 3], [40, 50, 60], [255, 0, 128], [7, 77, 177]]
    private static let expected = colours.flatMap { $0.reversed() }

    private func stored(_ rows: [[UInt8]], _ change: (inout StoredPixels) -> Void) throws -> [UInt8] {
        var pixels = StoredPixels(
            size: Self.size, components: .colour, bitsPerPixel: 24, bytesPerRow: rows[0].count,
            bytes: rows.flatMap { $0 })
        change(&pixels)
        return Array(try pixels.image().pixels)
    }

    private func rows(padding: Int = 0, _ pixel: ([UInt8]) -> [UInt8]) -> [[UInt8]] {
        [0, 2].map { row in
            (Self.colours[row..<row + 2].flatMap(pixel)) + [UInt8](repeating: 99, count: padding)
        }
    }

    @Test("are blue, green and red, without what pads the rows", arguments: [0, 10])
    func plain(padding: Int) throws {
        #expect(try stored(rows(padding: padding) { $0 }) { _ in } == Self.expected)
    }

    @Test("lose what is not a colour, on whichever side it is and in whichever order the bytes are")
    func extra() throws {
        #expect(
            try stored(rows { $0 + [9] }) { pixels in
                pixels.bitsPerPixel = 32
                pixels.extra = .last
            } == Self.expected)
        #expect(
            try stored(rows { [9] + $0 }) { pixels in
                pixels.bitsPerPixel = 32
                pixels.extra = .first
            } == Self.expected)
        // What most of Apple's decoders give: a word of alpha, red, green, blue, its lowest byte first.
        #expect(
            try stored(rows { $0.reversed() + [9] }) { pixels in
                pixels.bitsPerPixel = 32
                pixels.extra = .first
                pixels.isReversed = true
            } == Self.expected)
    }

    @Test("are written with red first")
    func written() {
        let image = PixelImage(width: 2, height: 2, pixels: PageArray(Self.expected))
        #expect(image.redGreenBlue() == Self.colours.flatMap { $0 })
    }

    @Test("of 16 bits give the high byte", arguments: [true, false])
    func words(isReversed: Bool) throws {
        let rows = rows { $0.flatMap { isReversed ? [200, $0] : [$0, 200] } }
        #expect(
            try stored(rows) { pixels in
                pixels.bitsPerComponent = 16
                pixels.bitsPerPixel = 48
                pixels.isReversed = isReversed
            } == Self.expected)
    }

    @Test("of grey are grey, also where several share a byte")
    func grey() throws {
        #expect(
            try stored([[5, 6], [7, 8]]) { pixels in
                pixels.components = .grey
                pixels.bitsPerPixel = 8
            } == [5, 5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8])
        #expect(
            try stored([[0b0111_0000], [0b1000_0000]]) { pixels in
                pixels.components = .grey
                pixels.bitsPerComponent = 2
                pixels.bitsPerPixel = 2
            } == [85, 85, 85, 255, 255, 255, 170, 170, 170, 0, 0, 0])
    }

    @Test("of a palette are its colours, and a colour that it does not have is an error")
    func palette() throws {
        func read(_ bytes: [UInt8]) throws -> [UInt8] {
            try stored([[bytes[0]], [bytes[1]]]) { pixels in
                pixels.components = .palette(Self.colours.flatMap { $0 })
                pixels.bitsPerComponent = 4
                pixels.bitsPerPixel = 4
            }
        }
        #expect(try read([0x01, 0x23]) == Self.expected)
        #expect(throws: ImageFault.self) { try read([0x01, 0x24]) }
    }

    @Test("that do not fill the image, or are of other bits, are refused")
    func refused() {
        #expect(throws: ImageFault.self) { try stored([[1, 2, 3], [4, 5, 6]]) { _ in } }
        #expect(throws: ImageFault.self) { try stored(rows { $0 }) { $0.bitsPerComponent = 5 } }
        #expect(throws: ImageFault.self) { try stored(rows { $0 }) { $0.bytes.removeLast() } }
    }
}

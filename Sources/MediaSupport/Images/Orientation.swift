package import FrameGeneration

/// How the stored pixels must be turned to be upright: EXIF's eight values.
package enum Orientation: Int {
    case upright = 1
    case mirrored, halfTurn, flipped, transposed, clockwise, transverse, counterclockwise

    private var swapsSides: Bool { rawValue >= 5 }

    /// The size once turned.
    package func applied(to size: ImageSize) -> ImageSize {
        swapsSides ? ImageSize(width: size.height, height: size.width) : size
    }

    /// The image once turned.
    package func applied(to image: PixelImage) -> PixelImage {
        if self == .upright || image.pixels.isEmpty { return image }
        let pixel = PixelImage.channels
        let row = image.bytesPerRow
        let (right, bottom) = (row - pixel, (image.height - 1) * row)
        // Where the upright image's first byte is stored, and how far the next pixel and the next row are.
        let (start, across, down) =
            switch self {
            case .upright: (0, pixel, row)
            case .mirrored: (right, -pixel, row)
            case .halfTurn: (bottom + right, -pixel, -row)
            case .flipped: (bottom, pixel, -row)
            case .transposed: (0, row, pixel)
            case .clockwise: (bottom, -row, pixel)
            case .transverse: (bottom + right, -row, -pixel)
            case .counterclockwise: (right, row, -pixel)
            }
        let size = applied(to: image.size)
        var bytes: PageArray<UInt8> = []
        bytes.reserveCapacity(image.pixels.count)
        for y in 0..<size.height {
            for x in 0..<size.width {
                let source = start + x * across + y * down
                for channel in 0..<pixel { bytes.append(image.pixels[source + channel]) }
            }
        }
        return PixelImage(width: size.width, height: size.height, pixels: bytes)
    }

    /// Reads the orientation from a TIFF block, the content of EXIF, of either byte order.
    ///
    /// Whatever is not understood leaves the image upright, as in OpenCV.
    init(tiff: ArraySlice<UInt8>) {
        self = Self.entry(in: tiff).flatMap(Orientation.init(rawValue:)) ?? .upright
    }

    private static func entry(in tiff: ArraySlice<UInt8>) -> Int? {
        let bytes = ByteReader(tiff, bigEndian: tiff.first == UInt8(ascii: "M"))
        let mark = bytes.string(at: 0, count: 2)
        guard mark == "II" || mark == "MM", bytes.uint16(at: 2) == 42 else { return nil }
        guard let directory = bytes.uint32(at: 4), let entries = bytes.uint16(at: directory) else { return nil }
        for index in 0..<entries {
            let entry = directory + 2 + 12 * index
            guard let tag = bytes.uint16(at: entry) else { return nil }
            if tag == 0x0112 { return bytes.uint16(at: entry + 8) }
        }
        return nil
    }
}

/// Numbers and text at checked offsets.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private let bigEndian: Bool

    init(_ bytes: ArraySlice<UInt8>, bigEndian: Bool) {
        self.bytes = bytes
        self.bigEndian = bigEndian
    }

    /// `nil` unless all `count` bytes exist.
    func slice(at offset: Int, count: Int) -> ArraySlice<UInt8>? {
        guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else { return nil }
        return bytes[bytes.startIndex + offset..<bytes.startIndex + offset + count]
    }

    func uint8(at offset: Int) -> Int? { slice(at: offset, count: 1)?.first.map(Int.init) }

    func uint16(at offset: Int) -> Int? { number(at: offset, count: 2) }

    func uint32(at offset: Int) -> Int? { number(at: offset, count: 4) }

    func string(at offset: Int, count: Int) -> String? {
        slice(at: offset, count: count).map { String(decoding: $0, as: UTF8.self) }
    }

    private func number(at offset: Int, count: Int) -> Int? {
        guard let slice = slice(at: offset, count: count) else { return nil }
        return bigEndian ? slice.reduce(0) { $0 << 8 | Int($1) } : slice.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}

import FrameGeneration

/// How a stored image is turned and mirrored to be seen upright, numbered as in EXIF.
enum Orientation: Int {
    case upright = 1
    case mirrored = 2
    case upsideDown = 3
    case flipped = 4
    case transposed = 5
    case turnedLeft = 6
    case transversed = 7
    case turnedRight = 8

    var swapsSides: Bool { rawValue >= 5 }

    /// The orientation in an EXIF block that starts with its byte order; upright where it says none or is damaged.
    init(exif: ArraySlice<UInt8>) {
        self = Self.tag(in: Array(exif)).flatMap(Orientation.init(rawValue:)) ?? .upright
    }

    private static let orientationTag = 0x0112

    private static func tag(in exif: [UInt8]) -> Int? {
        let isLittleEndian = exif.starts(with: Array("II".utf8))
        guard isLittleEndian || exif.starts(with: Array("MM".utf8)) else { return nil }

        func number(at offset: Int, byteCount: Int) -> Int? {
            guard offset >= 0, offset + byteCount <= exif.count else { return nil }
            let bytes = exif[offset..<offset + byteCount]
            return (isLittleEndian ? Array(bytes.reversed()) : Array(bytes)).reduce(0) { $0 << 8 | Int($1) }
        }

        guard let directory = number(at: 4, byteCount: 4), let count = number(at: directory, byteCount: 2) else {
            return nil
        }
        for index in 0..<count {
            let entry = directory + 2 + 12 * index
            guard let tag = number(at: entry, byteCount: 2) else { return nil }
            if tag == orientationTag { return number(at: entry + 8, byteCount: 2) }
        }
        return nil
    }
}

extension Image {
    /// The image as `orientation` says it is to be seen.
    func oriented(_ orientation: Orientation) -> Image {
        guard orientation != .upright else { return self }
        let (sourceWidth, sourceHeight) = (width, height)
        var result = Image(
            width: orientation.swapsSides ? height : width, height: orientation.swapsSides ? width : height)
        var target = 0
        for y in 0..<result.height {
            for x in 0..<result.width {
                let (column, row) =
                    switch orientation {
                    case .upright: (x, y)
                    case .mirrored: (sourceWidth - 1 - x, y)
                    case .upsideDown: (sourceWidth - 1 - x, sourceHeight - 1 - y)
                    case .flipped: (x, sourceHeight - 1 - y)
                    case .transposed: (y, x)
                    case .turnedLeft: (y, sourceHeight - 1 - x)
                    case .transversed: (sourceWidth - 1 - y, sourceHeight - 1 - x)
                    case .turnedRight: (sourceWidth - 1 - y, x)
                    }
                let source = (row * sourceWidth + column) * Image.channels
                for channel in 0..<Image.channels { result.pixels[target + channel] = pixels[source + channel] }
                target += Image.channels
            }
        }
        return result
    }
}

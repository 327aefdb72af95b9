/// Width and height in pixels.
public struct ImageSize: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Pixels in a row.
    public let width: Int
    /// Number of rows.
    public let height: Int

    /// A size in pixels.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Such as `720×576`.
    public var description: String { "\(width)×\(height)" }
}

/// An 8-bit colour image: rows from top to bottom, three interleaved bytes a pixel in the order blue, green, red.
public struct PixelImage: Sendable, Equatable {
    /// Bytes of a pixel: blue, green, red.
    public static let channels = 3

    /// Pixels in a row.
    public let width: Int
    /// Number of rows.
    public let height: Int
    /// `height` rows of `width` pixels without padding.
    public var pixels: PageArray<UInt8>

    /// Wraps bytes that are in the order described above.
    ///
    /// - Precondition: `pixels` holds exactly `width`·`height`·3 bytes.
    public init(width: Int, height: Int, pixels: PageArray<UInt8>) {
        precondition(
            pixels.count == width * height * Self.channels, "\(pixels.count) bytes cannot fill \(width)×\(height) BGR")
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// Copies bytes that are in the order described above.
    ///
    /// - Precondition: `pixels` holds exactly `width`·`height`·3 bytes.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        self.init(width: width, height: height, pixels: PageArray(pixels))
    }

    /// A black image.
    public init(width: Int, height: Int) {
        self.init(width: width, height: height, pixels: PageArray(repeating: 0, count: width * height * Self.channels))
    }

    /// Width and height.
    public var size: ImageSize { ImageSize(width: width, height: height) }
    /// Bytes in one row.
    public var bytesPerRow: Int { width * Self.channels }
}

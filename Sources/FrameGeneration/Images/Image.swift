/// Width and height in pixels.
public struct ImageSize: Sendable, Hashable, CustomStringConvertible {
    public let width: Int
    public let height: Int

    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    public var description: String { "\(width)×\(height)" }
}

/// An 8-bit colour image: rows from top to bottom, three interleaved bytes a pixel in the order blue, green, red.
public struct Image: Sendable, Equatable {
    public static let channels = 3

    public let width: Int
    public let height: Int
    /// `height` rows of `width` pixels without padding.
    public var pixels: [UInt8]

    /// - Precondition: `pixels` holds exactly `width`·`height`·3 bytes.
    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(
            pixels.count == width * height * Self.channels, "\(pixels.count) bytes cannot fill \(width)×\(height) BGR")
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// A black image.
    public init(width: Int, height: Int) {
        self.init(width: width, height: height, pixels: [UInt8](repeating: 0, count: width * height * Self.channels))
    }

    public var size: ImageSize { ImageSize(width: width, height: height) }
    /// Bytes in one row.
    public var bytesPerRow: Int { width * Self.channels }
}

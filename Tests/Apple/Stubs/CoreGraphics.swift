// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

// Declarations of what the project uses of CoreGraphics, for type checking where there is no Apple SDK. Written from Apple's
// public documentation; never linked.
@_exported public import CoreVideo
@_exported public import Foundation

public enum CGColorSpaceModel: Int32, Sendable {  // kCGColorSpaceModel
    case unknown = -1
    case monochrome = 0
    case rgb = 1
    case cmyk = 2
    case lab = 3
    case deviceN = 4
    case indexed = 5
    case pattern = 6
    case XYZ = 7
}

public enum CGImageAlphaInfo: UInt32, Sendable {  // kCGImageAlpha
    case none = 0
    case premultipliedLast = 1
    case premultipliedFirst = 2
    case last = 3
    case first = 4
    case noneSkipLast = 5
    case noneSkipFirst = 6
    case alphaOnly = 7  // kCGImageAlphaOnly
}

public enum CGImageByteOrderInfo: UInt32, Sendable {  // kCGImageByte
    case orderMask = 0x7000
    case orderDefault = 0
    case order16Little = 0x1000
    case order32Little = 0x2000
    case order16Big = 0x3000
    case order32Big = 0x4000
}

public enum CGColorRenderingIntent: Int32, Sendable {
    case defaultIntent = 0  // kCGRenderingIntentDefault
}

public struct CGBitmapInfo: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
}

public class CGColorSpace {
    public nonisolated(unsafe) static let sRGB: CFString = ""
    public init?(name: CFString) { fatalError() }
    public var model: CGColorSpaceModel { fatalError() }
    public var colorTable: [UInt8]? { fatalError() }
}

public class CGDataProvider {
    public init?(data: CFData) { fatalError() }
    public var data: CFData? { fatalError() }
}

public class CGImage {
    public init?(
        width: Int, height: Int, bitsPerComponent: Int, bitsPerPixel: Int, bytesPerRow: Int, space: CGColorSpace,
        bitmapInfo: CGBitmapInfo, provider: CGDataProvider, decode: UnsafePointer<CGFloat>?, shouldInterpolate: Bool,
        intent: CGColorRenderingIntent
    ) { fatalError() }
    public var width: Int { fatalError() }
    public var height: Int { fatalError() }
    public var bitsPerComponent: Int { fatalError() }
    public var bitsPerPixel: Int { fatalError() }
    public var bytesPerRow: Int { fatalError() }
    public var alphaInfo: CGImageAlphaInfo { fatalError() }
    public var byteOrderInfo: CGImageByteOrderInfo { fatalError() }
    public var colorSpace: CGColorSpace? { fatalError() }
    public var dataProvider: CGDataProvider? { fatalError() }
}

// vImage for tests on Linux: what the project uses of it, declared as Apple documents it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation, NeverUseImplicitlyUnwrappedOptionals

import Synchronization

public typealias vImagePixelCount = UInt
public typealias vImage_Flags = UInt32
public typealias vImage_Error = Int

public var kvImageNoFlags: Int { 0 }
public var kvImageNoError: Int { 0 }

/// What was called, and whether it does what it is called for, in the task at hand.
public final class FakeVImage: Sendable {
    @TaskLocal public static var current = FakeVImage()

    private let noted = Mutex<[String]>([])
    let isRefusing: Bool

    public var calls: [String] { noted.withLock { $0 } }

    public init(isRefusing: Bool = false) { self.isRefusing = isRefusing }

    /// Notes a call, and goes through the pixels of two buffers of the same size.
    fileprivate static func run(
        _ name: String, _ source: UnsafePointer<vImage_Buffer>, _ sourceSize: Int,
        _ target: UnsafePointer<vImage_Buffer>, _ targetSize: Int,
        _ convert: (UnsafeRawPointer, UnsafeMutableRawPointer) -> Void
    ) -> vImage_Error {
        current.noted.withLock { $0.append(String(name.prefix { $0 != "(" })) }
        if current.isRefusing { return -21772 }
        let (source, target) = (source.pointee, target.pointee)
        precondition(source.width == target.width && source.height == target.height, "\(name): sizes differ")
        precondition(
            source.rowBytes >= Int(source.width) * sourceSize && target.rowBytes >= Int(target.width) * targetSize,
            "\(name): rows do not fit")
        for row in 0..<Int(source.height) {
            for column in 0..<Int(source.width) {
                convert(
                    source.data + row * source.rowBytes + column * sourceSize,
                    target.data + row * target.rowBytes + column * targetSize)
            }
        }
        return kvImageNoError
    }

    /// Takes bytes from these places of each pixel.
    fileprivate static func move(
        _ name: String, _ source: UnsafePointer<vImage_Buffer>, _ sourceSize: Int,
        _ target: UnsafePointer<vImage_Buffer>, _ places: [Int]
    ) -> vImage_Error {
        run(name, source, sourceSize, target, places.count) { from, to in
            for (index, place) in places.enumerated() {
                to.storeBytes(of: from.load(fromByteOffset: place, as: UInt8.self), toByteOffset: index, as: UInt8.self)
            }
        }
    }
}

public struct vImage_Buffer {
    public var data: UnsafeMutableRawPointer!
    public var height: vImagePixelCount
    public var width: vImagePixelCount
    public var rowBytes: Int
    public init(data: UnsafeMutableRawPointer!, height: vImagePixelCount, width: vImagePixelCount, rowBytes: Int) {
        (self.data, self.height, self.width, self.rowBytes) = (data, height, width, rowBytes)
    }
}

public func vImageConvert_PlanarFtoPlanar16F(
    _ src: UnsafePointer<vImage_Buffer>, _ dest: UnsafePointer<vImage_Buffer>, _ flags: vImage_Flags
) -> vImage_Error {
    FakeVImage.run(#function, src, 4, dest, 2) { from, to in
        to.storeBytes(of: Float16(from.load(as: Float.self)), as: Float16.self)
    }
}

public func vImageConvert_Planar16FtoPlanarF(
    _ src: UnsafePointer<vImage_Buffer>, _ dest: UnsafePointer<vImage_Buffer>, _ flags: vImage_Flags
) -> vImage_Error {
    FakeVImage.run(#function, src, 2, dest, 4) { from, to in
        to.storeBytes(of: Float(from.load(as: Float16.self)), as: Float.self)
    }
}

/// Writes at each place the channel that the map names for it.
public func vImagePermuteChannels_RGB888(
    _ src: UnsafePointer<vImage_Buffer>, _ dest: UnsafePointer<vImage_Buffer>, _ permuteMap: UnsafePointer<UInt8>!,
    _ flags: vImage_Flags
) -> vImage_Error { FakeVImage.move(#function, src, 3, dest, (0..<3).map { Int(permuteMap[$0]) }) }

public func vImageConvert_RGBA8888toRGB888(
    _ src: UnsafePointer<vImage_Buffer>, _ dest: UnsafePointer<vImage_Buffer>, _ flags: vImage_Flags
) -> vImage_Error { FakeVImage.move(#function, src, 4, dest, [0, 1, 2]) }

public func vImageConvert_ARGB8888toRGB888(
    _ src: UnsafePointer<vImage_Buffer>, _ dest: UnsafePointer<vImage_Buffer>, _ flags: vImage_Flags
) -> vImage_Error { FakeVImage.move(#function, src, 4, dest, [1, 2, 3]) }

public func vImageConvert_BGRA8888toRGB888(
    _ src: UnsafePointer<vImage_Buffer>, _ dest: UnsafePointer<vImage_Buffer>, _ flags: vImage_Flags
) -> vImage_Error { FakeVImage.move(#function, src, 4, dest, [2, 1, 0]) }

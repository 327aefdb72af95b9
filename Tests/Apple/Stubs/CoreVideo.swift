// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

// Declarations of what the project uses of CoreVideo, and of CoreFoundation, for type checking where there is no Apple SDK.
// Written from Apple's public documentation; never linked.
@_exported public import Foundation

public typealias CVReturn = Int32
public typealias OSType = UInt32
public typealias CFDictionary = NSDictionary
public typealias CFString = NSString
public typealias CFData = NSData
public typealias CFTypeRef = AnyObject
public final class CFAllocator {}
public nonisolated(unsafe) let kCFAllocatorDefault: CFAllocator? = nil
public class CVBuffer {}
public typealias CVImageBuffer = CVBuffer
public typealias CVPixelBuffer = CVImageBuffer
public class CVPixelBufferPool {}
public let kCVReturnSuccess: CVReturn = 0
public let kCVPixelFormatType_OneComponent16Half: OSType = 0x4C30_3068
public let kCVPixelFormatType_32BGRA: OSType = 0x4247_5241
public let kCVPixelFormatType_420YpCbCr8BiPlanarVideoRange: OSType = 0x3432_3076
public nonisolated(unsafe) let kCVPixelBufferIOSurfacePropertiesKey: CFString = ""
public nonisolated(unsafe) let kCVPixelBufferPixelFormatTypeKey: CFString = ""
public nonisolated(unsafe) let kCVPixelBufferWidthKey: CFString = ""
public nonisolated(unsafe) let kCVPixelBufferHeightKey: CFString = ""
public nonisolated(unsafe) let kCVImageBufferYCbCrMatrixKey: CFString = ""
public nonisolated(unsafe) let kCVImageBufferYCbCrMatrix_ITU_R_709_2: CFString = ""
public nonisolated(unsafe) let kCVImageBufferColorPrimariesKey: CFString = ""
public nonisolated(unsafe) let kCVImageBufferColorPrimaries_ITU_R_709_2: CFString = ""
public nonisolated(unsafe) let kCVImageBufferTransferFunctionKey: CFString = ""
public nonisolated(unsafe) let kCVImageBufferTransferFunction_ITU_R_709_2: CFString = ""

public struct CVPixelBufferLockFlags: OptionSet, Sendable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    public static let readOnly = CVPixelBufferLockFlags(rawValue: 1)  // kCVPixelBufferLock_ReadOnly
}

public enum CVAttachmentMode: UInt32, Sendable {  // kCVAttachmentMode_
    case shouldNotPropagate = 0
    case shouldPropagate = 1
}

public func CVPixelBufferCreate(
    _ allocator: CFAllocator?, _ width: Int, _ height: Int, _ pixelFormatType: OSType,
    _ pixelBufferAttributes: CFDictionary?, _ pixelBufferOut: UnsafeMutablePointer<CVPixelBuffer?>
) -> CVReturn { fatalError() }
public func CVPixelBufferPoolCreate(
    _ allocator: CFAllocator?, _ poolAttributes: CFDictionary?, _ pixelBufferAttributes: CFDictionary?,
    _ poolOut: UnsafeMutablePointer<CVPixelBufferPool?>
) -> CVReturn { fatalError() }
public func CVPixelBufferPoolCreatePixelBuffer(
    _ allocator: CFAllocator?, _ pixelBufferPool: CVPixelBufferPool,
    _ pixelBufferOut: UnsafeMutablePointer<CVPixelBuffer?>
) -> CVReturn { fatalError() }
@discardableResult
public func CVPixelBufferLockBaseAddress(_ buffer: CVPixelBuffer, _ flags: CVPixelBufferLockFlags) -> CVReturn {
    fatalError()
}
@discardableResult
public func CVPixelBufferUnlockBaseAddress(_ buffer: CVPixelBuffer, _ flags: CVPixelBufferLockFlags) -> CVReturn {
    fatalError()
}
public func CVPixelBufferGetBaseAddress(_ buffer: CVPixelBuffer) -> UnsafeMutableRawPointer? { fatalError() }
public func CVPixelBufferGetBytesPerRow(_ buffer: CVPixelBuffer) -> Int { fatalError() }
public func CVPixelBufferGetBaseAddressOfPlane(_ buffer: CVPixelBuffer, _ plane: Int) -> UnsafeMutableRawPointer? {
    fatalError()
}
public func CVPixelBufferGetBytesPerRowOfPlane(_ buffer: CVPixelBuffer, _ plane: Int) -> Int { fatalError() }
public func CVPixelBufferGetHeightOfPlane(_ buffer: CVPixelBuffer, _ plane: Int) -> Int { fatalError() }
public func CVBufferSetAttachment(_ buffer: CVBuffer, _ key: CFString, _ value: CFTypeRef, _ mode: CVAttachmentMode) {
    fatalError()
}

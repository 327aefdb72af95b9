// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

// Declarations of what the project uses of CoreMedia, and of CoreAudioTypes, for type checking where there is no Apple SDK.
// Written from Apple's public documentation; never linked.
@_exported public import CoreVideo

public typealias OSStatus = Int32
public typealias CMTimeValue = Int64
public typealias CMTimeScale = Int32
public typealias CMItemCount = Int

public struct CMTime: Sendable {
    public init() { fatalError() }
    public init(value: CMTimeValue, timescale: CMTimeScale) { fatalError() }
    public init(seconds: Double, preferredTimescale: CMTimeScale) { fatalError() }
    public static var zero: CMTime { fatalError() }
    public static var invalid: CMTime { fatalError() }
}

public func CMTimeGetSeconds(_ time: CMTime) -> Double { fatalError() }

public struct CMSampleTimingInfo: Sendable {
    public init(duration: CMTime, presentationTimeStamp: CMTime, decodeTimeStamp: CMTime) { fatalError() }
}

public class CMFormatDescription {}
public typealias CMAudioFormatDescription = CMFormatDescription
public typealias CMVideoFormatDescription = CMFormatDescription
public class CMSampleBuffer {}
public class CMBlockBuffer {}

public typealias AudioFormatID = UInt32
public typealias AudioFormatFlags = UInt32
public let kAudioFormatLinearPCM: AudioFormatID = 0x6C70_636D
public let kAudioFormatMPEG4AAC: AudioFormatID = 0x6161_6320
public let kAudioFormatFlagIsFloat: AudioFormatFlags = 1
public let kAudioFormatFlagIsPacked: AudioFormatFlags = 8

public struct AudioStreamBasicDescription: Sendable {
    public var mSampleRate: Double
    public var mChannelsPerFrame: UInt32
    public init(
        mSampleRate: Double, mFormatID: AudioFormatID, mFormatFlags: AudioFormatFlags, mBytesPerPacket: UInt32,
        mFramesPerPacket: UInt32, mBytesPerFrame: UInt32, mChannelsPerFrame: UInt32, mBitsPerChannel: UInt32,
        mReserved: UInt32
    ) { fatalError() }
}

public struct AudioChannelLayout: Sendable {}
public struct AudioStreamPacketDescription: Sendable {}

public func CMAudioFormatDescriptionCreate(
    allocator: CFAllocator?, asbd: UnsafePointer<AudioStreamBasicDescription>, layoutSize: Int,
    layout: UnsafePointer<AudioChannelLayout>?, magicCookieSize: Int, magicCookie: UnsafeRawPointer?,
    extensions: CFDictionary?, formatDescriptionOut: UnsafeMutablePointer<CMAudioFormatDescription?>
) -> OSStatus { fatalError() }
public func CMAudioFormatDescriptionGetStreamBasicDescription(
    _ description: CMAudioFormatDescription
) -> UnsafePointer<AudioStreamBasicDescription>? { fatalError() }
public func CMVideoFormatDescriptionCreateForImageBuffer(
    allocator: CFAllocator?, imageBuffer: CVImageBuffer,
    formatDescriptionOut: UnsafeMutablePointer<CMVideoFormatDescription?>
) -> OSStatus { fatalError() }
public func CMSampleBufferCreateReadyWithImageBuffer(
    allocator: CFAllocator?, imageBuffer: CVImageBuffer, formatDescription: CMVideoFormatDescription,
    sampleTiming: UnsafePointer<CMSampleTimingInfo>, sampleBufferOut: UnsafeMutablePointer<CMSampleBuffer?>
) -> OSStatus { fatalError() }
public func CMAudioSampleBufferCreateReadyWithPacketDescriptions(
    allocator: CFAllocator?, dataBuffer: CMBlockBuffer, formatDescription: CMFormatDescription,
    sampleCount: CMItemCount, presentationTimeStamp: CMTime,
    packetDescriptions: UnsafePointer<AudioStreamPacketDescription>?,
    sampleBufferOut: UnsafeMutablePointer<CMSampleBuffer?>
) -> OSStatus { fatalError() }
public func CMSampleBufferCreateCopyWithNewTiming(
    allocator: CFAllocator?, sampleBuffer originalSBuf: CMSampleBuffer,
    sampleTimingEntryCount numSampleTimingEntries: CMItemCount, sampleTimingArray: UnsafePointer<CMSampleTimingInfo>?,
    sampleBufferOut: UnsafeMutablePointer<CMSampleBuffer?>
) -> OSStatus { fatalError() }
@discardableResult
public func CMVideoFormatDescriptionGetH264ParameterSetAtIndex(
    _ videoDesc: CMFormatDescription, parameterSetIndex: Int,
    parameterSetPointerOut: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    parameterSetSizeOut: UnsafeMutablePointer<Int>?, parameterSetCountOut: UnsafeMutablePointer<Int>?,
    nalUnitHeaderLengthOut NALUnitHeaderLengthOut: UnsafeMutablePointer<Int32>?
) -> OSStatus { fatalError() }
public func CMSampleBufferGetNumSamples(_ buffer: CMSampleBuffer) -> CMItemCount { fatalError() }
public func CMSampleBufferGetFormatDescription(_ buffer: CMSampleBuffer) -> CMFormatDescription? { fatalError() }
public func CMSampleBufferGetDataBuffer(_ buffer: CMSampleBuffer) -> CMBlockBuffer? { fatalError() }
public func CMSampleBufferGetPresentationTimeStamp(_ buffer: CMSampleBuffer) -> CMTime { fatalError() }

public nonisolated(unsafe) let kCMMetadataBaseDataType_UTF8: CFString = ""

public typealias CMBlockBufferFlags = UInt32
public let kCMBlockBufferAssureMemoryNowFlag: CMBlockBufferFlags = 1

public struct CMBlockBufferCustomBlockSource {}

public func CMBlockBufferCreateWithMemoryBlock(
    allocator: CFAllocator?, memoryBlock: UnsafeMutableRawPointer?, blockLength: Int, blockAllocator: CFAllocator?,
    customBlockSource: UnsafePointer<CMBlockBufferCustomBlockSource>?, offsetToData: Int, dataLength: Int,
    flags: CMBlockBufferFlags, blockBufferOut: UnsafeMutablePointer<CMBlockBuffer?>
) -> OSStatus { fatalError() }
public func CMBlockBufferReplaceDataBytes(
    with sourceBytes: UnsafeRawPointer, blockBuffer: CMBlockBuffer, offsetIntoDestination: Int, dataLength: Int
) -> OSStatus { fatalError() }
public func CMBlockBufferGetDataLength(_ buffer: CMBlockBuffer) -> Int { fatalError() }
public func CMBlockBufferCopyDataBytes(
    _ buffer: CMBlockBuffer, atOffset: Int, dataLength: Int, destination: UnsafeMutableRawPointer
) -> OSStatus { fatalError() }

// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

// Declarations of what the project uses of AVFoundation, and of QuartzCore's layers, for type checking where there is no Apple
// SDK. Written from Apple's public documentation; never linked.
@_exported public import CoreMedia
@_exported public import CoreVideo

public struct AVMediaType: RawRepresentable, Hashable, Sendable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let video = AVMediaType(rawValue: "vide")  // AVMediaTypeVideo
    public static let audio = AVMediaType(rawValue: "soun")  // AVMediaTypeAudio
}

public struct AVFileType: RawRepresentable, Hashable, Sendable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let mp4 = AVFileType(rawValue: "public.mpeg-4")  // AVFileTypeMPEG4
    public static let mov = AVFileType(rawValue: "com.apple.quicktime-movie")  // AVFileTypeQuickTimeMovie
}

public struct AVVideoCodecType: RawRepresentable, Hashable, Sendable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let h264 = AVVideoCodecType(rawValue: "avc1")  // AVVideoCodecTypeH264
}

public let AVFormatIDKey = ""
public let AVSampleRateKey = ""
public let AVNumberOfChannelsKey = ""
public let AVEncoderBitRateKey = ""
public let AVLinearPCMBitDepthKey = ""
public let AVLinearPCMIsFloatKey = ""
public let AVLinearPCMIsBigEndianKey = ""
public let AVLinearPCMIsNonInterleaved = ""
public let AVVideoCodecKey = ""
public let AVVideoWidthKey = ""
public let AVVideoHeightKey = ""
public let AVVideoAverageBitRateKey = ""
public let AVVideoProfileLevelKey = ""
public let AVVideoProfileLevelH264HighAutoLevel = ""
public let AVVideoAllowFrameReorderingKey = ""
public let AVVideoExpectedSourceFrameRateKey = ""
public let AVVideoMaxKeyFrameIntervalKey = ""
public let AVVideoColorPropertiesKey = ""
public let AVVideoCompressionPropertiesKey = ""
public let AVVideoColorPrimariesKey = ""
public let AVVideoColorPrimaries_ITU_R_709_2 = ""
public let AVVideoTransferFunctionKey = ""
public let AVVideoTransferFunction_ITU_R_709_2 = ""
public let AVVideoYCbCrMatrixKey = ""
public let AVVideoYCbCrMatrix_ITU_R_709_2 = ""

// Reading.

public final class AVAsyncProperty<Root, Value>: Sendable {}

extension AVAsyncProperty where Root == AVAsset, Value == CMTime {
    public static var duration: AVAsyncProperty<AVAsset, CMTime> { fatalError() }
}
extension AVAsyncProperty where Root == AVAsset, Value == [AVMetadataItem] {
    public static var metadata: AVAsyncProperty<AVAsset, [AVMetadataItem]> { fatalError() }
}
extension AVAsyncProperty where Root == AVAssetTrack, Value == [CMFormatDescription] {
    public static var formatDescriptions: AVAsyncProperty<AVAssetTrack, [CMFormatDescription]> { fatalError() }
}
extension AVAsyncProperty where Root == AVMetadataItem, Value == String? {
    public static var stringValue: AVAsyncProperty<AVMetadataItem, String?> { fatalError() }
}

public struct AVMetadataIdentifier: RawRepresentable, Hashable, Sendable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    // swift-format-ignore
    public static let quickTimeMetadataComment = AVMetadataIdentifier(rawValue: "")  // AVMetadataIdentifierQuickTimeMetadataComment
}

open class AVMetadataItem: NSObject {
    override init() { fatalError() }
    public fileprivate(set) var identifier: AVMetadataIdentifier? {
        get { fatalError() }
        set { fatalError() }
    }
    public func load<Value>(_ property: AVAsyncProperty<AVMetadataItem, Value>) async throws -> Value { fatalError() }
}

open class AVMutableMetadataItem: AVMetadataItem {
    public override init() { fatalError() }
    public override var identifier: AVMetadataIdentifier? {
        get { fatalError() }
        set { fatalError() }
    }
    public var value: (any NSCopying & NSObjectProtocol)? {
        get { fatalError() }
        set { fatalError() }
    }
    public var dataType: String? {
        get { fatalError() }
        set { fatalError() }
    }
}

open class AVAsset: NSObject, @unchecked Sendable {
    override init() { fatalError() }
    public func loadTracks(withMediaType mediaType: AVMediaType) async throws -> [AVAssetTrack] { fatalError() }
    public func load<Value>(_ property: AVAsyncProperty<AVAsset, Value>) async throws -> Value { fatalError() }
}

open class AVURLAsset: AVAsset, @unchecked Sendable {
    public init(url: URL, options: [String: Any]? = nil) { fatalError() }
}

open class AVAssetTrack: NSObject {
    override init() { fatalError() }
    public func load<Value>(_ property: AVAsyncProperty<AVAssetTrack, Value>) async throws -> Value { fatalError() }
}

open class AVAssetReaderOutput: NSObject {
    override init() { fatalError() }
    public var alwaysCopiesSampleData: Bool {
        get { fatalError() }
        set { fatalError() }
    }
    public func copyNextSampleBuffer() -> CMSampleBuffer? { fatalError() }
}

open class AVAssetReaderTrackOutput: AVAssetReaderOutput {
    public init(track: AVAssetTrack, outputSettings: [String: Any]?) { fatalError() }
}

open class AVAssetReader: NSObject {
    public enum Status: Int, Sendable { case unknown, reading, completed, failed, cancelled }
    public init(asset: AVAsset) throws { fatalError() }
    public var status: Status { fatalError() }
    public var error: (any Error)? { fatalError() }
    public func canAdd(_ output: AVAssetReaderOutput) -> Bool { fatalError() }
    public func add(_ output: AVAssetReaderOutput) { fatalError() }
    public func startReading() -> Bool { fatalError() }
}

// Writing.

open class AVAssetWriterInput: NSObject {
    public convenience init(mediaType: AVMediaType, outputSettings: [String: Any]?) { fatalError() }
    public init(mediaType: AVMediaType, outputSettings: [String: Any]?, sourceFormatHint: CMFormatDescription?) {
        fatalError()
    }
    public var expectsMediaDataInRealTime: Bool {
        get { fatalError() }
        set { fatalError() }
    }
    public var mediaTimeScale: CMTimeScale {
        get { fatalError() }
        set { fatalError() }
    }
    public var isReadyForMoreMediaData: Bool { fatalError() }
    public func append(_ buffer: CMSampleBuffer) -> Bool { fatalError() }
    public func markAsFinished() { fatalError() }
}

open class AVAssetWriterInputPixelBufferAdaptor: NSObject {
    public init(assetWriterInput input: AVAssetWriterInput, sourcePixelBufferAttributes: [String: Any]? = nil) {
        fatalError()
    }
    public func append(_ buffer: CVPixelBuffer, withPresentationTime time: CMTime) -> Bool { fatalError() }
}

open class AVAssetWriter: NSObject {
    public enum Status: Int, Sendable { case unknown, writing, completed, failed, cancelled }
    public init(url: URL, fileType: AVFileType) throws { fatalError() }
    public var status: Status { fatalError() }
    public var error: (any Error)? { fatalError() }
    public var shouldOptimizeForNetworkUse: Bool {
        get { fatalError() }
        set { fatalError() }
    }
    public var metadata: [AVMetadataItem] {
        get { fatalError() }
        set { fatalError() }
    }
    public func canApply(outputSettings: [String: Any]?, forMediaType mediaType: AVMediaType) -> Bool { fatalError() }
    public func canAdd(_ input: AVAssetWriterInput) -> Bool { fatalError() }
    public func add(_ input: AVAssetWriterInput) { fatalError() }
    public func startWriting() -> Bool { fatalError() }
    public func startSession(atSourceTime time: CMTime) { fatalError() }
    public func endSession(atSourceTime time: CMTime) { fatalError() }
    public func finishWriting(completionHandler handler: @escaping @Sendable () -> Void) { fatalError() }
    public func cancelWriting() { fatalError() }
}

// Showing.

public struct AVLayerVideoGravity: RawRepresentable, Hashable, Sendable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let resizeAspect = AVLayerVideoGravity(rawValue: "")  // AVLayerVideoGravityResizeAspect
}

public protocol AVQueuedSampleBufferRendering: NSObjectProtocol {
    var isReadyForMoreMediaData: Bool { get }
    func enqueue(_ buffer: CMSampleBuffer)
    func flush()
}

open class AVSampleBufferVideoRenderer: NSObject, AVQueuedSampleBufferRendering {
    public var isReadyForMoreMediaData: Bool { fatalError() }
    public func enqueue(_ buffer: CMSampleBuffer) { fatalError() }
    public func flush() { fatalError() }
}

open class AVSampleBufferAudioRenderer: NSObject, AVQueuedSampleBufferRendering {
    public override init() { fatalError() }
    public var isReadyForMoreMediaData: Bool { fatalError() }
    public func enqueue(_ buffer: CMSampleBuffer) { fatalError() }
    public func flush() { fatalError() }
}

open class AVSampleBufferRenderSynchronizer: NSObject {
    public override init() { fatalError() }
    public func addRenderer(_ renderer: any AVQueuedSampleBufferRendering) { fatalError() }
    public func setRate(_ rate: Float, time: CMTime) { fatalError() }
    public func currentTime() -> CMTime { fatalError() }
}

open class CALayer: NSObject {
    public override init() { fatalError() }
    public var frame: CGRect {
        get { fatalError() }
        set { fatalError() }
    }
    public func addSublayer(_ layer: CALayer) { fatalError() }
}

// On the main actor as a whole in Apple's; here a subclass of a class that is not cannot be.
open class AVSampleBufferDisplayLayer: CALayer {
    public override init() { fatalError() }
    @MainActor public var videoGravity: AVLayerVideoGravity {
        get { fatalError() }
        set { fatalError() }
    }
    @MainActor public var sampleBufferRenderer: AVSampleBufferVideoRenderer { fatalError() }
}

import Foundation
public import FrameGeneration

/// How fast a video is encoded: each slower preset makes a smaller file of the same quality.
///
/// The names are x264's; other encoders have no presets.
public enum VideoPreset: String, Sendable, Codable, CaseIterable {
    case ultrafast, superfast, veryfast, faster, fast, medium, slow, slower, veryslow, placebo
}

/// How a video is encoded.
public struct VideoSettings: Sendable, Hashable {
    /// Values of `crf` that x264 takes.
    public static let crfRange = 0...51

    /// Frames a second.
    public var frameRate: FrameRate
    /// Constant rate factor: 0 is lossless, 18 looks so, 51 is worst; 6 more halve the file.
    ///
    /// With an encoder other than x264, a bit rate is chosen that gives about that quality.
    public var crf: Int
    /// Time against size.
    public var preset: VideoPreset
    /// Threads x264 may use; 0 lets it choose, as other encoders always do.
    public var threads: Int
    /// Whether each frame's packet comes with the frame, without looking ahead.
    ///
    /// The same quality takes more bytes.
    public var lowDelay: Bool
    /// Most frames from one key frame, where players can begin, to the next: 1 to 10,000; nil leaves it to the encoder
    /// (250 for x264).
    public var keyFrameInterval: Int?

    /// Most rows of the video's pictures, from 16 on; larger frames are scaled down to it, at the same ratio of their sides.
    public var largestHeight: Int?

    /// Settings that give good quality quickly, but for what is said otherwise.
    public init(
        frameRate: FrameRate, crf: Int = 20, preset: VideoPreset = .veryfast, threads: Int = 0, lowDelay: Bool = false,
        keyFrameInterval: Int? = nil
    ) {
        self.frameRate = frameRate
        self.crf = crf
        self.preset = preset
        self.threads = threads
        self.lowDelay = lowDelay
        self.keyFrameInterval = keyFrameInterval
    }

    private static let smallestHeight = 16

    /// The size of the video's pictures, both sides even.
    ///
    /// - Parameter frameSize: of the frames that are encoded.
    /// - Returns: that of the frames, or the largest that is no higher than `largestHeight`.
    public func pictureSize(ofFrames frameSize: ImageSize) -> ImageSize {
        let size = frameSize.roundedUpToEven
        guard let largestHeight, size.height > largestHeight, largestHeight >= Self.smallestHeight else { return size }
        let height = largestHeight / 2 * 2
        let width = (Double(size.width) * Double(height) / Double(size.height) / 2).rounded() * 2
        return ImageSize(width: max(2, Int(width)), height: height)
    }

    /// Bits a second for an encoder that knows no `crf`, about what x264 spends on a talking head: a tenth of a bit a pixel at
    /// 20, half of it 6 further up.
    package func bitRate(ofPictures size: ImageSize) -> Int {
        let framesPerSecond = Double(frameRate.numerator) / Double(frameRate.denominator)
        let bitsPerPixel = 0.1 * exp2(Double(20 - crf) / 6)
        let bitRate = Double(size.width) * Double(size.height) * framesPerSecond * bitsPerPixel
        return Int(min(max(bitRate, 100_000), 100_000_000))
    }

    /// - Throws: `FramegenError` with `.invalidRequest` naming the value that is out of range.
    package func validate() throws(FramegenError) {
        guard Self.crfRange.contains(crf) else {
            throw FramegenError(.invalidRequest, "the constant rate factor is \(crf), expected 0 to 51")
        }
        guard (0...128).contains(threads) else {
            throw FramegenError(.invalidRequest, "\(threads) threads for the video encoder, expected 0 to 128")
        }
        if let largestHeight, largestHeight < Self.smallestHeight {
            throw FramegenError(
                .invalidRequest, "pictures of \(largestHeight) rows at most, expected \(Self.smallestHeight) or more")
        }
        if let keyFrameInterval, !(1...10_000).contains(keyFrameInterval) {
            throw FramegenError(
                .invalidRequest, "key frames \(keyFrameInterval) frames apart, expected 1 to 10,000")
        }
    }
}

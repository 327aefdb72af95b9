#if canImport(CoreMedia)
    package import CoreMedia
    package import CoreVideo
    package import FrameGeneration

    /// Pictures and sound with their times, as AVFoundation's writers and renderers take them.
    package enum SampleBuffers {
        /// The time of a frame, counted from the beginning of the speech.
        package static func time(ofFrame index: Int, at rate: FrameRate) -> CMTime {
            CMTime(value: CMTimeValue(index * rate.denominator), timescale: CMTimeScale(rate.numerator))
        }

        /// A picture that is to be shown from `time` on.
        ///
        /// - Throws: `FramegenError` with `.internalFailure` when CoreMedia refuses it.
        package static func picture(
            _ buffer: CVPixelBuffer, at time: CMTime, duration: CMTime
        ) throws(FramegenError) -> CMSampleBuffer {
            var format: CMVideoFormatDescription?
            var status = CMVideoFormatDescriptionCreateForImageBuffer(
                allocator: kCFAllocatorDefault, imageBuffer: buffer, formatDescriptionOut: &format)
            var sample: CMSampleBuffer?
            if status == 0, let format {
                var timing = CMSampleTimingInfo(
                    duration: duration, presentationTimeStamp: time, decodeTimeStamp: .invalid)
                status = CMSampleBufferCreateReadyWithImageBuffer(
                    allocator: kCFAllocatorDefault, imageBuffer: buffer, formatDescription: format,
                    sampleTiming: &timing,
                    sampleBufferOut: &sample)
            }
            guard status == 0, let sample else {
                throw FramegenError(.internalFailure, "CoreMedia does not take a picture: error \(status)")
            }
            return sample
        }

        /// A picture that is encoded already, to be decoded and shown in the time of another frame.
        ///
        /// - Throws: `FramegenError` with `.internalFailure` when CoreMedia refuses it.
        package static func copy(
            _ picture: CMSampleBuffer, toFrame index: Int, at rate: FrameRate
        ) throws(FramegenError) -> CMSampleBuffer {
            var timing = CMSampleTimingInfo(
                duration: time(ofFrame: 1, at: rate), presentationTimeStamp: time(ofFrame: index, at: rate),
                decodeTimeStamp: .invalid)
            var copy: CMSampleBuffer?
            let status = CMSampleBufferCreateCopyWithNewTiming(
                allocator: kCFAllocatorDefault, sampleBuffer: picture, sampleTimingEntryCount: 1,
                sampleTimingArray: &timing, sampleBufferOut: &copy)
            guard status == 0, let copy else {
                throw FramegenError(.internalFailure, "CoreMedia does not copy a picture: error \(status)")
            }
            return copy
        }

        /// What sound is stored as in the buffers of `sound`.
        ///
        /// - Throws: `FramegenError` with `.internalFailure` when CoreMedia refuses it.
        package static func format(of sound: SoundTrackFormat) throws(FramegenError) -> CMAudioFormatDescription {
            let bytesPerFrame = UInt32(MemoryLayout<Float>.stride * sound.channelCount)
            var description = AudioStreamBasicDescription(
                mSampleRate: Double(sound.sampleRate), mFormatID: kAudioFormatLinearPCM,
                mFormatFlags: kAudioFormatFlagIsFloat | kAudioFormatFlagIsPacked, mBytesPerPacket: bytesPerFrame,
                mFramesPerPacket: 1, mBytesPerFrame: bytesPerFrame, mChannelsPerFrame: UInt32(sound.channelCount),
                mBitsPerChannel: 32, mReserved: 0)
            var format: CMAudioFormatDescription?
            let status = CMAudioFormatDescriptionCreate(
                allocator: kCFAllocatorDefault, asbd: &description, layoutSize: 0, layout: nil, magicCookieSize: 0,
                magicCookie: nil, extensions: nil, formatDescriptionOut: &format)
            guard status == 0, let format else {
                throw FramegenError(.internalFailure, "CoreMedia does not take sound of \(sound): error \(status)")
            }
            return format
        }

        /// The samples of a span, which begin at its own time after `origin`, in samples.
        ///
        /// - Throws: `FramegenError` with `.internalFailure` when CoreMedia refuses them.
        package static func sound(
            _ span: SoundSpan, _ format: CMAudioFormatDescription, origin: Int = 0
        ) throws(FramegenError) -> CMSampleBuffer {
            // Players would clip it too, and encoders fail at what is not finite.
            let samples = span.samples.map { $0.isFinite ? min(max($0, -1), 1) : 0 }
            let byteCount = samples.count * MemoryLayout<Float>.stride
            var block: CMBlockBuffer?
            var status = CMBlockBufferCreateWithMemoryBlock(
                allocator: kCFAllocatorDefault, memoryBlock: nil, blockLength: byteCount,
                blockAllocator: kCFAllocatorDefault, customBlockSource: nil, offsetToData: 0, dataLength: byteCount,
                flags: kCMBlockBufferAssureMemoryNowFlag, blockBufferOut: &block)
            var buffer: CMSampleBuffer?
            if status == 0, let block {
                status = samples.withUnsafeBytes { bytes in
                    guard let start = bytes.baseAddress else { return -1 }
                    return CMBlockBufferReplaceDataBytes(
                        with: start, blockBuffer: block, offsetIntoDestination: 0, dataLength: byteCount)
                }
                if status == 0 {
                    status = CMAudioSampleBufferCreateReadyWithPacketDescriptions(
                        allocator: kCFAllocatorDefault, dataBuffer: block, formatDescription: format,
                        sampleCount: span.sampleCount,
                        presentationTimeStamp: CMTime(
                            value: CMTimeValue(span.start - origin), timescale: CMTimeScale(span.format.sampleRate)),
                        packetDescriptions: nil, sampleBufferOut: &buffer)
                }
            }
            guard status == 0, let buffer else {
                throw FramegenError(.internalFailure, "CoreMedia does not take a piece of sound: error \(status)")
            }
            return buffer
        }

        /// The samples of a buffer of float32, whose channels follow one another.
        ///
        /// - Throws: `FramegenError` with `.internalFailure` naming `path` when CoreMedia does not give them.
        package static func samples(of buffer: CMSampleBuffer, _ path: String) throws(FramegenError) -> [Float] {
            guard let block = CMSampleBufferGetDataBuffer(buffer) else { return [] }
            let byteCount = CMBlockBufferGetDataLength(block)
            var samples = [Float](repeating: 0, count: byteCount / MemoryLayout<Float>.stride)
            guard !samples.isEmpty else { return [] }
            let status = samples.withUnsafeMutableBytes { bytes -> OSStatus in
                guard let start = bytes.baseAddress else { return -1 }
                return CMBlockBufferCopyDataBytes(block, atOffset: 0, dataLength: bytes.count, destination: start)
            }
            guard status == 0 else {
                throw FramegenError(.internalFailure, "\(path) has sound that cannot be copied: \(status)")
            }
            return samples
        }
    }
#endif

#if canImport(AVFoundation)
    import AVFoundation

    extension SampleBuffers {
        /// What AVFoundation is told where sound is to be such samples.
        static var settings: [String: Any] {
            [
                AVFormatIDKey: kAudioFormatLinearPCM, AVLinearPCMBitDepthKey: 32, AVLinearPCMIsFloatKey: true,
                AVLinearPCMIsBigEndianKey: false, AVLinearPCMIsNonInterleaved: false,
            ]
        }
    }
#endif

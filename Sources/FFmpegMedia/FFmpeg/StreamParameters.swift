import CFFmpeg
import FrameGeneration

/// What a container must know of a stream.
///
/// Nothing changes it once it is made, which the compiler cannot see of what it points to.
final class StreamParameters: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<AVCodecParameters>
    /// Unit of the times that its packets have.
    let timeBase: AVRational
    /// Pictures a second; 0 for sound.
    let frameRate: AVRational

    private init(timeBase: AVRational, frameRate: AVRational) throws(FramegenError) {
        guard let pointer = avcodec_parameters_alloc() else { throw Libav.outOfMemory() }
        self.pointer = pointer
        self.timeBase = timeBase
        self.frameRate = frameRate
    }

    /// The stream that an encoder makes.
    convenience init(of encoder: StreamEncoder) throws(FramegenError) {
        let context = encoder.context
        try self.init(timeBase: context.pointee.time_base, frameRate: context.pointee.framerate)
        guard avcodec_parameters_from_context(pointer, context) >= 0 else { throw Libav.outOfMemory() }
    }

    /// The stream of a file, whose packets will have times in `timeBase`.
    convenience init(
        of stream: UnsafeMutablePointer<AVStream>, timeBase: AVRational, frameRate: AVRational
    ) throws(FramegenError) {
        try self.init(timeBase: timeBase, frameRate: frameRate)
        guard avcodec_parameters_copy(pointer, stream.pointee.codecpar) >= 0 else { throw Libav.outOfMemory() }
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVCodecParameters>? = pointer
        avcodec_parameters_free(&pointer)
    }

    /// Seconds by which its first packet comes before time 0, as a fraction: an encoder's delay.
    var lead: AVRational {
        guard pointer.pointee.codec_type == AVMEDIA_TYPE_AUDIO else {
            return av_mul_q(AVRational(num: pointer.pointee.video_delay, den: 1), timeBase)
        }
        return AVRational(num: pointer.pointee.initial_padding, den: max(1, pointer.pointee.sample_rate))
    }

    /// What decoders need besides the packets.
    var extraData: [UInt8] {
        guard let data = pointer.pointee.extradata else { return [] }
        return Array(UnsafeBufferPointer(start: data, count: Int(pointer.pointee.extradata_size)))
    }

    var codecName: String { String(cString: avcodec_get_name(pointer.pointee.codec_id)) }
}

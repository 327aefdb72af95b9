import CFFmpeg
import CFFmpegShims
import FrameGeneration
import MediaSupport

/// Encodes spans of sound as AAC, in packets of a fixed size whatever the spans' lengths.
///
/// A packet comes out when the sound of the one after it is there. Its time is that of the sound that players hear from
/// it on; the first one lies before all sound, as AAC begins with one that only makes the next one whole.
final class SoundEncoder {
    /// Bits a second of one channel and of two.
    private static let bitRates: [Int64] = [128_000, 192_000]

    let stream: StreamEncoder
    let format: SoundTrackFormat
    /// Samples of each channel in a packet.
    let packetSize: Int
    /// Samples of each channel that went in by the end of the last span, counted from the beginning of the speech; nil
    /// before the first span.
    private(set) var end: Int?
    /// Sample that is at time 0; nil where that is the first one.
    private var origin: Int?
    private var waiting: [Float] = []
    /// Sample that the next packet begins with.
    private var position = 0

    /// - Parameters:
    ///   - format: of every span.
    ///   - origin: the sample, counted from the beginning of the speech, at which packets have time 0; nil for the
    ///     first one that comes.
    /// - Throws: `FramegenError`: `.notFound` without an encoder, `.internalFailure` when it refuses the format.
    init(_ format: SoundTrackFormat, origin: Int? = nil) throws(FramegenError) {
        guard let codec = avcodec_find_encoder(AV_CODEC_ID_AAC) else {
            throw FramegenError(.notFound, "FFmpeg's libavcodec has no AAC encoder here")
        }
        stream = try StreamEncoder(codec) { context in
            context.pointee.sample_fmt = AV_SAMPLE_FMT_FLTP
            context.pointee.sample_rate = Int32(format.sampleRate)
            context.pointee.time_base = AVRational(num: 1, den: Int32(format.sampleRate))
            context.pointee.bit_rate = Self.bitRates[format.channelCount - 1]
            av_channel_layout_default(&context.pointee.ch_layout, Int32(format.channelCount))
            return 0
        }
        packetSize = Int(stream.context.pointee.frame_size)
        self.format = format
        self.origin = origin
    }

    /// Encodes whole packets of what has come; the rest waits.
    ///
    /// - Throws: `FramegenError`: `.invalidRequest` for a span that does not follow the one before, and what `write`
    ///   throws.
    func encode(_ span: SoundSpan, write: (Packet) throws(FramegenError) -> Void) throws(FramegenError) {
        guard span.format == format, span.start == end ?? span.start else {
            throw FramegenError(
                .invalidRequest,
                "sound of \(span.format) from sample \(span.start) on, expected \(format) from \(end ?? 0) on")
        }
        if end == nil { position = span.start }
        origin = origin ?? span.start
        end = span.end
        waiting += span.samples
        let length = packetSize * format.channelCount
        var encoded = 0
        while waiting.count - encoded >= length {
            try encode(waiting[encoded..<encoded + length], write)
            encoded += length
        }
        waiting.removeFirst(encoded)
    }

    /// Encodes what waits, and hands out all that is left.
    ///
    /// - Throws: `FramegenError`, and what `write` throws.
    func finish(write: (Packet) throws(FramegenError) -> Void) throws(FramegenError) {
        if !waiting.isEmpty { try encode(waiting[...], write) }
        waiting = []
        try stream.encode(nil, write: write)
    }

    private func encode(
        _ samples: ArraySlice<Float>, _ write: (Packet) throws(FramegenError) -> Void
    ) throws(FramegenError) {
        let channels = format.channelCount
        let count = samples.count / channels
        let frame = try FrameBuffer()
        frame.pointer.pointee.format = AV_SAMPLE_FMT_FLTP.rawValue
        frame.pointer.pointee.sample_rate = Int32(format.sampleRate)
        frame.pointer.pointee.nb_samples = Int32(count)
        frame.pointer.pointee.pts = Int64(position - (origin ?? 0))
        av_channel_layout_default(&frame.pointer.pointee.ch_layout, Int32(channels))
        try Libav.check(av_frame_get_buffer(frame.pointer, 0)) { reason in
            FramegenError(.internalFailure, "no memory for sound: \(reason)")
        }
        let planes = [frame.pointer.pointee.data.0, frame.pointer.pointee.data.1]
        for channel in 0..<channels {
            planes[channel]?.withMemoryRebound(to: Float.self, capacity: count) { plane in
                for index in 0..<count {
                    // Players would clip it too, and the encoder fails at what is not finite.
                    plane[index] = samples[samples.startIndex + index * channels + channel].limited(to: 1)
                }
            }
        }
        position += count
        try stream.encode(frame, write: write)
    }
}

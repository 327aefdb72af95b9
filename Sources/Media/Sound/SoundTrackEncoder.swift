import CFFmpeg
import CFFmpegShims
import FrameGeneration

/// Encodes the sound of a video as AAC, as much of it as there are pictures.
final class SoundTrackEncoder {
    /// Bits a second of one channel and of two.
    private static let bitRates: [Int64] = [128_000, 192_000]

    let encoder: StreamEncoder
    private let track: SoundTrack
    /// Samples of each channel that were encoded.
    private var position = 0

    /// - Throws: `FramegenError`: what `SoundTrack` throws, or `.internalFailure` when the codec refuses.
    init(path: String) throws(FramegenError) {
        let track = try SoundTrack(path: path)
        guard let codec = avcodec_find_encoder(AV_CODEC_ID_AAC) else {
            throw FramegenError(.notFound, "FFmpeg's libavcodec has no AAC encoder here")
        }
        encoder = try StreamEncoder(codec) { context in
            context.pointee.sample_fmt = AV_SAMPLE_FMT_FLTP
            context.pointee.sample_rate = Int32(track.sampleRate)
            context.pointee.time_base = AVRational(num: 1, den: Int32(track.sampleRate))
            context.pointee.bit_rate = Self.bitRates[track.channelCount - 1]
            av_channel_layout_default(&context.pointee.ch_layout, Int32(track.channelCount))
            return 0
        }
        self.track = track
    }

    /// Encodes whole packets of sound as far as pictures go, and all that is left after the last one.
    ///
    /// - Parameters:
    ///   - frameCount: pictures so far.
    ///   - frameRate: pictures a second.
    ///   - isLast: whether there are no more.
    ///   - write: takes the packets.
    /// - Throws: `FramegenError` when the sound cannot be read, and what `write` throws.
    func encode(
        upTo frameCount: Int, _ frameRate: FrameRate, isLast: Bool, write: (Packet) throws(FramegenError) -> Void
    ) throws(FramegenError) {
        let sampleCount = Int(
            av_rescale(
                Int64(frameCount), Int64(track.sampleRate) * Int64(frameRate.denominator), Int64(frameRate.numerator)))
        let packetSize = Int(encoder.context.pointee.frame_size)
        while position < sampleCount {
            let count = min(packetSize, sampleCount - position)
            guard count == packetSize || isLast else { return }
            try encoder.encode(try piece(count), write: write)
            position += count
        }
        if isLast { try encoder.encode(nil, write: write) }
    }

    private func piece(_ count: Int) throws(FramegenError) -> FrameBuffer {
        let samples = try track.read(count)
        let frame = try FrameBuffer()
        frame.pointer.pointee.format = AV_SAMPLE_FMT_FLTP.rawValue
        frame.pointer.pointee.sample_rate = Int32(track.sampleRate)
        frame.pointer.pointee.nb_samples = Int32(count)
        frame.pointer.pointee.pts = Int64(position)
        av_channel_layout_default(&frame.pointer.pointee.ch_layout, Int32(track.channelCount))
        try Libav.check(av_frame_get_buffer(frame.pointer, 0)) { reason in
            FramegenError(.internalFailure, "no memory for sound: \(reason)")
        }
        let planes = [frame.pointer.pointee.data.0, frame.pointer.pointee.data.1]
        for channel in 0..<track.channelCount {
            planes[channel]?.withMemoryRebound(to: Float.self, capacity: count) { plane in
                for index in 0..<count { plane[index] = samples[index * track.channelCount + channel] }
            }
        }
        return frame
    }
}

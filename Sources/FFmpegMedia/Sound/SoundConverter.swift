import CFFmpeg
import CFFmpegShims
import FrameGeneration
import MediaSupport

/// Mixes sound to 32-bit floats, −1…1, channels interleaved, and resamples it.
///
/// What is not finite becomes silence, and what is beyond the format's largest sample is clipped, before the filter, which
/// would spread it.
///
/// Libswresample mixes, as only it knows what speakers channels are for; rates are `SoundResampler`'s, as on platforms without
/// FFmpeg.
final class SoundConverter: SoundConverting {
    private let format: SoundFormat
    private var context: OpaquePointer?
    private var resampler: SoundResampler?
    private var source: Source?

    private struct Source: Equatable {
        var sampleRate: Int32
        var sampleFormat: Int32
        var channelCount: Int32
        /// Which speakers the channels are for.
        var mask: UInt64
    }

    init(to format: SoundFormat) { self.format = format }

    deinit { swr_free(&context) }

    /// Converts a piece of decoded sound, which may be of another format than the one before.
    ///
    /// - Throws: a reason in words, to be put behind the file's name.
    func convert(_ frame: UnsafeMutablePointer<AVFrame>) throws(SoundFormatError) -> [Float] {
        guard FloatSamples(of: frame)?.exceeds(format.largestSample) == true else { return try resample(frame) }
        // The frame is for the other form too.
        var copy = av_frame_clone(frame)
        defer { av_frame_free(&copy) }
        guard let copy, av_frame_make_writable(copy) >= 0 else {
            throw SoundFormatError("has sound that cannot be converted: no memory")
        }
        FloatSamples(of: copy)?.limit(to: format.largestSample)
        return try resample(copy)
    }

    private func resample(_ frame: UnsafeMutablePointer<AVFrame>) throws(SoundFormatError) -> [Float] {
        let layout = frame.pointee.ch_layout
        let source = Source(
            sampleRate: frame.pointee.sample_rate, sampleFormat: frame.pointee.format,
            channelCount: layout.nb_channels, mask: layout.order == AV_CHANNEL_ORDER_NATIVE ? layout.u.mask : 0)
        let rest = try prepare(source, layout)
        let data = UnsafePointer<UnsafePointer<UInt8>?>(OpaquePointer(frame.pointee.extended_data))
        return try rest + run(data, frame.pointee.nb_samples)
    }

    /// Converts a piece of sound whose channels are interleaved.
    ///
    /// - Throws: a reason in words, to be put behind the sound's name.
    func convert(_ samples: [Float], sampleRate: Int, channelCount: Int) throws(SoundFormatError) -> [Float] {
        guard !samples.isEmpty else { return [] }
        var samples = samples
        samples.limit(to: format.largestSample)
        var layout = AVChannelLayout()
        av_channel_layout_default(&layout, Int32(clamping: channelCount))
        let source = Source(
            sampleRate: Int32(clamping: sampleRate), sampleFormat: AV_SAMPLE_FMT_FLT.rawValue,
            channelCount: layout.nb_channels, mask: layout.u.mask)
        let rest = try prepare(source, layout)
        return try samples.withUnsafeBufferPointer { buffer throws(SoundFormatError) in
            var data = UnsafeRawPointer(buffer.baseAddress)?.assumingMemoryBound(to: UInt8.self)
            return try rest + run(&data, Int32(clamping: samples.count / max(channelCount, 1)))
        }
    }

    /// What the filter still holds.
    func finish() -> [Float] {
        guard context != nil else { return [] }
        defer {
            swr_free(&context)
            source = nil
            resampler = nil
        }
        let mixed = (try? run(nil, 0)) ?? []
        return mixed + limited(resampler?.finish() ?? [])
    }

    /// Makes ready for a format; gives what is left of sound in another one.
    private func prepare(_ source: Source, _ layout: AVChannelLayout) throws(SoundFormatError) -> [Float] {
        guard source != self.source else { return [] }
        let rest = finish()
        try open(source, layout)
        return rest
    }

    private func open(_ source: Source, _ layout: AVChannelLayout) throws(SoundFormatError) {
        guard SoundFormat.sourceRates.contains(Int(source.sampleRate)) else {
            throw SoundFormatError("has \(source.sampleRate) samples a second, expected 1,000 to 768,000")
        }
        guard (1...64).contains(source.channelCount) else {
            throw SoundFormatError("has \(source.channelCount) channels, expected 1 to 64")
        }
        var (sourceLayout, layout) = (layout, AVChannelLayout())
        // Without a layout of its own, as in many WAV files, the count says it.
        if sourceLayout.order == AV_CHANNEL_ORDER_UNSPEC {
            av_channel_layout_default(&sourceLayout, source.channelCount)
        }
        av_channel_layout_default(&layout, Int32(format.channelCount))
        let status = swr_alloc_set_opts2(
            &context, &layout, AV_SAMPLE_FMT_FLT, source.sampleRate, &sourceLayout,
            AVSampleFormat(rawValue: source.sampleFormat), source.sampleRate, 0, nil)
        try check(status)
        let settings = UnsafeMutableRawPointer(context)
        // By itself it would mix 16-bit sound in 16 bits.
        av_opt_set_sample_fmt(settings, "internal_sample_fmt", AV_SAMPLE_FMT_FLTP, 0)
        // Nobody knows which of many channels is for whom.
        if format.mixing == .average || sourceLayout.order == AV_CHANNEL_ORDER_UNSPEC {
            let count = Int(source.channelCount)
            let share = [Double](repeating: 1 / Double(count), count: count * format.channelCount)
            try check(swr_set_matrix(context, share, source.channelCount))
        }
        try check(swr_init(context))
        resampler = SoundResampler(
            from: Int(source.sampleRate), to: format.sampleRate, channelCount: format.channelCount)
        self.source = source
    }

    /// Feeds `count` samples; with none, gives what the mixer holds.
    private func run(
        _ data: UnsafePointer<UnsafePointer<UInt8>?>?, _ count: Int32
    ) throws(SoundFormatError) -> [Float] {
        let capacity = swr_get_out_samples(context, count)
        try check(capacity)
        let channels = format.channelCount
        var status: Int32 = 0
        // At least one: made without capacity, an array would write its count into the empty array that threads share.
        let room = max(1, Int(capacity) * channels)
        let samples = [Float](unsafeUninitializedCapacity: room) { buffer, filled in
            buffer.withMemoryRebound(to: UInt8.self) { bytes in
                var output = bytes.baseAddress
                status = swr_convert(context, &output, capacity, UnsafeMutablePointer(mutating: data), count)
            }
            filled = Int(max(0, status)) * channels
        }
        try check(status)
        return limited(resampler?.add(samples) ?? samples)
    }

    private func limited(_ samples: [Float]) -> [Float] {
        var samples = samples
        samples.limit(to: format.largestSample)
        return samples
    }

    private func check(_ status: Int32) throws(SoundFormatError) {
        guard status < 0 else { return }
        throw SoundFormatError("has sound that cannot be converted: \(Libav.reason(status))")
    }
}

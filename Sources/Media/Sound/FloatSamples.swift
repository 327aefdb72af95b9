import CFFmpeg

/// The samples of a piece of sound, where they are floating-point numbers: others cannot be out of range.
enum FloatSamples {
    /// A buffer for each channel, or one in which the channels take turns.
    case single([UnsafeMutableBufferPointer<Float>])
    /// The same in double precision.
    case double([UnsafeMutableBufferPointer<Double>])

    /// Nil for whole numbers.
    init?(of frame: UnsafeMutablePointer<AVFrame>) {
        switch AVSampleFormat(rawValue: frame.pointee.format) {
        case AV_SAMPLE_FMT_FLT, AV_SAMPLE_FMT_FLTP: self = .single(Self.buffers(of: frame))
        case AV_SAMPLE_FMT_DBL, AV_SAMPLE_FMT_DBLP: self = .double(Self.buffers(of: frame))
        default: return nil
        }
    }

    private static func buffers<Sample>(
        of frame: UnsafeMutablePointer<AVFrame>
    ) -> [UnsafeMutableBufferPointer<Sample>] {
        let isPlanar = av_sample_fmt_is_planar(AVSampleFormat(rawValue: frame.pointee.format)) != 0
        let (sampleCount, channelCount) = (Int(frame.pointee.nb_samples), Int(frame.pointee.ch_layout.nb_channels))
        return (0..<(isPlanar ? channelCount : 1)).map { plane in
            let start = frame.pointee.extended_data[plane].map { UnsafeMutableRawPointer($0) }
            return UnsafeMutableBufferPointer(
                start: start?.assumingMemoryBound(to: Sample.self),
                count: start == nil ? 0 : sampleCount * (isPlanar ? 1 : channelCount))
        }
    }

    /// Whether a sample is not a number from −`limit` to `limit`.
    func exceeds(_ limit: Float) -> Bool {
        switch self {
        case .single(let buffers): buffers.contains { $0.exceeds(limit) }
        case .double(let buffers): buffers.contains { $0.exceeds(Double(limit)) }
        }
    }

    /// Clips what exceeds `limit`, and makes silence of what is not finite.
    func limit(to limit: Float) {
        switch self {
        case .single(let buffers): for buffer in buffers { buffer.limit(to: limit) }
        case .double(let buffers): for buffer in buffers { buffer.limit(to: Double(limit)) }
        }
    }
}

extension UnsafeMutableBufferPointer where Element: BinaryFloatingPoint {
    /// Whether a sample is not a number from −`limit` to `limit`.
    func exceeds(_ limit: Element) -> Bool {
        // Whole, as a loop that ends early is slower where all is well.
        var isWithin = true
        for sample in self { isWithin = isWithin && abs(sample) <= limit }
        return !isWithin
    }

    /// Clips what exceeds `limit`, and makes silence of what is not finite.
    func limit(to limit: Element) {
        for index in indices { self[index] = self[index].limited(to: limit) }
    }
}

extension BinaryFloatingPoint {
    /// Clipped to −`limit` to `limit`; 0 for what is not finite.
    func limited(to limit: Self) -> Self { isFinite ? min(max(self, -limit), limit) : 0 }
}

extension [Float] {
    /// Clips what exceeds `limit`, and makes silence of what is not finite.
    mutating func limit(to limit: Float) {
        withUnsafeMutableBufferPointer { buffer in
            if buffer.exceeds(limit) { buffer.limit(to: limit) }
        }
    }
}

import CFFmpeg
import MediaSupport

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

extension SoundCheck {
    /// Looks at a piece as it was decoded, `start` seconds into the sound.
    mutating func look(at frame: UnsafeMutablePointer<AVFrame>, from start: Double) {
        let (rate, count) = (Double(frame.pointee.sample_rate), Int(frame.pointee.nb_samples))
        switch FloatSamples(of: frame) {
        case .single(let buffers): look(at: buffers.map { UnsafeBufferPointer($0) }, count, start, rate)
        case .double(let buffers): look(at: buffers.map { UnsafeBufferPointer($0) }, count, start, rate)
        case nil: break
        }
    }
}

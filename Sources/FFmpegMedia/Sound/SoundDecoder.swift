import CFFmpeg
import CFFmpegShims
import FrameGeneration

/// Decodes the sound of a file so that it lies where its time stamps say: where packets are missing there is silence, and
/// what is there twice comes once.
///
/// A stamp is compared with the length of all sound before it, so that packets that are missing one by one add up. Only a
/// difference of more than the tolerance counts: less is how containers round, and how they stamp a packet with the time of
/// its neighbour. The clock of a recorder and that of the stamps may differ by some parts in a million, which an hour makes
/// more than the tolerance; nobody misses sound there, so the comparison follows as much of a difference as that explains,
/// and a slow clock never makes a hole in the words. The first stamp is time 0, whatever it says. Stamps that begin anew are
/// those of another file that was put behind the first, which is played too.
final class SoundDecoder {
    /// Seconds by which a stamp may be off, besides the length of a packet.
    private static let tolerance = 0.04
    /// Seconds of a packet that count for that: the packets of sound that is not compressed may be longer.
    private static let longestPacket = 0.1
    /// Seconds in a second by which a clock may be wrong.
    private static let drift = 5e-4
    /// Seconds that may be missing at once, or be there twice: more is a fault of the stamps.
    private static let longestJump = 60.0
    /// Seconds that the first stamp of a file put behind another one may be later than the first of that.
    private static let rounding = 1e-3
    /// AVI has no stamps: FFmpeg counts bytes, which are not time where their rate varies.
    private static let formatsWithoutStamps: Set = ["avi"]

    let stream: UnsafeMutablePointer<AVStream>
    /// What the first damaged packet was about; nil while all is well.
    var damage: String? { decoder.damage }
    /// Seconds of sound before the piece that `next` gave last.
    private(set) var start = 0.0
    /// What the user should know of the stamps; set when it is found.
    private(set) var warning: String?
    private let decoder: StreamDecoder
    private let secondsPerUnit: Double
    private let hasStamps: Bool
    /// Seconds of all sound up to now.
    private(set) var end = 0.0
    /// The first stamp, in seconds, and that of time 0; nil before the first one.
    private var firstStamp: Double?
    private var origin: Double?
    /// Whether sound comes again that was there already.
    private var isRepeating = false
    /// What fills a gap, and how many samples of each channel are left of it.
    private var silence: FrameBuffer?
    private var silentSampleCount = 0
    /// What comes after the gap.
    private var pending: UnsafeMutablePointer<AVFrame>?

    /// - Parameters:
    ///   - input: the file; no other decoder may use it.
    ///   - stream: one of its sound streams; nil where it has none.
    /// - Throws: `FramegenError` with `.invalidData` naming the file when FFmpeg cannot decode it, or there is none.
    init(_ input: MediaInput, _ stream: UnsafeMutablePointer<AVStream>?) throws(FramegenError) {
        decoder = try StreamDecoder(input, stream, name: "sound")
        self.stream = decoder.stream
        secondsPerUnit = av_q2d(decoder.stream.pointee.time_base)
        hasStamps = Self.formatsWithoutStamps.isDisjoint(with: input.formatNames)
    }

    /// The next piece of sound, which stays as it is until the next call; nil after the last one.
    ///
    /// - Throws: `FramegenError` naming the file: `.notFound` when the system fails to read it, `.invalidData` when its
    ///   time stamps jump by more than a minute.
    func next() throws(FramegenError) -> UnsafeMutablePointer<AVFrame>? {
        while true {
            if silentSampleCount > 0, let silence {
                // The last piece of it may be shorter.
                let frame = silence.pointer
                frame.pointee.nb_samples = min(frame.pointee.nb_samples, Int32(clamping: silentSampleCount))
                silentSampleCount -= Int(frame.pointee.nb_samples)
                return passed(frame)
            }
            silence = nil
            if let frame = pending {
                pending = nil
                return passed(frame)
            }
            guard let frame = try decoder.next() else { return nil }
            try place(frame)
        }
    }

    private func passed(_ frame: UnsafeMutablePointer<AVFrame>) -> UnsafeMutablePointer<AVFrame> {
        start = end
        end += frame.seconds
        return frame
    }

    /// Says what comes next of a piece, and what before it.
    private func place(_ frame: UnsafeMutablePointer<AVFrame>) throws(FramegenError) {
        pending = frame
        // One that has no rate is refused when it is converted.
        guard hasStamps, frame.pointee.pts != framegen_no_timestamp, frame.pointee.sample_rate > 0 else { return }
        let stamp = Double(frame.pointee.pts) * secondsPerUnit
        let firstStamp = self.firstStamp ?? stamp
        var origin = self.origin ?? stamp - end
        defer { (self.firstStamp, self.origin) = (firstStamp, origin) }
        var jump = stamp - origin - end
        let tolerance = Self.tolerance + min(frame.seconds, Self.longestPacket)
        if jump < -tolerance, decoder.input.mayRestart || stamp <= firstStamp + Self.rounding {
            origin = stamp - end
            jump = 0
        }
        guard abs(jump) <= Self.longestJump else {
            throw FramegenError(
                .invalidData,
                "\(decoder.input.path) jumps \(jump < 0 ? "back " : "")by \(abs(jump).secondsText) in its time stamps at "
                    + "\(end.secondsText), expected \(Self.longestJump.secondsText) at most")
        }
        if jump > tolerance {
            try prepareSilence(like: frame, seconds: jump)
        } else if jump < (isRepeating ? 0 : -tolerance) {
            if !isRepeating { noteOverlap(-jump) }
            try cut(frame, seconds: -jump)
            // Of a piece that was cut in part the rest is new, and so is the next one.
            isRepeating = pending == nil
            return
        } else {
            origin += min(max(jump, -Self.drift * frame.seconds), Self.drift * frame.seconds)
        }
        isRepeating = false
    }

    private func noteOverlap(_ seconds: Double) {
        warning =
            warning
            ?? "\(decoder.input.path) goes back by \(seconds.secondsText) at \(end.secondsText): sound that comes twice is "
            + "left out"
    }

    private func prepareSilence(
        like frame: UnsafeMutablePointer<AVFrame>, seconds: Double
    ) throws(FramegenError) {
        silentSampleCount = Int((seconds * Double(frame.pointee.sample_rate)).rounded())
        let silence = try FrameBuffer()
        let pointer = silence.pointer
        pointer.pointee.format = frame.pointee.format
        pointer.pointee.sample_rate = frame.pointee.sample_rate
        // In pieces, so that memory does not grow with the gap.
        pointer.pointee.nb_samples = max(1, min(Int32(clamping: silentSampleCount), frame.pointee.sample_rate / 4))
        var status = av_channel_layout_copy(&pointer.pointee.ch_layout, &frame.pointee.ch_layout)
        if status >= 0 { status = av_frame_get_buffer(pointer, 0) }
        if status >= 0 {
            status = av_samples_set_silence(
                pointer.pointee.extended_data, 0, pointer.pointee.nb_samples, pointer.pointee.ch_layout.nb_channels,
                AVSampleFormat(rawValue: pointer.pointee.format))
        }
        try Libav.check(status, or: unfillable)
        self.silence = silence
    }

    /// Cuts the beginning of a piece, or all of it.
    private func cut(_ frame: UnsafeMutablePointer<AVFrame>, seconds: Double) throws(FramegenError) {
        let count = Int32(clamping: Int((seconds * Double(frame.pointee.sample_rate)).rounded()))
        guard count < frame.pointee.nb_samples else {
            pending = nil
            return
        }
        guard count > 0 else { return }
        var status = av_frame_make_writable(frame)
        if status >= 0 {
            status = av_samples_copy(
                frame.pointee.extended_data, frame.pointee.extended_data, 0, count, frame.pointee.nb_samples - count,
                frame.pointee.ch_layout.nb_channels, AVSampleFormat(rawValue: frame.pointee.format))
        }
        try Libav.check(status, or: unfillable)
        frame.pointee.nb_samples -= count
    }

    private func unfillable(_ reason: String) -> FramegenError {
        FramegenError(.internalFailure, "\(decoder.input.path) has sound that cannot be put in its place: \(reason)")
    }
}

extension UnsafeMutablePointer<AVFrame> {
    /// How long a piece of sound is; 0 where it does not say its rate.
    fileprivate var seconds: Double {
        pointee.sample_rate > 0 ? Double(pointee.nb_samples) / Double(pointee.sample_rate) : 0
    }
}

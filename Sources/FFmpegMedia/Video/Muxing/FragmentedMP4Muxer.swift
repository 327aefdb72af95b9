import CFFmpeg
import CFFmpegShims
import FrameGeneration

/// Makes a fragmented MP4 as pieces of bytes: first what players need to begin, then a fragment for each picture, with the sound
/// that is ready by then.
///
/// What its memory holds does not grow: there is no index at the end.
final class FragmentedMP4Muxer: Muxer {
    private let bytes: OutputBytes
    private let output: MP4Output
    /// Added to all times, in seconds: none may be negative here, and pictures and sound stay together.
    private let lead: AVRational
    private let pictureDuration: AVRational
    /// Of the fragment that is being made; nil before it has a picture.
    private var times: StreamFragmentTimes?
    /// When the next picture is due.
    private var endInSeconds = 0.0
    private var pieces: [StreamPiece] = []

    /// Makes the beginning.
    ///
    /// - Parameters:
    ///   - name: of the stream in errors.
    ///   - streams: one for each stream, the pictures first.
    /// - Throws: `FramegenError` with `.cannotWrite` naming the stream.
    init(name: String, streams: [StreamParameters]) throws(FramegenError) {
        bytes = try OutputBytes()
        output = try MP4Output(name: name, streams: streams)
        lead = streams.map(\.lead).max { av_cmp_q($0, $1) < 0 } ?? AVRational(num: 0, den: 1)
        pictureDuration = streams.first.map { av_inv_q($0.frameRate) } ?? AVRational(num: 0, den: 1)
        output.context.pointee.pb = bytes.stream
        output.context.pointee.avoid_negative_ts = 0
        // The last flag makes streams keep the times at which they begin.
        try output.writeHeader([
            "movflags": "+frag_custom+empty_moov+default_base_moof+skip_trailer+frag_discont", "use_editlist": "0",
        ])
        keepPiece(.beginning)
    }

    func write(_ packet: Packet, toStream stream: Int) throws(FramegenError) {
        if stream == 0 { try endPicture() }
        let timeBase = output.address(packet, toStream: stream)
        let delay = av_rescale(Int64(lead.num), Int64(timeBase.den), Int64(lead.den) * Int64(timeBase.num))
        packet.pointer.pointee.pts += delay
        packet.pointer.pointee.dts += delay
        if stream == 0 {
            times = StreamFragmentTimes(
                startInSeconds: Double(packet.pointer.pointee.dts) * av_q2d(timeBase),
                durationInSeconds: av_q2d(pictureDuration),
                isKeyFrame: packet.isKey)
        }
        try output.check(av_write_frame(output.context, packet.pointer))
    }

    /// Ends the fragment if it has a picture; sound alone waits for the next one.
    func endPicture() throws(FramegenError) {
        if times != nil { try endFragment() }
    }

    /// Makes a fragment of what is left.
    func finish() throws(FramegenError) {
        try output.writeTrailer()
        keepFragment()
    }

    /// What was made since the last call: the beginning, or whole fragments.
    func takePieces() -> [StreamPiece] {
        defer { pieces = [] }
        return pieces
    }

    private func endFragment() throws(FramegenError) {
        try output.check(av_write_frame(output.context, nil))
        keepFragment()
    }

    private func keepFragment() {
        let times =
            times ?? StreamFragmentTimes(startInSeconds: endInSeconds, durationInSeconds: 0, isKeyFrame: false)
        self.times = nil
        endInSeconds = times.startInSeconds + times.durationInSeconds
        keepPiece(.fragment(times))
    }

    private func keepPiece(_ kind: StreamPiece.Kind) {
        let piece = StreamPiece(kind, bytes: bytes.take())
        if !piece.bytes.isEmpty { pieces.append(piece) }
    }
}

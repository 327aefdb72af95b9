import CFFmpeg
import FrameGeneration

/// One of the sound streams of a file.
struct SoundStream {
    /// Most streams that a message lists.
    private static let mostListed = 16

    /// Nil where the file has no sound.
    let pointer: UnsafeMutablePointer<AVStream>?
    /// What the user should know of the choice, where nobody made it.
    let warning: String?

    /// - Parameters:
    ///   - number: counted from 0 among the file's sound streams, as in FFmpeg's `a:0`; nil for the one that players
    ///     would choose.
    ///   - input: the file.
    /// - Throws: `FramegenError` with `.invalidRequest` that lists the streams where it has no such one.
    init(_ number: Int?, of input: MediaInput) throws(FramegenError) {
        let streams = input.streams(AVMEDIA_TYPE_AUDIO)
        let chosen = input.bestStream(AVMEDIA_TYPE_AUDIO)
        guard let number, !streams.isEmpty else {
            pointer = chosen
            warning = streams.firstIndex { $0 == chosen }.flatMap { index in
                guard streams.count > 1 else { return nil }
                return
                    "\(input.path) has the sound streams \(Self.list(streams)): stream \(index) is taken, as no other "
                    + "one is asked for"
            }
            return
        }
        guard streams.indices.contains(number) else {
            throw FramegenError(
                .invalidRequest, "\(input.path) has no sound stream \(number), expected one of \(Self.list(streams))")
        }
        pointer = streams[number]
        warning = nil
    }

    /// Such as `0 (aac, eng), 1 (ac3)`.
    private static func list(_ streams: [UnsafeMutablePointer<AVStream>]) -> String {
        let names = streams.enumerated().prefix(mostListed).map { index, stream in
            let codec = String(cString: avcodec_get_name(stream.pointee.codecpar.pointee.codec_id))
            let language = av_dict_get(stream.pointee.metadata, "language", nil, 0).flatMap { entry in
                entry.pointee.value.map { Libav.printable(String(cString: $0)) }
            }
            // "und" stands for a language that nobody said.
            let isKnown = language.map { !$0.isEmpty && $0 != "und" } ?? false
            return "\(index) (\([codec, isKnown ? language : nil].compactMap { $0 }.joined(separator: ", ")))"
        }
        let more = streams.count > mostListed ? ["and \(streams.count - mostListed) more"] : []
        return (names + more).joined(separator: ", ")
    }
}

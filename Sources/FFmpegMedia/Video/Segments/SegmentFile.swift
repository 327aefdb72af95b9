import CFFmpeg
import CFFmpegShims
import FrameGeneration
import MediaSupport

/// What joining must know of a segment's file before it reads all of it.
struct SegmentFile {
    let path: String
    let mark: SegmentMark
    let pictures: StreamParameters
    /// Nil for a silent video, or where the segment is shorter than a packet of sound.
    let sound: StreamParameters?
    /// Pictures by which packets come before they are shown.
    let delay: Int

    /// Opens a file and reads its first picture.
    ///
    /// - Throws: `FramegenError` naming `path`: `.notFound` if it cannot be read, `.invalidData` if it is no segment.
    init(path: String) throws(FramegenError) {
        let input = try Self.open(path)
        self.path = path
        guard let comment = av_dict_get(input.context.pointee.metadata, "comment", nil, 0)?.pointee.value,
            let mark = SegmentMark(comment: String(cString: comment))
        else {
            throw FramegenError(.invalidData, "\(path) is not a segment, expected a video that was written as one")
        }
        self.mark = mark
        guard let pictureStream = input.bestStream(AVMEDIA_TYPE_VIDEO) else {
            throw FramegenError(.invalidData, "\(path) has no pictures")
        }
        let rate = mark.frameRate
        pictures = try StreamParameters(
            of: pictureStream, timeBase: AVRational(num: Int32(rate.denominator), den: Int32(rate.numerator)),
            frameRate: AVRational(num: Int32(rate.numerator), den: Int32(rate.denominator)))
        sound = try Self.sound(of: input, mark)
        delay = try Self.delay(of: input, pictureStream, pictures.timeBase)
    }

    /// Its packets are wanted as they are stored, those too that players leave out.
    static func open(_ path: String) throws(FramegenError) -> MediaInput {
        try MediaInput(path: path, settings: ["ignore_editlist": "1"])
    }

    private static func sound(of input: MediaInput, _ mark: SegmentMark) throws(FramegenError) -> StreamParameters? {
        guard let sound = mark.sound, sound.packetCount > 0 else { return nil }
        guard let stream = input.bestStream(AVMEDIA_TYPE_AUDIO), let parameters = stream.pointee.codecpar else {
            throw FramegenError(.invalidData, "\(input.path) has no sound, expected \(sound.packetCount) packets of it")
        }
        let (rate, channels) = (Int(parameters.pointee.sample_rate), Int(parameters.pointee.ch_layout.nb_channels))
        guard rate == sound.format.sampleRate, channels == sound.format.channelCount else {
            throw FramegenError(
                .invalidData,
                "\(input.path) has sound of \(rate) samples a second in \(channels) channels, "
                    + "expected \(sound.format.sampleRate) in \(sound.format.channelCount)")
        }
        return try StreamParameters(
            of: stream, timeBase: AVRational(num: 1, den: Int32(rate)), frameRate: AVRational(num: 0, den: 1))
    }

    private static func delay(
        of input: MediaInput, _ stream: UnsafeMutablePointer<AVStream>, _ timeBase: AVRational
    ) throws(FramegenError) -> Int {
        let packet = try Packet()
        while try input.read(into: packet) {
            guard packet.pointer.pointee.stream_index == stream.pointee.index else { continue }
            guard packet.pointer.pointee.flags & AV_PKT_FLAG_KEY != 0 else {
                throw FramegenError(.invalidData, "\(input.path) does not begin with a key frame")
            }
            let (shown, stored) = (packet.pointer.pointee.pts, packet.pointer.pointee.dts)
            let delay = av_rescale_q(shown &- stored, stream.pointee.time_base, timeBase)
            guard (0...100).contains(delay) else { break }
            return Int(delay)
        }
        throw FramegenError(.invalidData, "\(input.path) is damaged: it has no first picture")
    }

    /// Checks that the file can come right behind another.
    ///
    /// - Parameter other: the segment before it.
    /// - Throws: `FramegenError` with `.invalidData` naming both files, and what differs.
    func check(follows other: SegmentFile) throws(FramegenError) {
        let (mine, before) = (mark, other.mark)
        try expect(before.frameRate.description, mine.frameRate.description, "a frame rate of", other)
        try expect(other.sizeText, sizeText, "frames of", other)
        try expect(other.pictures.codecName, pictures.codecName, "pictures in", other)
        guard pictures.extraData == other.pictures.extraData else {
            throw FramegenError(
                .invalidData, "\(path) was encoded with other settings than \(other.path), expected the same")
        }
        try expect(before.sound?.format.text ?? "none", mine.sound?.format.text ?? "none", "sound:", other)
        if let sound, let before = other.sound, sound.extraData != before.extraData {
            throw FramegenError(.invalidData, "\(path) has sound of another kind than \(other.path), expected the same")
        }
        try expect(
            String(before.segment.firstFrame + before.frameCount), String(mine.segment.firstFrame),
            "as its first frame", other)
        let soundEnd = before.sound.map { $0.firstPacket + $0.packetCount }
        try expect(
            soundEnd.map(String.init) ?? "none", mine.sound.map { String($0.firstPacket) } ?? "none",
            "as its first packet of sound", other)
    }

    private var sizeText: String { "\(pictures.pointer.pointee.width)×\(pictures.pointer.pointee.height)" }

    private func expect(
        _ expected: String, _ value: String, _ what: String, _ other: SegmentFile
    ) throws(FramegenError) {
        guard expected != value else { return }
        throw FramegenError(.invalidData, "\(path) has \(what) \(value), expected \(expected) after \(other.path)")
    }
}

extension SoundTrackFormat {
    fileprivate var text: String { "\(sampleRate) samples a second, channels: \(channelCount)" }
}

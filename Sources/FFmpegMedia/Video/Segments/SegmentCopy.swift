import CFFmpeg
import CFFmpegShims
import FrameGeneration
import MediaSupport

/// Copies the packets of a segment to where they lie in the whole video.
struct SegmentCopy {
    private let file: SegmentFile
    private let muxer: any Muxer
    /// Pictures by which packets come before they are shown, in the whole video.
    private let delay: Int
    /// Time of the first picture in its file.
    private var firstTime: Int64?
    private var pictureCount = 0
    private var soundPacketCount = 0
    /// Which pictures have come.
    private var isThere: [Bool]

    init(_ file: SegmentFile, to muxer: any Muxer, delay: Int) {
        self.file = file
        self.muxer = muxer
        self.delay = delay
        isThere = []
    }

    /// Copies all packets.
    ///
    /// - Throws: `FramegenError`: `.invalidData` naming the file when it does not hold what it says, and what the muxer
    ///   throws.
    mutating func run() throws(FramegenError) {
        let input = try SegmentFile.open(file.path)
        let (pictures, sound) = (input.bestStream(AVMEDIA_TYPE_VIDEO), input.bestStream(AVMEDIA_TYPE_AUDIO))
        let packet = try Packet()
        while try input.read(into: packet) {
            switch packet.pointer.pointee.stream_index {
            case pictures?.pointee.index: try copy(picture: packet, pictures?.pointee.time_base)
            case sound?.pointee.index where file.sound != nil: try copy(sound: packet)
            default: break
            }
        }
        try expect(file.mark.frameCount, pictureCount, "pictures")
        try expect(file.mark.sound?.packetCount ?? 0, soundPacketCount, "packets of sound")
    }

    private mutating func copy(picture packet: Packet, _ timeBase: AVRational?) throws(FramegenError) {
        guard let timeBase, packet.pointer.pointee.pts != framegen_no_timestamp else { return }
        let start = firstTime ?? packet.pointer.pointee.pts
        firstTime = start
        let frame = Int(av_rescale_q(packet.pointer.pointee.pts &- start, timeBase, file.pictures.timeBase))
        // Each once, none before its packet, and none far from it.
        guard (0..<file.mark.frameCount).contains(frame), (-delay...100).contains(frame - pictureCount), !has(frame)
        else {
            throw damaged("the time of picture \(pictureCount) is none that it can have")
        }
        setHas(frame)
        let first = file.mark.segment.firstFrame
        packet.pointer.pointee.pts = Int64(first + frame)
        packet.pointer.pointee.dts = Int64(first + pictureCount - delay)
        packet.pointer.pointee.duration = 1
        packet.pointer.pointee.pos = -1
        pictureCount += 1
        try muxer.write(packet, toStream: 0)
    }

    private mutating func copy(sound packet: Packet) throws(FramegenError) {
        guard let sound = file.mark.sound, soundPacketCount < sound.packetCount else {
            throw damaged("it has more sound than it says")
        }
        let time = Int64(sound.firstPacket + soundPacketCount - 1) * Int64(SegmentProgress.packetSize)
        packet.pointer.pointee.pts = time
        packet.pointer.pointee.dts = time
        packet.pointer.pointee.pos = -1
        soundPacketCount += 1
        try muxer.write(packet, toStream: 1)
    }

    private func has(_ frame: Int) -> Bool { frame < isThere.count && isThere[frame] }

    private mutating func setHas(_ frame: Int) {
        while isThere.count <= frame { isThere.append(false) }
        isThere[frame] = true
    }

    private func expect(_ expected: Int, _ value: Int, _ what: String) throws(FramegenError) {
        guard expected != value else { return }
        throw damaged("it has \(value) \(what), expected \(expected)")
    }

    private func damaged(_ reason: String) -> FramegenError {
        FramegenError(.invalidData, "\(file.path) is damaged: \(reason)")
    }
}

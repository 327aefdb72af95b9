import CFFmpeg
import CFFmpegShims
import FrameGeneration

/// A packet of an encoder as a value, to be sent from one thread to another.
struct EncodedPacket: Sendable {
    /// Index of its stream: 0 are the pictures.
    let stream: Int
    let bytes: [UInt8]
    /// In the time base of its stream's parameters, as all times here.
    var presentationTime: Int64
    var decodingTime: Int64
    let duration: Int64
    /// Whether players can begin at it; of sound, true of all.
    let isKey: Bool

    init(_ packet: Packet, stream: Int) {
        let fields = packet.pointer.pointee
        self.stream = stream
        bytes = Array(UnsafeBufferPointer(start: fields.data, count: Int(fields.size)))
        (presentationTime, decodingTime, duration) = (fields.pts, fields.dts, fields.duration)
        isKey = packet.isKey
    }

    /// As FFmpeg takes it.
    func packet() throws(FramegenError) -> Packet {
        let packet = try Packet()
        guard av_new_packet(packet.pointer, Int32(bytes.count)) >= 0 else { throw Libav.outOfMemory() }
        packet.pointer.pointee.data?.update(from: bytes, count: bytes.count)
        packet.pointer.pointee.pts = presentationTime
        packet.pointer.pointee.dts = decodingTime
        packet.pointer.pointee.duration = duration
        packet.pointer.pointee.flags = isKey ? framegen_packet_key : 0
        return packet
    }
}

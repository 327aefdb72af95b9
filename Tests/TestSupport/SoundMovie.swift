/// Bytes of MP4 files for tests: mono sound of 16 bits, in packets that each say when the next one begins.
package struct SoundMovie {
    package struct Packet {
        /// Samples from its beginning to that of the next one.
        package var duration: Int
        /// −1…1.
        package var samples: [Double]

        package init(duration: Int, samples: [Double]) {
            self.duration = duration
            self.samples = samples
        }
    }

    package var sampleRate: Int
    package var packets: [Packet]

    package init(sampleRate: Int, packets: [Packet]) {
        self.sampleRate = sampleRate
        self.packets = packets
    }

    package var bytes: [UInt8] {
        let type = box("ftyp", Array("isom".utf8) + big(0, 4) + Array("isom".utf8))
        let data = packets.flatMap { packet in
            packet.samples.flatMap { sample -> [UInt8] in
                let value = Int((sample * 32768).rounded())
                return [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
            }
        }
        return type + box("mdat", data) + box("moov", header + track(dataOffset: type.count + 8))
    }

    private var duration: Int { packets.reduce(0) { $0 + $1.duration } }

    private var header: [UInt8] {
        box("mvhd", big(0, 12) + big(sampleRate, 4) + big(duration, 4) + big(0x10000, 4) + big(0, 76))
    }

    private func track(dataOffset: Int) -> [UInt8] {
        let media =
            box("mdhd", big(0, 12) + big(sampleRate, 4) + big(duration, 4) + big(0x55C4, 2) + big(0, 2))
            + box("hdlr", big(0, 8) + Array("soun".utf8) + big(0, 13))
            + box("minf", box("smhd", big(0, 8)) + box("stbl", tables(dataOffset)))
        return box("trak", box("tkhd", big(7, 4) + big(0, 8) + big(1, 4) + big(0, 68)) + box("mdia", media))
    }

    private func tables(_ dataOffset: Int) -> [UInt8] {
        let entry = box(
            "sowt", big(0, 6) + big(1, 2) + big(0, 8) + big(1, 2) + big(16, 2) + big(0, 4) + big(sampleRate << 16, 4))
        let times = packets.flatMap { big(1, 4) + big($0.duration, 4) }
        return box("stsd", big(0, 4) + big(1, 4) + entry) + box("stts", big(0, 4) + big(packets.count, 4) + times)
            + box("stsc", big(0, 4) + big(1, 4) + big(1, 4) + big(packets.count, 4) + big(1, 4))
            + box("stsz", big(0, 8) + big(packets.count, 4) + packets.flatMap { big(2 * $0.samples.count, 4) })
            + box("stco", big(0, 4) + big(1, 4) + big(dataOffset, 4))
    }

    private func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
        big(8 + content.count, 4) + Array(type.utf8) + content
    }

    private func big(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> (8 * $0)) : 0 }
    }
}

/// Bytes of Matroska files for tests: streams of mono sound as 32-bit floats, in packets that each have a time stamp.
package struct MatroskaFile {
    package struct Packet {
        /// From 0.
        package var stream: Int
        package var milliseconds: Int
        package var samples: [Float]

        package init(stream: Int = 0, milliseconds: Int, samples: [Float]) {
            self.stream = stream
            self.milliseconds = milliseconds
            self.samples = samples
        }
    }

    package var sampleRate: Int
    /// Of each stream, as ISO 639-2 has it; `und` where nobody knows.
    package var languages = ["und"]
    package var packets: [Packet]

    /// One stream of `samples`, in packets whose stamps say when they are.
    ///
    /// - Parameters:
    ///   - samples: −1…1.
    ///   - sampleRate: in Hz.
    ///   - packetMilliseconds: the packets' length.
    ///   - start: milliseconds, the first packet's stamp.
    package init(_ samples: [Float], sampleRate: Int, packetMilliseconds: Int = 20, start: Int = 0) {
        self.sampleRate = sampleRate
        let size = sampleRate * packetMilliseconds / 1000
        packets = stride(from: 0, to: samples.count, by: size).map { first in
            Packet(
                milliseconds: start + first * 1000 / sampleRate,
                samples: Array(samples[first..<min(first + size, samples.count)]))
        }
    }

    package var bytes: [UInt8] {
        let last = packets.map { Double($0.milliseconds) + Double($0.samples.count) * 1000 / Double(sampleRate) }.max()
        let head = element(
            [0x1A, 0x45, 0xDF, 0xA3],
            element([0x42, 0x82], Array("matroska".utf8)) + number([0x42, 0x87], 2) + number([0x42, 0x85], 2))
        let info = element(
            [0x15, 0x49, 0xA9, 0x66],
            // Stamps are milliseconds.
            number([0x2A, 0xD7, 0xB1], 1_000_000) + real([0x44, 0x89], last ?? 0))
        let tracks = element([0x16, 0x54, 0xAE, 0x6B], languages.indices.flatMap(track))
        return head + element([0x18, 0x53, 0x80, 0x67], info + tracks + packets.flatMap(cluster))
    }

    private func track(_ index: Int) -> [UInt8] {
        let sound =
            real([0xB5], Double(sampleRate)) + number([0x9F], 1) + number([0x62, 0x64], 32)
        return element(
            [0xAE],
            number([0xD7], index + 1) + number([0x73, 0xC5], index + 1) + number([0x83], 2)
                + element([0x86], Array("A_PCM/FLOAT/IEEE".utf8))
                + element([0x22, 0xB5, 0x9C], Array(languages[index].utf8)) + element([0xE1], sound))
    }

    private func cluster(_ packet: Packet) -> [UInt8] {
        let samples = packet.samples.flatMap { sample in
            (0..<4).map { UInt8(truncatingIfNeeded: sample.bitPattern >> (8 * UInt32($0))) }
        }
        return element(
            [0x1F, 0x43, 0xB6, 0x75],
            number([0xE7], packet.milliseconds)
                + element([0xA3], [0x80 | UInt8(packet.stream + 1), 0, 0, 0x80] + samples))
    }

    private func element(_ id: [UInt8], _ content: [UInt8]) -> [UInt8] {
        id + [0x01] + big(content.count, 7) + content
    }

    private func number(_ id: [UInt8], _ value: Int) -> [UInt8] { element(id, big(value, 8)) }

    private func real(_ id: [UInt8], _ value: Double) -> [UInt8] {
        element(id, big(Int(bitPattern: UInt(value.bitPattern)), 8))
    }

    private func big(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}

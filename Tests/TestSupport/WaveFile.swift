/// Bytes of WAV files for tests.
package struct WaveFile {
    package enum SampleFormat {
        case unsigned8, signed16, signed24, signed32, float32, float64

        var bytes: Int {
            switch self {
            case .unsigned8: 1
            case .signed16: 2
            case .signed24: 3
            case .signed32, .float32: 4
            case .float64: 8
            }
        }
    }

    package var sampleRate: Int
    package var format: SampleFormat = .signed16
    /// Samples of each channel, −1…1.
    package var channels: [[Double]]

    package init(sampleRate: Int, format: SampleFormat = .signed16, channels: [[Double]]) {
        self.sampleRate = sampleRate
        self.format = format
        self.channels = channels
    }

    package var bytes: [UInt8] {
        let frameSize = channels.count * format.bytes
        let dataSize = frameSize * (channels.first?.count ?? 0)
        var bytes = Array("RIFF".utf8) + little(36 + dataSize, 4) + Array("WAVEfmt ".utf8) + little(16, 4)
        bytes +=
            little(format == .float32 || format == .float64 ? 3 : 1, 2) + little(channels.count, 2)
            + little(sampleRate, 4)
        bytes += little(sampleRate * frameSize, 4) + little(frameSize, 2) + little(8 * format.bytes, 2)
        bytes += Array("data".utf8) + little(dataSize, 4)
        for index in 0..<(channels.first?.count ?? 0) {
            for channel in channels { bytes += encode(channel[index]) }
        }
        return bytes
    }

    private func encode(_ sample: Double) -> [UInt8] {
        switch format {
        case .unsigned8: little(Int((sample * 128).rounded()) + 128, 1)
        case .signed16: little(Int((sample * 32768).rounded()), 2)
        case .signed24: little(Int((sample * 8_388_608).rounded()), 3)
        case .signed32: little(Int((sample * 2_147_483_648).rounded()), 4)
        case .float32: little(Int(Float(sample).bitPattern), 4)
        case .float64: little(Int(bitPattern: UInt(sample.bitPattern)), 8)
        }
    }

    private func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}

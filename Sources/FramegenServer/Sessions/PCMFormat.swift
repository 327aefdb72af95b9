import Foundation

/// How bare samples are laid out in a body, as its content type says.
package struct PCMFormat: Equatable {
    package enum Sample: Equatable { case int16BigEndian, int16LittleEndian, float32LittleEndian }

    package let sample: Sample
    /// In Hz.
    package let sampleRate: Int
    package let channelCount: Int

    static let sampleRates = 1_000...768_000
    static let channelCounts = 1...8

    /// Bytes of one sample of every channel.
    var bytesPerFrame: Int { (sample == .float32LittleEndian ? 4 : 2) * channelCount }

    /// Reads `audio/L16; rate=16000; channels=1` (RFC 3551) or `audio/pcm; format=f32le; rate=48000`; nil where the type
    /// is another one.
    ///
    /// - Throws: `Problem` for a parameter that is missing or out of range.
    package init?(contentType: String) throws(Problem) {
        let parts = contentType.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        let type = parts.first?.lowercased()
        guard type == "audio/l16" || type == "audio/pcm" else { return nil }
        var parameters: [String: String] = [:]
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
            guard pair.count == 2 else {
                throw Problem(.unsupportedMedia, "\(part) is no parameter of \(parts[0]), expected such as rate=16000")
            }
            parameters[pair[0].lowercased()] = pair[1].trimmingCharacters(in: CharacterSet(charactersIn: "\""))
        }
        guard let rate = parameters["rate"].flatMap(Int.init), Self.sampleRates.contains(rate) else {
            throw Problem(
                .unsupportedMedia,
                "\(parts[0]) with the rate \(parameters["rate"] ?? "missing"), expected rate=1000 to rate=768000")
        }
        guard let channels = Int(parameters["channels"] ?? "1"), Self.channelCounts.contains(channels) else {
            throw Problem(
                .unsupportedMedia, "\(parts[0]) with \(parameters["channels"] ?? "") channels, expected 1 to 8")
        }
        switch (type, parameters["format"]?.lowercased()) {
        case ("audio/l16", nil): sample = .int16BigEndian
        case ("audio/pcm", "s16le"), ("audio/pcm", nil): sample = .int16LittleEndian
        case ("audio/pcm", "f32le"): sample = .float32LittleEndian
        case (_, let format):
            throw Problem(
                .unsupportedMedia,
                "\(parts[0]) in the format \(format ?? ""), expected audio/L16, or audio/pcm with format=s16le or "
                    + "format=f32le")
        }
        sampleRate = rate
        channelCount = channels
    }
}

/// Makes mono samples of bytes that come in pieces of any length.
package struct PCMReader {
    private let format: PCMFormat
    private var rest: [UInt8] = []

    package init(_ format: PCMFormat) { self.format = format }

    /// The samples that are whole with `bytes` added: −1…1, the mean of the channels.
    package mutating func samples<Bytes: Collection>(adding bytes: Bytes) -> [Float] where Bytes.Element == UInt8 {
        rest += bytes
        let frameCount = rest.count / format.bytesPerFrame
        let whole = frameCount * format.bytesPerFrame
        defer { rest.removeFirst(whole) }
        return rest.withUnsafeBytes { buffer in
            (0..<frameCount).map { frame in
                var sum: Float = 0
                for channel in 0..<format.channelCount {
                    sum += value(in: buffer, at: frame * format.channelCount + channel)
                }
                return sum / Float(format.channelCount)
            }
        }
    }

    private func value(in buffer: UnsafeRawBufferPointer, at index: Int) -> Float {
        switch format.sample {
        case .int16BigEndian:
            Float(Int16(bigEndian: buffer.loadUnaligned(fromByteOffset: index * 2, as: Int16.self))) / 32768
        case .int16LittleEndian:
            Float(Int16(littleEndian: buffer.loadUnaligned(fromByteOffset: index * 2, as: Int16.self))) / 32768
        case .float32LittleEndian:
            Float(
                bitPattern: UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)))
        }
    }
}

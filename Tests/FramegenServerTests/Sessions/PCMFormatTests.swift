import FramegenServer
import Testing

@Suite("Bare samples in a body")
struct PCMFormatTests {
    @Test("content types say how samples are laid out")
    func types() throws {
        let wide = try #require(try PCMFormat(contentType: "audio/L16; rate=16000; channels=2"))
        #expect(wide.sample == .int16BigEndian && wide.sampleRate == 16_000 && wide.channelCount == 2)
        let float = try #require(try PCMFormat(contentType: "audio/pcm;format=f32le;rate=48000"))
        #expect(float.sample == .float32LittleEndian && float.channelCount == 1)
        #expect(try PCMFormat(contentType: "audio/pcm;rate=\"8000\"")?.sample == .int16LittleEndian)
        #expect(try PCMFormat(contentType: "audio/wav") == nil)
        #expect(try PCMFormat(contentType: "") == nil)
    }

    @Test(
        "what cannot be is refused with the value and what was expected",
        arguments: [
            ("audio/L16", "rate=1000"), ("audio/L16; rate=0", "rate=1000"), ("audio/L16; rate=1e9", "rate=1000"),
            ("audio/L16; rate=16000; channels=9", "1 to 8"), ("audio/L16; rate=16000; channels=-1", "1 to 8"),
            ("audio/pcm; rate=16000; format=alaw", "s16le"), ("audio/L16; rate=16000; format=f32le", "f32le"),
            ("audio/L16; rate", "rate=16000"),
        ])
    func refusals(type: String, expected: String) {
        let error = #expect(throws: Problem.self) { try PCMFormat(contentType: type) }
        #expect(error?.kind == .unsupportedMedia)
        #expect(error?.detail.contains(expected) == true)
    }

    @Test("samples are the same however the bytes are cut", arguments: 1...9)
    func cuts(length: Int) throws {
        let format = try #require(try PCMFormat(contentType: "audio/L16; rate=8000; channels=2"))
        var bytes: [UInt8] = []
        var expected: [Float] = []
        for value in stride(from: Int16(-32_000), to: 32_000, by: 997) {
            for channel in [value, -value / 2] { bytes += withUnsafeBytes(of: channel.bigEndian, Array.init) }
            expected.append((Float(value) / 32768 + Float(-value / 2) / 32768) / 2)
        }
        var reader = PCMReader(format)
        var samples: [Float] = []
        for start in stride(from: 0, to: bytes.count, by: length) {
            samples += reader.samples(adding: bytes[start..<min(start + length, bytes.count)])
        }
        #expect(samples == expected)
    }
}

import Foundation
import FrameGeneration
import ModelFiles
import TestSupport
import Testing

@Suite("Sound to mel windows")
struct MelTests {
    /// The samples of the golden 16-bit mono wav, behind its 44 bytes of header.
    private func goldenSamples() throws -> [Float] {
        let bytes = try Data(contentsOf: URL(filePath: Fixtures.path("golden/audio/synthetic_3s_16k.wav")))
        return stride(from: 44, to: bytes.count, by: 2).map { offset in
            Float(Int16(truncatingIfNeeded: Int(bytes[offset]) | Int(bytes[offset + 1]) << 8)) / 32768
        }
    }

    private func columns(of samples: [Float], pieces: Int) -> [[Float]] {
        var mel = MelSpectrogram()
        var columns: [[Float]] = []
        for start in stride(from: 0, to: samples.count, by: pieces) {
            columns += mel.columns(adding: Array(samples[start..<min(start + pieces, samples.count)]))
        }
        return columns + mel.lastColumns()
    }

    @Test("the filters are the original's matrix")
    func filterBank() throws {
        let golden = try NPYFile.tensor(at: Fixtures.path("golden/audio/mel_basis_80x401_f32.npy"))
        let bank = MelFilterBank(filterCount: 80, fourierSize: 800, sampleRate: 16_000, frequencies: 55...7600)
        #expect(golden.shape == [80, 401] && bank.weights.count == golden.values.count)
        for (weight, expected) in zip(bank.weights, golden.values) { #expect(abs(weight - expected) < 1e-8) }
    }

    @Test(
        "the spectrogram is the original's within 1e-4, in whatever pieces the sound comes",
        arguments: [1, 777, 48_000])
    func spectrogram(pieces: Int) throws {
        let golden = try NPYFile.tensor(at: Fixtures.path("golden/audio/synthetic_3s_mel_TxM_f32.npy"))
        let columns = columns(of: try goldenSamples(), pieces: pieces)
        #expect(columns.count == golden.shape[0])
        let difference = zip(columns.flatMap { $0 }, golden.values).map { abs($0 - $1) }.max() ?? .infinity
        #expect(difference < 1e-4)
    }

    @Test("windows start where the original's do")
    func windowStarts() throws {
        let golden = try JSONDecoder().decode(
            [Int].self,
            from: Data(contentsOf: URL(filePath: Fixtures.path("golden/audio/synthetic_3s_window_starts.json"))))
        let columns = columns(of: try goldenSamples(), pieces: 1000)
        var windows = MelWindows(windowsPerSecond: 25)
        var cut: [[Float]] = []
        for column in columns { cut += windows.windows(adding: [column]) }
        let last = windows.lastWindows()
        cut += try #require(last)
        #expect(cut.count == golden.count)
        for (window, start) in zip(cut, golden) {
            let expected = (0..<80).flatMap { band in columns[start..<start + 16].map { $0[band] } }
            #expect(window == expected)
        }
    }

    @Test(
        "sound of any length gives as many columns and windows as the original",
        arguments: [(241, 72), (3591, 1119), (1601, 497), (384, 116), (16, 2), (17, 2)])
    func counts(columns: Int, expected: Int) {
        #expect(MelWindows.count(columnCount: columns, windowsPerSecond: 25) == expected)
        var windows = MelWindows(windowsPerSecond: 25)
        let column = [Float](repeating: 0, count: 80)
        var count = 0
        for _ in 0..<columns { count += windows.windows(adding: [column]).count }
        #expect(count + (windows.lastWindows()?.count ?? 0) == expected)
    }

    @Test("fewer columns than one window are too short")
    func tooShort() {
        var windows = MelWindows(windowsPerSecond: 25)
        let complete = windows.windows(adding: [[Float]](repeating: [Float](repeating: 0, count: 80), count: 15))
        let last = windows.lastWindows()
        #expect(complete.isEmpty && last == nil)
    }

    @Test("digital silence is −4 everywhere")
    func silence() {
        let columns = columns(of: [Float](repeating: 0, count: 32_000), pieces: 5000)
        #expect(columns.count == 161)
        #expect(columns.allSatisfy { $0.allSatisfy { $0 == -4 } })
    }
}

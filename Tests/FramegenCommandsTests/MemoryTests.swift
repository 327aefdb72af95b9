import Foundation
import Framegen
import Media
import TestSupport
import Testing

#if os(Linux)
    @Suite("Memory", .timeLimit(.minutes(10)))
    struct MemoryTests {
        /// The largest resident size that a run reaches, in bytes.
        private func peakMemory(soundSeconds: Int, _ folder: TemporaryFolder) async throws -> Int {
            let sound = try folder.write(Self.wave(seconds: soundSeconds), to: "\(soundSeconds).wav")
            let result = try await CommandProcess.run([
                "generate", "--checkpoint", Fixtures.demoPath("checkpoint/unet_328.fp16.pth"), "--template",
                folder.path,
                "--audio", sound, "--audio-encoder", Fixtures.demoPath("checkpoint/audio_encoder.fp16.pth"),
                "--engine", "passthrough", "--output", folder.file("\(soundSeconds).mp4"), "--progress", "json",
            ])
            #expect(result.exitCode == 0, "\(result.errors.suffix(300))")
            let last = try #require(result.errorLines.last)
            let event = try #require(JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
            // One less than 25 a second: 20 s in Documentation/model-family/audio.md gives 499.
            #expect(event["frames"] as? Int == soundSeconds * 25 - 1)
            return try #require(event["peak_memory_bytes"] as? Int)
        }

        /// The same for `framegen features`.
        private func peakMemoryOfFeatures(soundSeconds: Int, _ folder: TemporaryFolder) async throws -> Int {
            let result = try await CommandProcess.run([
                "features", "--audio", try folder.write(Self.wave(seconds: soundSeconds), to: "sound.wav"),
                "--audio-encoder", Fixtures.demoPath("checkpoint/audio_encoder.fp16.pth"), "--engine", "passthrough",
                "--output", folder.file("\(soundSeconds).npy"), "--progress", "json",
            ])
            #expect(result.exitCode == 0, "\(result.errors.suffix(300))")
            let last = try #require(result.errorLines.last)
            let event = try #require(JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
            #expect(event["rows"] as? Int == soundSeconds * 25 - 1)
            return try #require(event["peak_memory_bytes"] as? Int)
        }

        /// 16 kHz mono: a tone that is not silence, and costs nothing to make.
        private static func wave(seconds: Int) -> [UInt8] {
            func bytes(_ value: Int, _ count: Int) -> [UInt8] {
                (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
            }
            let second = (0..<16_000).flatMap { bytes($0 * 7919 % 6000 - 3000, 2) }
            let size = seconds * second.count
            let header =
                Array("RIFF".utf8) + bytes(36 + size, 4) + Array("WAVEfmt ".utf8) + bytes(16, 4) + bytes(1, 2)
                + bytes(1, 2)
                + bytes(16_000, 4) + bytes(32_000, 4) + bytes(2, 2) + bytes(16, 2) + Array("data".utf8) + bytes(size, 4)
            return header + (0..<seconds).flatMap { _ in second }
        }

        @Test("does not grow with the sound: the peak of 20 minutes is within 8 MiB of that of 20 seconds")
        func bounded() async throws {
            let folder = try TemporaryFolder()
            for name in ["full_body_img", "landmarks"] {
                try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
            }
            let image = PixelImage(
                width: 64, height: 64, pixels: (0..<64 * 64 * 3).map { UInt8(truncatingIfNeeded: $0) })
            var lines = [String](repeating: "20 20", count: 110)
            lines[1] = "8 20"
            lines[31] = "40 20"
            for index in 0..<2 {
                try folder.write(try PNGEncoder().encode(image), to: "full_body_img/\(index).png")
                try folder.write(Array(lines.joined(separator: "\n").utf8), to: "landmarks/\(index).lms")
            }
            let short = try await peakMemory(soundSeconds: 20, folder)
            let long = try await peakMemory(soundSeconds: 20 * 60, folder)
            // Some 230 bytes a frame were measured, probably the MP4 file's table of its samples; a frame itself has 12,288.
            // A share of the whole would say less, as a processor's code for networks may take more or less.
            #expect(long - short < 8 << 20, "\(short) bytes for 20 s, \(long) for 20 min")
        }

        @Test("of features does not grow with the sound either")
        func boundedFeatures() async throws {
            let folder = try TemporaryFolder()
            let short = try await peakMemoryOfFeatures(soundSeconds: 20, folder)
            let long = try await peakMemoryOfFeatures(soundSeconds: 20 * 60, folder)
            #expect(Double(long) < 1.05 * Double(short), "\(short) bytes for 20 s, \(long) for 20 min")
        }

        @Test("of a program that uses the library is level after its second avatar, whatever its heap is set to")
        func levelInAnotherProgram() async throws {
            let folder = try TemporaryFolder()
            let result = try await CommandProcess.run(
                ["6", folder.path, Fixtures.demoPath("")], of: "library-process")
            #expect(result.exitCode == 0, "\(result.errors.suffix(300))")
            let sizes = result.output.split(separator: "\n").compactMap { Int($0) }
            try #require(sizes.count == 6)
            // A heap that keeps what avatars leave grows by some 80 MB a rendering.
            #expect(sizes[2...].max() ?? .max < sizes[1] + 64 << 20, "\(sizes.map { $0 >> 20 }) MiB")
        }
    }
#endif

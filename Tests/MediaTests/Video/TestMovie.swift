import Foundation
import FrameGeneration
import Media
import TestSupport

/// Frames with pictures that move and sound that does not repeat.
struct TestMovie {
    static let size = ImageSize(width: 64, height: 48)

    let rate: FrameRate
    let format: SoundTrackFormat
    let frameCount: Int

    /// The samples of a range.
    func sound(_ samples: Range<Int>) -> SoundSpan {
        let values = samples.flatMap { index in
            (0..<format.channelCount).map { channel in
                let seconds = Double(index) / Double(format.sampleRate)
                // Syllables of a voice that glides, a different one in each channel.
                let loudness = 0.2 * (1 + sin(2 * .pi * (3 + Double(channel)) * seconds))
                let pitch = 2 * .pi * (180 * seconds + 20 * sin(seconds * 1.7 + Double(channel)))
                // High enough that a sample's shift shows.
                return Float(loudness * (sin(pitch) + 0.5 * sin(5 * pitch + 1) + 0.5 * sin(30 * pitch)))
            }
        }
        return SoundSpan(format: format, start: samples.lowerBound, samples: values)
    }

    /// The sound of all frames.
    var allSound: [Float] { sound(0..<firstSample(frameCount)).samples }

    private func firstSample(_ index: Int) -> Int { format.firstSample(ofFrame: index, at: rate) }

    func frame(_ index: Int, size: ImageSize = Self.size) -> Frame {
        Frame(
            index: index, templateIndex: 0, image: TestPictures.gradient(size, index),
            sound: sound(firstSample(index)..<firstSample(index + 1)))
    }

    /// Writes all frames, or those of a range, to a sink, and finishes.
    func write(_ range: Range<Int>? = nil, to sink: some FrameSink, size: ImageSize = Self.size) async throws {
        let range = range ?? 0..<frameCount
        if range.lowerBound > 0 { try await sink.write(soundBefore: lead(range.lowerBound)) }
        for index in range { try await sink.write(frame(index, size: size)) }
        try await sink.finish()
    }

    /// The sound that a segment needs before a frame.
    func lead(_ frame: Int) -> SoundSpan {
        let end = firstSample(frame)
        return sound(max(0, end - VideoSegment.soundLead)..<end)
    }

    var settings: VideoSettings { VideoSettings(frameRate: rate, threads: 1) }

    /// How much louder all sound is on average than the worst 1024 samples of the difference, in decibels.
    func worstRatio(_ samples: ArraySlice<Float>, _ expected: ArraySlice<Float>) -> Double {
        let length = 1024 * format.channelCount
        let count = min(samples.count, expected.count)
        let signal = expected.reduce(0) { $0 + Double($1) * Double($1) } / Double(max(1, expected.count))
        let noise = stride(from: 0, to: count - length + 1, by: length / 4).map { start -> Double in
            (start..<start + length).reduce(0) { sum, index in
                let difference =
                    Double(samples[samples.startIndex + index]) - Double(expected[expected.startIndex + index])
                return sum + difference * difference
            }
        }
        return 10 * log10(signal * Double(length) / max(noise.max() ?? .infinity, 1e-12))
    }

    /// Writes the movie as segments that begin at `starts`, the first of which is 0.
    func writeSegments(
        _ starts: [Int], in folder: TemporaryFolder, size: ImageSize = Self.size, named name: String = "segment"
    ) async throws -> [String] {
        var paths: [String] = []
        for (index, range) in zip(starts, starts.dropFirst() + [frameCount]).map({ $0..<$1 }).enumerated() {
            let path = folder.file("\(name)\(index + 1).mp4")
            let sink = try VideoFileSink(
                path: path, frameSize: size, settings: settings, sound: format,
                segment: VideoSegment(number: index + 1, count: starts.count, firstFrame: range.lowerBound),
                overwrites: true)
            try await write(range, to: sink, size: size)
            paths.append(path)
        }
        return paths
    }
}

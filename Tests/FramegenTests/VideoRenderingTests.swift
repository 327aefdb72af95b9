import Foundation
import Framegen
import Media
import TestSupport
import Testing

@Suite("Rendering a video")
struct VideoRenderingTests {
    private let folder: TemporaryFolder
    private var request: GenerationRequest
    private let path: String

    init() throws {
        folder = try TemporaryFolder(named: "video 视频")
        path = folder.file("out/video.mp4")
        request = Demo.request(.sound(path: Demo.voice), engine: .passthrough)
        request.take.frameLimit = 12
        request.outputs = [video()]
    }

    /// A video of high quality, or of what quality and where `change` says.
    private func video(_ change: (inout VideoOutput) -> Void = { _ in }) -> Output {
        var video = VideoOutput(path: path)
        video.constantRateFactor = 10
        change(&video)
        return .video(video)
    }

    @Test("quick presets leave the processors to the networks, but for large frames or many processors")
    func encoderThreads() {
        func threads(_ preset: VideoPreset, _ width: Int, _ height: Int, on processorCount: Int) -> Int {
            preset.threadsBesideNetworks(
                frameSize: ImageSize(width: width, height: height), processorCount: processorCount)
        }
        #expect(threads(.veryfast, 720, 720, on: 1) == 1)
        #expect(threads(.veryfast, 720, 720, on: 4) == 1)
        #expect(threads(.veryfast, 720, 720, on: 16) == 4)
        #expect(threads(.veryfast, 3840, 2160, on: 2) == 2)
        #expect(threads(.veryfast, 3840, 2160, on: 16) == 9)
        #expect((1...128).contains(threads(.fast, 16_384, 16_384, on: 4096)))
        #expect(threads(.medium, 720, 720, on: 8) == 0)
    }

    @Test("the decoded video is above 40 dB against the PNG frames of the same run")
    func quality() async throws {
        var request = request
        request.settings.engine.choice = .openvino
        request.outputs.append(.frames(FrameFolder(path: folder.file("frames"))))
        _ = try await request.render()
        let reader = try VideoFrameReader(path: path)
        for index in 0..<12 {
            let frame = try #require(try reader.next())
            let png = try ImageFileDecoder().decodeImage(
                at: folder.file("frames/frame_000\(index < 10 ? "0" : "")\(index).png"))
            #expect(frame.size == png.size)
            let squares = zip(frame.pixels, png.pixels).reduce(0.0) { sum, pair in
                let difference = Double(pair.0) - Double(pair.1)
                return sum + difference * difference
            }
            let psnr = 10 * log10(255 * 255 / (squares / Double(png.pixels.count)))
            #expect(psnr > 40, "frame \(index)")
        }
        #expect(try reader.next() == nil)
    }

    @Test(
        "sound and picture are of one length, whatever the frame rate and the limit",
        arguments: [(nil, nil), (nil, 12), ("30", nil), ("12.5", 20), ("29.97", 31)] as [(String?, Int?)])
    func lengths(rate: String?, limit: Int?) async throws {
        var request = request
        request.take.frameRate = rate.flatMap { FrameRate($0) }
        request.take.frameLimit = limit
        let summary = try await request.render()
        let frameRate = summary.take.frameRate
        let frameSeconds = Double(frameRate.denominator) / Double(frameRate.numerator)
        let info = try VideoFrameReader(path: path).info
        let expected = Double(summary.frameCount) * frameSeconds
        #expect(abs(try #require(info.videoSeconds) - expected) < frameSeconds / 2)
        #expect(abs(try #require(info.soundSeconds) - expected) < frameSeconds)
        if limit == nil {
            // The features' length follows from the sound's: two rows more than there are windows.
            let soundSeconds = Double(162_966 - 44) / 2 / 16_000
            #expect(abs(expected - soundSeconds) < 0.25)
        }
    }

    @Test("with features the sound is only the sound track, and without sound the video is silent")
    func soundTrackOnly() async throws {
        var request = request
        let features = Fixtures.demoPath("reference/features_voice_kal16.npy")
        request.speech = .features(path: features, soundPath: Demo.voice)
        request.source.audioEncoderPath = nil
        _ = try await request.render()
        #expect(try VideoFrameReader(path: path).info.soundSeconds != nil)
        request.speech = .features(path: features)
        request.outputs = [video { $0.overwrites = true }]
        _ = try await request.render()
        #expect(try VideoFrameReader(path: path).info.soundSeconds == nil)
    }

    @Test("an existing video is kept unless overwriting is asked for, and then until the new one is whole")
    func overwriting() async throws {
        try FileManager.default.createDirectory(atPath: folder.file("out"), withIntermediateDirectories: true)
        try folder.write(Array("old".utf8), to: "out/video.mp4")
        let refused = await #expect(throws: FramegenError.self) { try await self.request.render() }
        #expect(refused?.code == .cannotWrite)

        var request = request
        request.outputs = [video { $0.overwrites = true }]
        request.take.frameLimit = nil
        let error = await cancelled {
            $0 == .framesFinished(count: 6)
        } _: { [request] report in
            _ = try await request.render(report: report)
        }
        #expect(error?.code == .cancelled)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("out")) == ["video.mp4"])

        request.take.frameLimit = 3
        _ = try await request.render()
        #expect(try VideoFrameReader(path: path).info.videoSeconds == 0.12)
    }

    @Test("a request without an encoder, without an output or with one that cannot be is refused")
    func incomplete() async throws {
        for change in [
            { $0.source.audioEncoderPath = nil }, { $0.outputs = [] },
            { $0.outputs = [video { $0.constantRateFactor = 52 }] }, { $0.outputs = [video { $0.path = "video.avi" }] },
        ] as [(inout GenerationRequest) -> Void] {
            var request = request
            change(&request)
            let error = await #expect(throws: FramegenError.self) { try await request.render() }
            #expect(error?.code == .invalidRequest)
        }
    }

    @Test("sound that is too short is refused, and no video is left")
    func shortSound() async throws {
        let samples = [UInt8](repeating: 0, count: 2 * 2999)
        let size = samples.count
        func bytes(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        let header =
            Array("RIFF".utf8) + bytes(36 + size, 4) + Array("WAVEfmt ".utf8) + bytes(16, 4) + bytes(1, 2) + bytes(1, 2)
            + bytes(16_000, 4) + bytes(32_000, 4) + bytes(2, 2) + bytes(16, 2) + Array("data".utf8) + bytes(size, 4)
        var request = request
        request.speech = .sound(path: try folder.write(header + samples, to: "short.wav"))
        let error = await #expect(throws: FramegenError.self) { try await request.render() }
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("short.wav has 2999 samples") == true)
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}

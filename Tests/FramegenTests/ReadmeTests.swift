import Foundation
import Framegen
import Media
import TestSupport
import Testing

// The README's example, to the letter, so that it is compiled and run.

/// A sink of one's own: gets every frame with its sound, as soon as it is made.
actor Player: FrameSink {
    private(set) var frameCount = 0
    private(set) var soundSeconds = 0.0

    func write(_ frame: Frame) {
        let image = frame.makeImage()  // image.pixels: blue, green, red
        frameCount += image.pixels.isEmpty ? 0 : 1
        if let sound = frame.sound {  // sound.samples: -1...1
            soundSeconds += Double(sound.sampleCount) / Double(sound.format.sampleRate)
        }
    }

    func finish() {}
    func abandon() {}
}

func talk(_ samples: AsyncStream<[Float]>, to player: Player, videoPath: String) async throws {
    // Loading takes seconds, and is done once.
    let avatar = try await Avatar(
        AvatarSource(
            .checkpoint(path: "Demo/checkpoint/unet_328.fp16.pth"), templatePath: "Demo/template",
            audioEncoderPath: "Demo/checkpoint/audio_encoder.fp16.pth"))
    var settings = TakeSettings()
    settings.frameLimit = 10

    // A take goes into videos and folders of images...
    let speech = avatar.speak(.sound(path: "Demo/audio/speech.wav"), settings: settings)
    try await speech.write(to: [.video(VideoOutput(path: videoPath))])

    // ...or is looked at frame by frame...
    let voice = avatar.speak(.sound(path: "Demo/audio/voice_kal16.wav"), settings: settings)
    for try await frame in voice.frames {
        print(frame.index, frame.templateIndex, frame.size, frame.sound?.sampleCount ?? 0)
    }

    // ...or is spoken while its sound arrives, here 16,000 samples a second from a synthesiser or a microphone.
    let live = avatar.speak(.samples(SpeechSamples(samples, sampleRate: 16_000)), settings: settings)
    try await live.write(to: [player])
}

@Suite("The README")
struct ReadmeTests {
    private static func text() throws -> String {
        try String(contentsOf: Fixtures.packageFolder.appending(path: "README.md"), encoding: .utf8)
    }

    @Test("shows the example that is compiled here, and files that exist")
    func example() throws {
        let block = try #require(
            Self.text().split(separator: "```swift\n").dropFirst().first?.split(separator: "\n```").first)
        let code = block.split(separator: "\n\n", maxSplits: 1)
        try #require(code.count == 2 && code[0] == "import Framegen")
        let source = try String(contentsOfFile: #filePath, encoding: .utf8)
        #expect(source.contains("\n\n\(code[1])\n"))

        for match in block.matches(of: /"(Demo\/[^"]+)"/) {
            let path = Fixtures.packageFolder.appending(path: String(match.1)).path(percentEncoded: false)
            #expect(FileManager.default.fileExists(atPath: path), "\(path)")
        }
    }

    @Test("shows an example that works: a video, frames, and live speech with its sound")
    func run() async throws {
        // The example's paths are the package's; those of all other tests are absolute.
        let package = Fixtures.packageFolder.path(percentEncoded: false)
        try #require(FileManager.default.changeCurrentDirectoryPath(package))
        let folder = try TemporaryFolder()
        let (samples, microphone) = AsyncStream.makeStream(of: [Float].self)
        // A second and a half of a tone, and with it the end of the speech.
        for piece in 0..<15 {
            microphone.yield((0..<1600).map { 0.3 * sin(Float(1600 * piece + $0) * 0.05) })
        }
        microphone.finish()
        let player = Player()
        try await talk(samples, to: player, videoPath: folder.file("speech.mp4"))
        #expect(await player.frameCount == 10)
        #expect(abs(await player.soundSeconds - 0.4) < 1e-9)
        let info = try VideoFrameReader(path: folder.file("speech.mp4")).info
        #expect(info.videoSeconds == 0.4 && info.soundSeconds != nil)
    }

    @Test("names only flags that the command has")
    func flags() throws {
        let readme = try Self.text()
        let helpFile = Fixtures.packageFolder.appending(path: "Tests/FramegenCommandsTests/Help/generate.txt")
        let help = try String(contentsOf: helpFile, encoding: .utf8)
        let known = Set(help.matches(of: /--[a-z-]+/).map { String($0.output) })
        let named = Set(readme.matches(of: /`(--[a-z-]+)/).map { String($0.1) })
        #expect(named.count > 10)
        #expect(named.subtracting(known).isEmpty)
    }
}

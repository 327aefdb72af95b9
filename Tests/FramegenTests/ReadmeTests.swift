import Foundation
import Framegen
import Media
import TestSupport
import Testing

@Suite("The README")
struct ReadmeTests {
    private static func text() throws -> String {
        try String(contentsOf: Fixtures.packageFolder.appending(path: "README.md"), encoding: .utf8)
    }

    /// `Talk.swift` in this folder is a link to the example's, so that it is compiled and run here too.
    @Test("shows the example's code, and files that exist")
    func example() throws {
        let block = try #require(
            Self.text().split(separator: "```swift\n").dropFirst().first?.split(separator: "\n```").first)
        let example = Fixtures.packageFolder.appending(path: "Examples/Talk/Sources/Talk/Talk.swift")
        #expect(try String(contentsOf: example, encoding: .utf8) == "\(block)\n")

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

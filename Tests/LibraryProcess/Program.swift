import Foundation
import Framegen

/// A program that uses the library as an app does, and sets nothing of its process.
///
/// It renders the demo as often as its first argument says, with an avatar loaded for each, into the folder that its
/// second argument names, and prints the resident size after each rendering, in bytes. The third argument is the demo's
/// folder, and a fourth one the precision (fp32).
@main
enum Program {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4, let count = Int(arguments[1]) else { exit(64) }
        let (folder, demo) = (arguments[2], arguments[3])
        var video = VideoOutput(path: "\(folder)/video.mp4")
        video.overwrites = true
        var request = GenerationRequest(
            AvatarSource(
                .checkpoint(path: "\(demo)/checkpoint/unet_328.fp16.pth"), templatePath: "\(demo)/template",
                audioEncoderPath: "\(demo)/checkpoint/audio_encoder.fp16.pth"),
            speech: .sound(path: "\(demo)/audio/speech.wav"), outputs: [.video(video)])
        request.settings.precision = arguments.dropFirst(4).first.flatMap(PrecisionChoice.init) ?? .fp32
        request.take.frameLimit = 60
        for _ in 0..<count {
            _ = try await request.render()
            print(try residentByteCount())
        }
    }

    /// What the process has in memory.
    private static func residentByteCount() throws -> Int {
        let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        guard pages.count > 1, let count = Int(pages[1]) else { throw CocoaError(.fileReadCorruptFile) }
        return count * sysconf(Int32(_SC_PAGESIZE))
    }
}

import ArgumentParser
import FrameGeneration
import Framegen
import Media

/// `framegen join`: the segments of a video to one video.
struct JoinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join",
        abstract: "Puts the segments of a video together, without encoding anything again.",
        discussion: """
            Example:
              framegen generate … --segment 1/2 --output 1.mp4
              framegen generate … --segment 2/2 --output 2.mp4
              framegen join 1.mp4 2.mp4 --output video.mp4

            The segments may be given in any order, and must all be there. They were rendered by generate with --segment \
            and otherwise the same flags, on one machine or on several.
            """)

    @Argument(help: ArgumentHelp("All segments of the video.", valueName: "segment.mp4"))
    var segments: [String]

    @Option(help: ArgumentHelp("The whole video.", valueName: "video.mp4"))
    var output: String

    @Flag(help: "Replace a video that is there already.")
    var overwrite = false

    func run() async throws {
        let (segments, output, overwrite) = (segments, output, overwrite)
        let summary = try await runReportingErrors { () async throws(FramegenError) in
            try await runBlocking { () throws(FramegenError) in
                try VideoJoining.join(segments, to: output, overwrites: overwrite)
            }
        }
        try StandardOutput.write(
            "video: \(output)\n\(summary.segmentCount) segments, \(ProgressUnit.frame.text(summary.frameCount))\n")
    }
}

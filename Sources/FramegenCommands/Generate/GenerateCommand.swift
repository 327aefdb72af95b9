import ArgumentParser
import Foundation
import Framegen
import Media

/// `framegen generate`: a checkpoint, a template and speech in, a talking face out.
struct GenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Renders a talking face, as a video or as frames.",
        discussion: """
            Examples:
              framegen generate --checkpoint unet.pth --template person \\
                --audio speech.mp3 --audio-encoder audio_encoder.pth --output video.mp4
              framegen generate --checkpoint unet.pth --template person \\
                --audio-features aud_ave.npy --frames-dir frames

            Speech comes as sound of any kind together with the audio encoder, or as features that are there already; \
            with features, --audio is only the video's sound track. The template's images are used forth and back, as \
            the original does.
            """)

    @OptionGroup(title: "Input")
    var input: InputOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    @OptionGroup(title: "Engine")
    var engine: EngineOptions

    @OptionGroup(title: "Progress")
    var progress: ProgressOptions

    var request: GenerationRequest {
        var request = GenerationRequest(checkpointPath: input.checkpoint, templatePath: input.template)
        request.features = input.mode
        request.cropResampling = input.resize
        request.audioPath = input.audio
        request.audioEncoderPath = input.audioEncoder
        request.audioFeaturesPath = input.audioFeatures
        request.startFrame = input.startFrame
        request.usesParsing = input.useParsing
        request.frameLimit = output.limit
        request.frameRate = output.fps
        request.engine = engine.engine
        request.threads = engine.threads
        request.precision = engine.precision
        request.frameFolder = output.framesDir.map {
            GenerationRequest.FrameFolder(path: $0, format: output.framesFormat, overwrites: output.overwrite)
        }
        request.video = output.output.map {
            GenerationRequest.Video(
                path: $0, constantRateFactor: output.crf, preset: output.preset, overwrites: output.overwrite)
        }
        return request
    }

    func run() async throws {
        let request = self.request
        let progress = ProgressReporter(style: progress.progress.resolved)
        MediaLog.setVerbose(self.progress.verbose)
        do throws(FramegenError) {
            let summary = try await interruptible { () async throws(FramegenError) in
                try await request.render { progress.report($0) }
            }
            progress.finish(summary)
            try StandardOutput.write(summary.text + "\n")
        } catch {
            progress.fail(error)
            throw ExitCode(error.code.exitCode)
        }
    }
}

extension GenerationSummary {
    /// What was made and where, how fast, and how the time splits.
    var text: String {
        let rate = Double(frameCount) / (duration / .seconds(1))
        let names: [Stage: String] = [
            .audio: "audio", .compose: "template", .generate: "network", .composite: "composite", .encode: "encode",
        ]
        let split = Stage.allCases.compactMap { stage -> String? in
            guard let name = names[stage], let time = stageTimes[stage], time > .zero else { return nil }
            return "\(name) \(time.seconds(digits: 1)) s"
        }
        return [
            framePaths.map { "frames: \($0.first) to \($0.last)" },
            videoPath.map { "video: \($0)" },
            "\(frameCount) \(frameCount == 1 ? "frame" : "frames") in \(duration.seconds(digits: 1)) s, "
                + "\(String(format: "%.1f", rate)) frames a second end to end on \(engineName)",
            "busy, side by side: \(split.joined(separator: ", "))",
        ].compactMap { $0 }.joined(separator: "\n")
    }
}

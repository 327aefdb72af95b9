import ArgumentParser
import Framegen
import FramegenTools

/// `framegen validate`: how close two renderings, or two tensors, come to each other.
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Compares two folders of frames, videos, images or .npy tensors.",
        discussion: """
            Examples:
              framegen validate reference frames --min-psnr 40 --min-ssim 0.95
              framegen validate frames video.mp4 --template person --report report.html
              framegen validate expected.npy output.npy --max-mse 1e-10

            Frames are matched by the number that their names end in, and by their place in a video. PSNR and SSIM are \
            those of scikit-image with a data range of 255; the MSE is of bytes divided by 255. Of tensors, values are \
            compared as they are, and SSIM is there for planes of 7×7 and more.

            A threshold holds for every frame, so that the worst one decides; with --template it holds for the \
            pasted face and the mouth too. The mouth is the bounds of its landmarks, widened by a quarter of the longer side. It is looked for in \
            the order in which generate uses the template's images at one frame a feature row (25 a second): at another \
            --fps leave the template out.

            Exit codes: 0 all thresholds are met, 1 compared but a threshold is not met; errors have the codes that \
            all commands have, and two sides that cannot be compared have 65.
            """)

    @Argument(help: ArgumentHelp("The reference: a folder of numbered images, a video, an image or a .npy file."))
    var a: String

    @Argument(help: ArgumentHelp("What is held against it."))
    var b: String

    @OptionGroup(title: "Matching")
    var matching: MatchingOptions

    @OptionGroup(title: "Thresholds")
    var thresholds: ThresholdOptions

    @OptionGroup(title: "Output")
    var output: ComparisonOutputOptions

    @OptionGroup
    var report: ReportOptions

    var request: ComparisonRequest {
        var request = ComparisonRequest(firstPath: a, secondPath: b)
        request.templatePath = matching.template
        request.startFrame = matching.startFrame
        request.frameLimit = matching.limit
        request.allowsLengthMismatch = matching.allowLengthMismatch
        request.dataRange = matching.dataRange
        request.thresholds = .init(
            minimumPSNR: thresholds.minPsnr, minimumSSIM: thresholds.minSsim, maximumMSE: thresholds.maxMse)
        request.table = output.csv.map { .init(path: $0, overwrites: output.overwrite) }
        request.page = output.report.map {
            .init(path: $0, worstFrameCount: output.worst, overwrites: output.overwrite)
        }
        return request
    }

    func validate() throws {
        for (name, path) in [("A", a), ("B", b)] where path.isEmpty {
            throw ValidationError("\(name) is empty, expected a path")
        }
    }

    func run() async throws {
        let request = self.request
        let result = try await runReportingErrors { () async throws(FramegenError) in
            let result = try await request.compare()
            try report.print(ComparisonReport(result, request))
            return result
        }
        if !result.isPassed { throw ExitCode(1) }
    }
}

import ArgumentParser
import Framegen
import FramegenTools

/// `framegen template convert`: a template in, one of PNG files out.
struct TemplateConvertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Writes a template's images as PNG files, which every decoder reads alike.",
        discussion: """
            Example:
              framegen template convert person person-png

            Decoders of JPEG may differ by a few levels, so that another program's makes other frames of the same template. \
            The new template holds the pixels that framegen sees: upright, in 8-bit colour, without a colour profile. \
            Landmarks and parsing images come along, and frames rendered from it are the same bytes. PNG files take \
            several times the room of JPEG files.
            """)

    @Argument(help: ArgumentHelp("The template, a folder with full_body_img and landmarks.", valueName: "template"))
    var template: String

    @Argument(help: ArgumentHelp("The folder to write; it appears when it is whole.", valueName: "output"))
    var output: String

    @Flag(help: "Replace a template that is there already, with nothing else in its folder.")
    var overwrite = false

    @OptionGroup(title: "Progress and result")
    var progress: ProgressOptions

    @OptionGroup(title: "Progress and result")
    var report: ReportOptions

    func validate() throws {
        for (name, path) in [("template", template), ("output", output)] where path.isEmpty {
            throw ValidationError("The \(name) is empty, expected a path")
        }
    }

    var request: TemplateConversionRequest {
        var request = TemplateConversionRequest(templatePath: template, outputPath: output)
        request.overwrites = overwrite
        return request
    }

    func run() async throws {
        let request = self.request
        try await runReportingProgress(progress) { reporter async throws(FramegenError) in
            try await request.convert { reporter.report(ProgressEvent($0)) }
        } print: { summary throws(FramegenError) in
            try report.print(TemplateConversionReport(summary))
        }
    }
}

/// What `framegen template convert` has made.
struct TemplateConversionReport: Report {
    let path: String
    let images: Int
    let parsingImages: Int
    let width: Int
    let height: Int
    let bytes: Int
    /// From the request to the completed folder.
    let seconds: Double
    let text: String

    init(_ summary: TemplateConversionSummary) {
        path = summary.path
        images = summary.imageCount
        parsingImages = summary.parsingCount
        width = summary.imageSize.width
        height = summary.imageSize.height
        bytes = summary.byteCount
        seconds = summary.durationInSeconds
        let size = (Double(summary.byteCount) / 1e6).text(digits: 1)
        let parsing = parsingImages > 0 ? " and \(parsingImages) of parsing" : ""
        text = """
            template: \(path), \(ProgressUnit.image.text(images)) of \(summary.imageSize)\(parsing), \(size) MB
            \(summary.speed)
            """
    }

    private enum CodingKeys: CodingKey {
        case path, images, parsingImages, width, height, bytes, seconds
    }
}

import ArgumentParser
import Framegen
import FramegenTools

/// `framegen inspect`: what a file or a template is and holds.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract:
            "Tells what a checkpoint, an ONNX file, a Core ML package, a template or a feature file holds, and what is wrong "
            + "with it.",
        discussion: """
            Examples:
              framegen inspect person --sheet sheet.png
              framegen inspect unet.pth --json

            What it is, is told from its content. Files that generate refuses are looked at too, as far as they can be \
            read; what is wrong with them is a part of the result, and the exit code is 0 all the same.

            Jitter: around each frame the smooth path is the mean of five face boxes, from two frames before to two \
            after. A corner's jitter is its distance from that path, the side's its difference from it, in pixels; a \
            box that moves and grows evenly has none. With --steady, generate smooths the landmarks.

            Looks bad: what will be seen in every speech, the frame in which it is worst, why, and what helps. These \
            frames are on the sheet too, below the others. What is before the face in most images is not found: look at \
            the sheet.
            """)

    @Argument(
        help: ArgumentHelp(
            "A checkpoint (.pth), an ONNX file, a Core ML package, a template's folder, or features (.npy, .bin).",
            valueName: "path"))
    var path: String

    @Option(
        help: ArgumentHelp(
            "Of a template: draw 24 frames with their landmarks (magenta), face box (green, red where the image "
                + "clips it) and mask (yellow).", valueName: "sheet.png"))
    var sheet: String?

    @Flag(help: "Replace a sheet that is there already.")
    var overwrite = false

    @OptionGroup(title: "Output")
    var output: ReportOptions

    func validate() throws {
        guard !path.isEmpty else { throw ValidationError("The path is empty") }
        guard sheet?.lowercased().hasSuffix(".png") != false else {
            throw ValidationError("--sheet is \(sheet ?? ""), expected a name that ends in .png")
        }
    }

    func run() async throws {
        let (path, sheet, overwrite) = (path, sheet, overwrite)
        let inspection = try await runReportingErrors { () async throws(FramegenError) in
            let inspection = try await Inspection(path: path)
            if let sheet {
                guard case .template(let template) = inspection else {
                    throw FramegenError(
                        .invalidRequest, "--sheet draws the frames of a template, but \(path) is \(inspection.kind)")
                }
                try await template.writeContactSheet(to: sheet, overwrites: overwrite)
            }
            return inspection
        }
        try output.print(inspection)
    }
}

extension Inspection {
    /// With its article.
    fileprivate var kind: String {
        switch self {
        case .template: "a template"
        case .features: "a feature file"
        case .checkpoint: "a checkpoint"
        case .onnx: "an ONNX file"
        case .coreML: "a Core ML package"
        }
    }
}

extension Inspection: Report {
    var text: String {
        switch self {
        case .template(let template): template.text
        case .features(let features): features.text
        case .checkpoint(let checkpoint): checkpoint.text
        case .onnx(let model): model.text
        case .coreML(let package): package.text
        }
    }
}

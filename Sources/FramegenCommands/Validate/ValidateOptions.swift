import ArgumentParser
import Framegen
import FramegenTools

struct MatchingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The person that both were rendered from, to judge the face and the mouth by themselves too.",
            valueName: "folder"))
    var template: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The --start-frame that both were rendered with.", valueName: "n"))
    var startFrame = 0

    @Option(parsing: .unconditional, help: ArgumentHelp("Compare this many frames at most.", valueName: "n"))
    var limit: Int?

    @Flag(help: "Compare the frames that both sides have, instead of refusing sides of unequal length.")
    var allowLengthMismatch = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The range of a tensor's values, for PSNR and SSIM. (default: 1 where all values of A are in 0…1, else A's "
                + "largest value less its smallest)", valueName: "range"))
    var dataRange: Double?

    func validate() throws {
        if template?.isEmpty == true { throw ValidationError("--template is empty, expected a path") }
        guard startFrame >= 0 else {
            throw ValidationError("--start-frame is \(startFrame), expected 0 or more")
        }
        guard startFrame == 0 || template != nil else {
            throw ValidationError("--start-frame is \(startFrame), which needs --template")
        }
        if let limit, limit < 1 { throw ValidationError("--limit is \(limit), expected 1 or more") }
        if let dataRange, !(dataRange > 0 && dataRange.isFinite) {
            throw ValidationError("--data-range is \(dataRange), expected a number above 0")
        }
    }
}

struct ThresholdOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("The lowest PSNR of any frame, in dB; equal frames have an infinite one.", valueName: "dB"))
    var minPsnr: Double?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("The lowest SSIM of any frame, 1 at most.", valueName: "ssim"))
    var minSsim: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The highest MSE of any frame, of bytes divided by 255: 0.01 is a PSNR of 20 dB. Of tensors, of their values.",
            valueName: "mse"))
    var maxMse: Double?

    func validate() throws {
        if let minPsnr, minPsnr.isNaN { throw ValidationError("--min-psnr is \(minPsnr), expected a number") }
        if let minSsim, !(minSsim <= 1) { throw ValidationError("--min-ssim is \(minSsim), expected at most 1") }
        if let maxMse, !(maxMse >= 0) { throw ValidationError("--max-mse is \(maxMse), expected 0 or more") }
    }
}

struct ComparisonOutputOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Write every frame's numbers as comma-separated values.", valueName: "out.csv"))
    var csv: String?

    @Option(
        help: ArgumentHelp(
            "Write one page with curves and the worst frames side by side; it needs no other file.",
            valueName: "out.html"))
    var report: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How many of the worst frames the page shows, up to 20.", valueName: "n"))
    var worst = 5

    @Flag(help: "Replace outputs that are there already.")
    var overwrite = false

    func validate() throws {
        for (flag, path) in [("--csv", csv), ("--report", report)] where path?.isEmpty == true {
            throw ValidationError("\(flag) is empty, expected a path")
        }
        let counts = ComparisonRequest.Page.worstFrameCounts
        guard counts.contains(worst) else {
            throw ValidationError("--worst is \(worst), expected \(counts.lowerBound) to \(counts.upperBound)")
        }
    }
}

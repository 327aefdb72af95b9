import Foundation
import FrameGeneration

extension ComparisonRequest {
    /// - Throws: `.invalidRequest` naming the first value that is out of range.
    func checkValues() throws(FramegenError) {
        try Self.require(frameLimit ?? 1 >= 1, "the limit is \(frameLimit ?? 0) frames, expected 1 or more")
        try Self.require(startFrame >= 0, "the start frame is \(startFrame), expected 0 or more")
        try Self.require(
            startFrame == 0 || templatePath != nil,
            "a start frame is given and no template, which it is a frame of: expected both")
        if let dataRange {
            try Self.require(
                dataRange > 0 && dataRange.isFinite, "the range of values is \(dataRange), expected a number above 0")
        }
        if let psnr = thresholds.minimumPSNR {
            try Self.require(!psnr.isNaN, "the lowest PSNR is \(psnr), expected a number")
        }
        if let ssim = thresholds.minimumSSIM {
            try Self.require(ssim <= 1, "the lowest SSIM is \(ssim), expected at most 1")
        }
        if let mse = thresholds.maximumMSE {
            try Self.require(mse >= 0, "the highest MSE is \(mse), expected 0 or more")
        }
        if let count = page?.worstFrameCount {
            let counts = Page.worstFrameCounts
            try Self.require(
                counts.contains(count),
                "\(count) of the worst frames are to be shown, expected \(counts.lowerBound) to \(counts.upperBound)")
        }
    }

    /// - Throws: `.cannotWrite` when an output is there already and may not be replaced, `.invalidRequest` when it is an
    ///   input or the other output.
    func checkOutputs() throws(FramegenError) {
        let outputs = [table.map { ($0.path, $0.overwrites) }, page.map { ($0.path, $0.overwrites) }].compactMap { $0 }
        var taken = [firstPath, secondPath]
        for (path, overwrites) in outputs {
            try Self.require(!path.isEmpty, "an output's path is empty, expected a file's name")
            try Self.require(
                !taken.contains { FileName.isSame($0, path) },
                "\(path) is to be written and is also an input or another output, expected a name of its own")
            taken.append(path)
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { continue }
            guard !isFolder.boolValue else {
                throw FramegenError(.cannotWrite, "\(path) is a folder, expected a file to write")
            }
            guard overwrites else {
                throw FramegenError(
                    .cannotWrite, "\(path) already exists: choose another name, or allow overwriting")
            }
        }
        if let page { try OutputFile.checkExtension(page.path, contents: "a page", extensions: ["html", "htm"]) }
    }

    private static func require(_ condition: Bool, _ message: @autoclosure () -> String) throws(FramegenError) {
        guard condition else { throw FramegenError(.invalidRequest, message()) }
    }
}

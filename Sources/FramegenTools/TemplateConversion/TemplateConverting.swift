import Foundation
import FrameGeneration
import Media

extension TemplateConversionRequest {
    /// Writes the template anew: images of either format as PNG, landmarks as they are, under their numbers.
    ///
    /// What else is in the template's folder is left behind.
    ///
    /// - Parameter report: called for every event, in order, from one thread.
    /// - Returns: what was made.
    /// - Throws: `FramegenError` that names the file at fault; where several images cannot be decoded, it names them all
    ///   up to ten. Nothing is left of the output then, and an older folder stays.
    public func convert(
        report: @Sendable (TemplateConversionEvent) -> Void = { _ in }
    ) async throws(FramegenError) -> TemplateConversionSummary {
        let start = ContinuousClock.now
        return try await runBlocking { () throws(FramegenError) in
            let output = try checkedOutput()
            let files = try TemplateFiles(templatePath)
            let folder = try PartialFolder(output, overwrites: overwrites)
            let byteCount = try folder.fill { path throws(FramegenError) in try files.write(to: path, report) }
            try folder.finish()
            return TemplateConversionSummary(
                path: output, imageCount: files.images.numbers.count, parsingCount: files.parsing?.numbers.count ?? 0,
                imageSize: files.imageSize, byteCount: byteCount, duration: start.duration(to: .now))
        }
    }

    /// The output without the slash that shells put behind a folder.
    private func checkedOutput() throws(FramegenError) -> String {
        let output = Folder.withoutSlash(outputPath)
        guard !output.isEmpty, !output.utf8.contains(0) else {
            let name = output.isEmpty ? "an empty name" : output.replacing("\0", with: "?")
            throw FramegenError(.invalidRequest, "\(name) is no name for a template, expected that of a folder")
        }
        try OutputFile.checkApart(output, from: [templatePath])
        // Replacing a folder removes what is in it.
        let (outer, inner) = (FileName.resolved(output), FileName.resolved(templatePath))
        guard !inner.hasPrefix("\(outer)/") else {
            throw FramegenError(
                .invalidRequest,
                "\(output) is to be written and the template \(templatePath) is in it, expected a folder of its own")
        }
        try PartialFolder.checkFree(
            output, contents: "a template with nothing else in it", overwrites: overwrites,
            isReplaceable: Self.isTemplateAlone)
        try OutputFile.checkPlace(output)
        try OutputFile.checkIdle(output)
        return output
    }

    /// A folder that holds a person's checkpoint or sound as well is more than this command makes.
    private static func isTemplateAlone(_ path: String) -> Bool {
        guard let names = try? Folder.names(at: path) else { return false }
        return names.contains(Template.folders[0]) && Set(names).isSubset(of: Template.folders)
    }
}

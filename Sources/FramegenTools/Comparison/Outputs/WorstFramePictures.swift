import Foundation
import FrameGeneration
import Media

extension WorstFrames {
    /// What the root mean square of a difference is brought to, so that it can be seen.
    private static let visibleDifference = 48.0
    /// The strongest amplification; more would make noise of one step look like damage.
    private static let highestGain = 32

    /// The frames as pictures side by side, each with its mouth where a template says where that is; empty without any.
    ///
    /// - Throws: `.internalFailure` when a picture cannot be encoded.
    var html: String {
        get throws(FramegenError) {
            guard !entries.isEmpty else { return "" }
            let hasMouth = entries.contains { $0.result.mouth != nil }
            let order =
                hasMouth
                ? "The worst first, by PSNR: the lower one of the whole frame's and the mouth's."
                : "The worst first, by the whole frame's PSNR. With a template the mouth is judged and shown by itself too."
            var html = "<h2>Worst frames</h2>\n<p class=\"note\">\(order) Frames that are equal are not shown.</p>\n"
            for entry in entries { html += try Self.html(entry) }
            return html
        }
    }

    private static func html(_ entry: Entry) throws(FramegenError) -> String {
        let (pair, result) = (entry.pair, entry.result)
        var numbers = "PSNR \(QualityMetric.psnr.text(result.whole.peakSignalToNoiseRatio)) dB"
        if let mouth = result.mouth {
            numbers += ", mouth \(QualityMetric.psnr.text(mouth.peakSignalToNoiseRatio)) dB"
        }
        numbers += ", largest difference \(Int(result.whole.largestDifference))"
        var html = "<h3>Frame \(result.number)</h3>\n<p class=\"note\">\(numbers)</p>\n"
        html += try row(
            pair.first, pair.second, metrics: result.whole, names: ("A", "B", "difference"),
            of: "frame \(result.number)", style: "row", marking: result.mouthRect)
        if let mouth = result.mouth, let rect = result.mouthRect {
            html += try row(
                pair.first.cropped(to: rect), pair.second.cropped(to: rect), metrics: mouth,
                names: ("mouth of A, enlarged", "mouth of B, enlarged", "difference of the mouth"),
                of: "the mouth in frame \(result.number)", style: "row mouths", marking: nil)
        }
        return html
    }

    private static func row(
        _ first: PixelImage, _ second: PixelImage, metrics: QualityMetrics, names: (String, String, String),
        of what: String,
        style: String, marking mouth: PixelRect?
    ) throws(FramegenError) -> String {
        let gain = gain(for: metrics)
        var html = "<div class=\"\(style)\">\n"
        html += try picture(first, names.0, "\(what) of A")
        html += try picture(second, names.1, "\(what) of B")
        html += try picture(
            first.difference(from: second, gain: gain), gain == 1 ? names.2 : "\(names.2) × \(gain)",
            "difference of \(what)", marking: mouth)
        return html + "</div>\n"
    }

    /// A power of two.
    private static func gain(for metrics: QualityMetrics) -> Int {
        let wanted = visibleDifference / (255 * metrics.meanSquaredError.squareRoot())
        var gain = 1
        while gain < highestGain, Double(2 * gain) <= wanted { gain *= 2 }
        return gain
    }

    private static func picture(
        _ image: PixelImage, _ title: String, _ description: String, marking rect: PixelRect? = nil
    ) throws(FramegenError) -> String {
        let data = Data(try PNGEncoder().encode(image)).base64EncodedString()
        let mark = rect.map { rect in
            "<svg viewBox=\"0 0 \(image.width) \(image.height)\" aria-hidden=\"true\"><rect class=\"mark\" x=\"\(rect.x)\" "
                + "y=\"\(rect.y)\" width=\"\(rect.width)\" height=\"\(rect.height)\"/></svg>"
        }
        return """
            <figure><figcaption>\(title)</figcaption><div class="picture"><img alt="\(description)" width="\(image.width)" \
            height="\(image.height)" src="data:image/png;base64,\(data)">\(mark ?? "")</div></figure>

            """
    }
}

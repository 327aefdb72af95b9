import Foundation
import FrameGeneration
import Media

/// A comparison as one HTML file that needs no other: tables, curves, and the worst frames as pictures.
struct ComparisonPage {
    /// What the root mean square of a difference is brought to, so that it can be seen.
    private static let visibleDifference = 48.0
    /// The strongest amplification; more would make noise of one step look like damage.
    private static let highestGain = 32

    /// The whole file.
    let html: String

    /// - Throws: `.internalFailure` when a picture cannot be encoded.
    init(_ result: ComparisonSummary, _ worst: WorstFrames) throws(FramegenError) {
        var body = Self.head(result)
        body += "<h2>Summary</h2>\n" + Self.summary(result)
        body += "<p class=\"note\">\(result.explanation.escapedForHTML)</p>\n"
        if !result.checks.isEmpty { body += "<h2>Thresholds</h2>\n" + Self.thresholds(result) }
        if case .frames = result.kind {
            body += "<h2>Frame by frame</h2>\n" + Self.curves(result)
            body += try Self.pictures(worst)
        }
        html = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Comparison of \(result.firstPath.escapedForHTML) and \(result.secondPath.escapedForHTML)</title>
            <style>
            \(PageStyle.css)
            </style>
            </head>
            <body>
            <main>
            \(body)</main>
            </body>
            </html>

            """
    }

    private static func head(_ result: ComparisonSummary) -> String {
        let what: String
        switch result.kind {
        case .frames(let size):
            what = "\(result.pairs.count) \(result.pairs.count == 1 ? "frame" : "frames") of \(size)"
        case .tensors(let shape, _): what = "Tensors of the shape \(shape)"
        }
        let failed = result.checks.count { !$0.isPassed }
        let (style, verdict) =
            result.checks.isEmpty
            ? ("", "No thresholds were given.")
            : result.isPassed
                ? ("passed", "All thresholds are met.")
                : ("failed", "\(failed) of \(result.checks.count) thresholds \(failed == 1 ? "is" : "are") not met.")
        let notes = result.notes.map { "<li>\($0.escapedForHTML)</li>" }.joined(separator: "\n")
        return """
            <h1>Comparison</h1>
            <dl>
            <dt>A</dt><dd><bdi>\(result.firstPath.escapedForHTML)</bdi></dd>
            <dt>B</dt><dd><bdi>\(result.secondPath.escapedForHTML)</bdi></dd>
            </dl>
            <p>\(what)</p>
            <p class="verdict \(style)">\(verdict)</p>
            \(notes.isEmpty ? "" : "<ul>\n\(notes)\n</ul>\n")
            """
    }

    private static func summary(_ result: ComparisonSummary) -> String {
        var table = HTMLTable(columns: ["", "metric", "mean", "worst", "in frame"])
        for (region, metrics) in result.statistics {
            for metric in QualityMetric.allCases {
                guard let summary = metrics[metric] else { continue }
                table.add([
                    region.rawValue, metric.title(result.kind), metric.text(summary.mean), metric.text(summary.worst),
                    region == .tensor ? "" : "\(summary.worstFrame)",
                ])
            }
        }
        return table.html
    }

    private static func thresholds(_ result: ComparisonSummary) -> String {
        var table = HTMLTable(columns: ["", "threshold for every frame", "worst", "in frame", ""])
        for check in result.checks {
            table.add(
                [
                    check.region.rawValue, check.title, check.metric.text(check.worst),
                    check.region == .tensor ? "" : "\(check.worstFrame)", check.verdict(of: result.pairs.count),
                ], style: check.isPassed ? "passed" : "failed")
        }
        return table.html
    }

    private static func curves(_ result: ComparisonSummary) -> String {
        let regions = result.statistics.map(\.region)
        let legend = regions.map { "<span class=\"key \($0.rawValue)\"></span>\($0.rawValue)" }
        var html = "<p class=\"legend\">\(legend.joined(separator: " "))"
        if !result.checks.isEmpty { html += " <span class=\"key limit\"></span>threshold" }
        html += "</p>\n"
        for metric in [QualityMetric.psnr, .ssim, .mse] {
            let series = regions.compactMap { region -> CurveChart.Series? in
                let points = result.pairs.compactMap { pair in pair[region]?[metric].map { (pair.number, $0) } }
                return points.isEmpty ? nil : CurveChart.Series(region: region, points: points)
            }
            guard !series.isEmpty else { continue }
            let chart = CurveChart(
                metric: metric, title: metric.title(result.kind), series: series,
                threshold: result.checks.first { $0.metric == metric }?.limit)
            var caption = metric.title(result.kind)
            if chart.framesPerPoint > 1 { caption += ", each point the worst of \(chart.framesPerPoint) frames" }
            if let limit = chart.threshold, chart.thresholdIsFar {
                caption += ", the threshold of \(String(format: "%g", limit)) lies outside"
            }
            if chart.hasInfinite { caption += ", equal frames at the upper edge" }
            html += "<figure><figcaption>\(caption.escapedForHTML)</figcaption>\n\(chart.svg)</figure>\n"
        }
        return html
    }

    private static func pictures(_ worst: WorstFrames) throws(FramegenError) -> String {
        guard !worst.entries.isEmpty else { return "" }
        var html = "<h2>Worst frames</h2>\n"
        for entry in worst.entries {
            let (first, second) = (entry.pair.first, entry.pair.second)
            let largest = Int(entry.result.whole.largestDifference)
            let gain = gain(for: entry.result.whole)
            var numbers = "PSNR \(QualityMetric.psnr.text(entry.result.whole.peakSignalToNoiseRatio)) dB"
            if let mouth = entry.result.mouth {
                numbers += ", mouth \(QualityMetric.psnr.text(mouth.peakSignalToNoiseRatio)) dB"
            }
            html +=
                "<h3>Frame \(entry.result.number)</h3>\n<p class=\"note\">\(numbers), largest difference \(largest)</p>\n"
            html += "<div class=\"row\">\n"
            html += try picture(first, "A", "frame \(entry.result.number) of A")
            html += try picture(second, "B", "frame \(entry.result.number) of B")
            html += try picture(
                first.difference(from: second, gain: gain), gain == 1 ? "difference" : "difference × \(gain)",
                "difference of frame \(entry.result.number)", marking: entry.result.mouthRect)
            html += "</div>\n"
        }
        return html
    }

    /// A power of two.
    private static func gain(for metrics: QualityMetrics) -> Int {
        let wanted = visibleDifference / (255 * metrics.meanSquaredError.squareRoot())
        var gain = 1
        while gain < highestGain, Double(2 * gain) <= wanted { gain *= 2 }
        return gain
    }

    private static func picture(
        _ image: Image, _ title: String, _ description: String, marking rect: PixelRect? = nil
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

private enum PageStyle {
    static let css = """
        :root { color-scheme: light dark; --text: #1b1f24; --back: #ffffff; --soft: #59636e; --line: #d0d7de;
          --frame: #0b62c4; --face: #6b4fbb; --mouth: #b93815; --good: #1a7f37; --bad: #c21b2b; }
        @media (prefers-color-scheme: dark) { :root { --text: #e6e9ed; --back: #14171b; --soft: #9aa5b1; --line: #363d46;
          --frame: #6cb2ff; --face: #b59cff; --mouth: #ff9d6c; --good: #4fc26b; --bad: #ff7b82; } }
        body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
        main { max-width: 1100px; margin: 0 auto; padding: 24px 20px 60px; }
        h1 { font-size: 24px; } h2 { font-size: 19px; margin-top: 36px; } h3 { font-size: 16px; margin: 24px 0 0; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; }
        dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
        th, td { padding: 4px 14px 4px 0; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
        th:first-child, th:nth-child(2), td:nth-child(2) { text-align: left; }
        .verdict { font-weight: 600; } .verdict.passed, tr.passed td:last-child { color: var(--good); }
        .verdict.failed, tr.failed td:last-child { color: var(--bad); }
        .note, figcaption { color: var(--soft); font-size: 13px; margin: 4px 0; }
        figure { margin: 12px 0; min-width: 0; } svg { display: block; width: 100%; height: auto; }
        .legend .key { display: inline-block; width: 22px; height: 0; margin: 0 6px 4px 14px; border-top: 2px solid; }
        .key.frame { border-color: var(--frame); } .key.face { border-color: var(--face); }
        .key.mouth { border-color: var(--mouth); border-top-style: dashed; }
        .key.limit { border-color: var(--bad); border-top: 2px dotted var(--bad); }
        .grid { stroke: var(--line); } .value, .frame-number { fill: var(--soft); font-size: 12px; }
        .value { text-anchor: end; } .frame-number { text-anchor: middle; }
        .threshold { stroke: var(--bad); stroke-dasharray: 2 4; }
        .curve { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
        .curve.frame { stroke: var(--frame); } .curve.face { stroke: var(--face); }
        .curve.mouth { stroke: var(--mouth); stroke-dasharray: 5 3; }
        .dot.frame { fill: var(--frame); } .dot.face { fill: var(--face); } .dot.mouth { fill: var(--mouth); }
        .row { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 10px; }
        .picture { position: relative; } .picture img { display: block; width: 100%; height: auto; }
        .picture svg { position: absolute; inset: 0; } .mark { fill: none; stroke: #ffffff; stroke-opacity: 0.7; }
        """
}

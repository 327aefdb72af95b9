import Foundation
import FrameGeneration

/// A comparison as one HTML file that needs no other: tables, curves, and the worst frames as pictures.
struct ComparisonPage {
    /// The whole file.
    let html: String

    /// - Parameters:
    ///   - result: the numbers.
    ///   - worst: the frames to show.
    ///   - command: what makes the page, to be shown on it; nil for none.
    /// - Throws: `.internalFailure` when a picture cannot be encoded.
    init(_ result: ComparisonSummary, _ worst: WorstFrames, command: String?) throws(FramegenError) {
        var body = Self.head(result, command)
        body += "<h2>Summary</h2>\n" + Self.summary(result)
        body += "<p class=\"note\">\(result.explanation.escapedForHTML)</p>\n"
        if !result.checks.isEmpty { body += "<h2>Thresholds</h2>\n" + Self.thresholds(result) }
        if case .frames = result.kind {
            body += "<h2>Frame by frame</h2>\n" + Self.curves(result)
            body += try worst.html
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

    private static func head(_ result: ComparisonSummary, _ command: String?) -> String {
        let now = Date.now.formatted(.iso8601)
        let date = now.replacing("T", with: " ").replacing("Z", with: " UTC")
        let commandRow = command.map { "<dt>Command</dt><dd><code>\($0.escapedForHTML)</code></dd>\n" } ?? ""
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
            <dt>Made</dt><dd><time datetime="\(now)">\(date)</time> by framegen \(framegenVersion)</dd>
            \(commandRow)</dl>
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
            html += "<figure><figcaption>\(caption.escapedForHTML)</figcaption>\n\(chart.html)</figure>\n"
        }
        return html
    }
}

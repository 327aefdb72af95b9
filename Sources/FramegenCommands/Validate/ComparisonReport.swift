import Foundation
import FrameGeneration
import Framegen
import FramegenTools

/// What a comparison has found, for people and for programs.
struct ComparisonReport: Report {
    private let result: ComparisonSummary
    private let tablePath: String?
    private let pagePath: String?

    init(_ result: ComparisonSummary, _ request: ComparisonRequest) {
        self.result = result
        tablePath = request.table?.path
        pagePath = request.page?.path
    }

    var text: String {
        var blocks = [heading, summary, faces, result.explanation].filter { !$0.isEmpty }
        if !result.checks.isEmpty { blocks.append(thresholds) }
        let outputs = [("table", tablePath), ("page", pagePath)].compactMap { name, path in
            path.map { "\(name): \($0.onOneLine)" }
        }
        if !outputs.isEmpty { blocks.append(outputs.joined(separator: "\n")) }
        return blocks.joined(separator: "\n\n")
    }

    private var heading: String {
        let what: String
        switch result.kind {
        case .frames(let size):
            what = "\(result.pairs.count) \(result.pairs.count == 1 ? "frame" : "frames") of \(size)"
        case .tensors(let shape, _): what = "tensors of the shape \(shape)"
        }
        return
            (["A: \(result.firstPath.onOneLine)", "B: \(result.secondPath.onOneLine)", what]
            + result.notes.map { "note: \($0.onOneLine)" }).joined(separator: "\n")
    }

    private var summary: String {
        var table = TextTable(columns: ["", "", "mean", "worst", "in frame"], rightAligned: [2, 3, 4])
        for (region, metrics) in result.statistics {
            for metric in QualityMetric.allCases {
                guard let summary = metrics[metric] else { continue }
                table.add([
                    region.rawValue, metric.title(result.kind), metric.text(summary.mean), metric.text(summary.worst),
                    region == .tensor ? "" : "\(summary.worstFrame)",
                ])
            }
        }
        return table.text
    }

    /// How much the pasted faces are to be seen as such.
    private var faces: String {
        let numbers = result.faceNumbers
        guard !numbers.isEmpty else { return "" }
        var table = TextTable(
            columns: ["pasted face", "mean of A", "mean of B", "worst of A", "worst of B"],
            rightAligned: [1, 2, 3, 4])
        for (title, isBetterWhenHigh, sides) in numbers {
            func worst(_ values: [Double]) -> Double? { isBetterWhenHigh ? values.min() : values.max() }
            let (first, second) = (sides.map(\.first), sides.map(\.second))
            func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
            table.add(
                [title]
                    + [mean(first), mean(second), worst(first) ?? 0, worst(second) ?? 0].map {
                        String(format: "%.2f", $0)
                    })
        }
        return table.text
    }

    private var thresholds: String {
        var table = TextTable(columns: ["", "every frame", "worst", "in frame", ""], rightAligned: [2, 3])
        for check in result.checks {
            table.add([
                check.region.rawValue, check.title, check.metric.text(check.worst),
                check.region == .tensor ? "" : "\(check.worstFrame)", check.verdict(of: result.pairs.count),
            ])
        }
        return table.text
    }
}

extension ComparisonSummary {
    /// By what is shown for them, those of all pairs that have them.
    fileprivate var faceNumbers: [(title: String, isBetterWhenHigh: Bool, sides: [Sides<Double>])] {
        let seams = pairs.compactMap(\.seams)
        let all = [
            ("seam, 1 as the template's", false, seams.map { Sides(first: $0.first.energy, second: $0.second.energy) }),
            ("colour step, levels", false, seams.map { Sides(first: $0.first.colorStep, second: $0.second.colorStep) }),
            ("mouth motion, levels", false, pairs.compactMap(\.mouthMotion)),
            ("jitter, pixels", false, pairs.compactMap(\.jitter)),
            ("sharpness, 1 as the template's", true, pairs.compactMap(\.sharpness)),
        ]
        return all.filter { !$0.2.isEmpty }
    }
}

extension ComparisonReport: Encodable {
    /// Names are in the form that programs see, but for the way words are joined.
    private struct Message: Encodable {
        let a: String
        let b: String
        let kind: String
        let frames: Int?
        let width: Int?
        let height: Int?
        let shape: [Int]?
        let dataRange: Double
        let summary: [String: [String: Summary]]
        let thresholds: [Check]
        let passed: Bool
        let notes: [String]
        let csv: String?
        let report: String?
    }

    private struct Summary: Encodable {
        let mean: Double
        let worst: Double
        let worstFrame: Int
    }

    private struct Check: Encodable {
        let metric: QualityMetric
        let region: ComparisonSummary.Region
        let limit: Double
        let worst: Double
        let worstFrame: Int
        let failedFrames: Int
        let passed: Bool
    }

    func encode(to encoder: any Encoder) throws {
        let size: ImageSize?
        let shape: [Int]?
        let dataRange: Double
        switch result.kind {
        case .frames(let frameSize): (size, shape, dataRange) = (frameSize, nil, 255)
        case .tensors(let sizes, let range): (size, shape, dataRange) = (nil, sizes, range)
        }
        let summary = result.statistics.map { region, metrics in
            let numbers = metrics.map { metric, summary in
                (
                    metric.rawValue,
                    Summary(mean: summary.mean, worst: summary.worst, worstFrame: summary.worstFrame)
                )
            }
            return (region.rawValue, Dictionary(uniqueKeysWithValues: numbers))
        }
        let checks = result.checks.map { check in
            Check(
                metric: check.metric, region: check.region, limit: check.limit, worst: check.worst,
                worstFrame: check.worstFrame, failedFrames: check.failedFrameCount, passed: check.isPassed)
        }
        try Message(
            a: result.firstPath, b: result.secondPath, kind: size == nil ? "tensors" : "frames",
            frames: size == nil ? nil : result.pairs.count, width: size?.width, height: size?.height, shape: shape,
            dataRange: dataRange, summary: Dictionary(uniqueKeysWithValues: summary), thresholds: checks,
            passed: result.isPassed, notes: result.notes, csv: tablePath, report: pagePath
        ).encode(to: encoder)
    }
}

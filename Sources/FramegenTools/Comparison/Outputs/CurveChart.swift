import Foundation
import FrameGeneration

/// A metric over the frames, as a drawing of a page.
struct CurveChart {
    struct Series {
        /// The style's name, and the one in the legend.
        let region: ComparisonSummary.Region
        /// By frame; in order.
        let points: [(frame: Int, value: Double)]
    }

    let metric: QualityMetric
    let title: String
    let series: [Series]
    /// Drawn as a line across.
    let threshold: Double?

    /// More points than this cannot be told apart.
    private static let mostPoints = 800
    /// Up to here each frame has a dot of its own: a line through a few points would hardly be seen, and would hide where
    /// they are.
    private static let mostDots = 60
    /// The drawing's own units; it is stretched to the room that there is, and what is written beside it is not.
    private static let side = 1000.0

    /// Frames that each point stands for.
    var framesPerPoint: Int {
        let count = series.map(\.points.count).max() ?? 0
        return max(1, (count + Self.mostPoints - 1) / Self.mostPoints)
    }

    /// Whether some values are infinite, and drawn at the top.
    var hasInfinite: Bool { series.contains { $0.points.contains { !$0.value.isFinite } } }

    /// Whether the threshold is so far from the curves that it would press them flat, and is left out.
    var thresholdIsFar: Bool {
        let values = series.flatMap { $0.points.map(\.value) }.filter(\.isFinite)
        guard let threshold, let least = values.min(), let greatest = values.max() else { return false }
        let distance = max(threshold - greatest, least - threshold)
        return distance > max(3 * (greatest - least), abs(greatest) / 10)
    }

    /// The drawing, and the axes' labels as text of the page, which is as large on a phone as anywhere.
    var html: String {
        let threshold = thresholdIsFar ? nil : threshold
        let axis = ValueAxis(values: series.flatMap { $0.points.map(\.value) } + (threshold.map { [$0] } ?? []))
        let frames = series.flatMap { [$0.points.first?.frame, $0.points.last?.frame] }.compactMap { $0 }
        let (first, last) = (frames.min() ?? 0, frames.max() ?? 0)
        func x(_ frame: Int) -> Double {
            last > first ? Self.side * Double(frame - first) / Double(last - first) : Self.side / 2
        }
        func y(_ value: Double) -> Double { Self.side * (1 - axis.position(of: value)) }

        var shapes = axis.ticks.map { Self.level("grid", y($0)) }
        if let threshold, threshold.isFinite { shapes.append(Self.level("threshold", y(threshold))) }
        for line in series {
            let points = thinned(line.points).map { (x: Self.text(x($0.frame)), y: Self.text(y($0.value))) }
            let name = line.region.rawValue
            if points.count > 1 {
                let text = points.map { "\($0.x),\($0.y)" }.joined(separator: " ")
                shapes.append("<polyline class=\"curve \(name)\" points=\"\(text)\"/>")
            }
            if points.count <= Self.mostDots {
                // Lines without a length: their round ends stay round however the drawing is stretched.
                let text = points.map { "M\($0.x) \($0.y)h0" }.joined()
                shapes.append("<path class=\"dots \(name)\" d=\"\(text)\"/>")
            }
        }
        let labels =
            axis.ticks.map { Self.label("value", "top", y($0), axis.label($0)) }
            + Self.frameTicks(first, last).map { Self.label("frame-number", "left", x($0), "\($0)") }
        return """
            <div class="chart"><svg role="img" aria-label="\(title.escapedForHTML) over the frames" \
            viewBox="0 0 \(Self.text(Self.side)) \(Self.text(Self.side))" preserveAspectRatio="none">
            \(shapes.joined(separator: "\n"))
            </svg>
            \(labels.joined(separator: "\n"))
            </div>

            """
    }

    private static func level(_ style: String, _ height: Double) -> String {
        "<line class=\"\(style)\" x1=\"0\" x2=\"\(text(side))\" y1=\"\(text(height))\" y2=\"\(text(height))\"/>"
    }

    private static func label(_ style: String, _ edge: String, _ place: Double, _ text: String) -> String {
        let percent = String(format: "%.2f", 100 * place / side)
        return "<span class=\"\(style)\" style=\"\(edge):\(percent)%\">\(text)</span>"
    }

    /// The worst of every few frames where there are many.
    private func thinned(_ points: [(frame: Int, value: Double)]) -> [(frame: Int, value: Double)] {
        let size = framesPerPoint
        guard size > 1 else { return points }
        return stride(from: 0, to: points.count, by: size).compactMap { start in
            let group = points[start..<min(start + size, points.count)]
            return metric.isBetterWhenHigher
                ? group.min { $0.value < $1.value } : group.max { $0.value < $1.value }
        }
    }

    private static func frameTicks(_ first: Int, _ last: Int) -> [Int] {
        let step = max(1, Int(ValueAxis.step(for: Double(last - first), count: 6)))
        var ticks = Array(stride(from: (first + step - 1) / step * step, through: last, by: step))
        if ticks.isEmpty { ticks = [first] }
        return ticks
    }

    private static func text(_ number: Double) -> String { String(format: "%.1f", number) }
}

/// The upright axis: from a round number to a round number, around all values.
struct ValueAxis {
    let ticks: [Double]
    private let least: Double
    private let greatest: Double
    private let digits: Int
    /// Whether three digits and an exponent tell the ticks apart.
    private let fitsExponents: Bool

    init(values: [Double]) {
        let finite = values.filter(\.isFinite)
        var (least, greatest) = (finite.min() ?? 0, finite.max() ?? 1)
        if least == greatest {
            // Room for a level line to lie in.
            let room = least == 0 ? 1 : abs(least) / 10
            (least, greatest) = (least - (least == 0 ? 0 : room), greatest + room)
        }
        let step = Self.step(for: greatest - least, count: 4)
        let first = (least / step).rounded(.down)
        let last = (greatest / step).rounded(.up)
        ticks = stride(from: first, through: last, by: 1).map { $0 * step }
        self.least = first * step
        self.greatest = last * step
        digits = max(0, -Int(log10(step).rounded(.down)))
        fitsExponents = max(abs(least), abs(greatest)) < 100 * step
    }

    /// 0 at the bottom, 1 at the top, also for what is infinite.
    func position(of value: Double) -> Double {
        guard value.isFinite else { return value > 0 ? 1 : 0 }
        return (value - least) / (greatest - least)
    }

    func label(_ tick: Double) -> String {
        if tick == 0 { return "0" }
        return fitsExponents && (digits > 5 || abs(tick) >= 1e6)
            ? String(format: "%.2e", tick) : String(format: "%.\(digits)f", tick)
    }

    /// 1, 2 or 5 times a power of ten, so that about `count` of it fill `span`.
    static func step(for span: Double, count: Int) -> Double {
        guard span > 0, span.isFinite else { return 1 }
        let rough = span / Double(count)
        let power = pow(10, log10(rough).rounded(.down))
        let factor = [1.0, 2, 5].first { rough <= $0 * power * 1.0001 } ?? 10
        return factor * power
    }
}

import Framegen
import FramegenTools

extension TemplateInspection {
    var text: String {
        var table = InspectionTable()
        table.add("template", path)
        table.add("images", "\(imageCount)" + (imageSize.map { ", \($0)" } ?? ""))
        table.add("landmarks", "\(landmarkCount)")
        table.add("parsing", parsingCount.map { "\($0)" } ?? "none, so no --use-parsing")
        table.add(
            "period",
            "\(periodInFrames) frames forth and back, \(periodInSeconds.text(digits: 1)) s at 25 frames a second")
        if let boxSide {
            table.add(
                "face box",
                "\(boxSide.min.text(digits: 0)) to \(boxSide.max.text(digits: 0)) pixels a side, median "
                    + boxSide.median.shortText)
            table.add("  over time", sidesOverTime(boxSide))
        }
        table.add("jitter", jitter.map { jitterText($0) } ?? "unknown, there are no five frames in a row")
        let clipped = clippedFrames.map { frame in
            "\(frame): \(frames[frame].clippedAt.map(\.rawValue).joined(separator: ", "))"
        }
        if let steadyJitter { table.add("  with --steady", jitterText(steadyJitter)) }
        table.add("clipped", lines: clipped.isEmpty ? [] : ["\(clippedFrames.list(of: "frame"))"], nothing: "none")
        table.add("under 8×8", tooSmallFrames.list(of: "frame"))
        for blur in blurredFrames {
            table.add("over \(blur.cropSide)", blur.frames.isEmpty ? "none" : blurText(blur))
        }
        table.add(
            "looks bad",
            lines: faults.map { fault in
                "\(fault.kind.rawValue), frame \(fault.worstFrame)"
                    + (fault.frames.count > 1 ? " and \(fault.frames.count - 1) more" : "")
                    + ": \(fault.finding). What helps: \(fault.advice)"
            }, nothing: "nothing that numbers tell")
        table.add("problems", lines: problems, nothing: "none")
        return table.text
    }

    private func jitterText(_ jitter: BoxJitter) -> String {
        func text(_ spread: Spread, _ frame: Int) -> String {
            "\(spread.median.text(digits: 2)) median, \(spread.max.text(digits: 2)) at most (frame \(frame))"
        }
        return "corner \(text(jitter.corner, jitter.worstCornerFrame)); "
            + "side \(text(jitter.side, jitter.worstSideFrame)); in pixels"
    }

    private func blurText(_ blur: Blur) -> String {
        "\(blur.frames.list(of: "frame")); faces larger than the square of \(blur.generators.joined(separator: " and ")), "
            + "which would be blurred"
    }

    /// The sides as a row of bars, as high as the side stands between the smallest and the largest.
    private func sidesOverTime(_ spread: Spread) -> String {
        let bars = Array("▁▂▃▄▅▆▇█")
        let count = min(frames.count, 60)
        return String(
            (0..<count).map { place -> Character in
                let range = place * frames.count / count..<(place + 1) * frames.count / count
                let sides = frames[range].compactMap { $0.box.map { Double($0.width) } }
                guard !sides.isEmpty else { return " " }
                let mean = sides.reduce(0, +) / Double(sides.count)
                let height = spread.max > spread.min ? (mean - spread.min) / (spread.max - spread.min) : 0.5
                return bars[min(max(Int(height * Double(bars.count)), 0), bars.count - 1)]
            })
    }
}

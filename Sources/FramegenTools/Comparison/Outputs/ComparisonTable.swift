import FrameGeneration

extension ComparisonSummary {
    /// A line for each pair as comma-separated values, after one that names the columns.
    ///
    /// Numbers are written in full; `inf` is the ratio of equal frames, and what is not defined is left empty.
    var table: String {
        let hasMouth = pairs.contains { $0.mouth != nil }
        let metrics = QualityMetric.allCases
        var columns = ["frame"] + metrics.map(\.rawValue)
        if hasMouth {
            columns += metrics.map { "face_\($0.rawValue)" }
            columns += metrics.map { "mouth_\($0.rawValue)" } + ["mouth_x", "mouth_y", "mouth_width", "mouth_height"]
            columns += ["first_seam", "second_seam", "first_color_step", "second_color_step"]
            columns += ["first_mouth_motion", "second_mouth_motion", "first_jitter", "second_jitter"]
            columns += ["first_sharpness", "second_sharpness"]
        }
        let lines = pairs.map { pair in
            var cells = ["\(pair.number)"] + metrics.map { Self.cell(pair.whole[$0]) }
            if hasMouth {
                let rect = pair.mouthRect
                cells += metrics.map { Self.cell(pair.face?[$0]) }
                cells += metrics.map { Self.cell(pair.mouth?[$0]) }
                cells += [rect?.x, rect?.y, rect?.width, rect?.height].map { $0.map(String.init) ?? "" }
                let seams = [pair.seams?.first, pair.seams?.second]
                cells += seams.map { Self.cell($0?.energy) } + seams.map { Self.cell($0?.colorStep) }
                for sides in [pair.mouthMotion, pair.jitter, pair.sharpness] {
                    cells += [sides?.first, sides?.second].map(Self.cell)
                }
            }
            return cells.joined(separator: ",")
        }
        return ([columns.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
    }

    private static func cell(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
}

import Framegen
import FramegenTools

extension FeatureInspection {
    var text: String {
        var table = InspectionTable()
        table.add("features", path)
        table.add(
            "rows",
            "\(rowCount) of \(rowShape), \(dataType)" + (shapeIsAssumed ? " (assumed: nothing says the shape)" : ""))
        table.add(
            "fits", lines: generators.map(\.text),
            nothing: "no generator that framegen knows")
        if let min, let max, let mean {
            table.add("values", "\(min.shortText) to \(max.shortText), mean \(mean.shortText)")
        }
        table.add("not finite", rowsNotFinite.list(of: "row"))
        table.add("all zero", zeroRows.list(of: "row"))
        return table.text
    }
}

extension FeatureInspection.Fit {
    fileprivate var text: String {
        "\(generator): \(seconds.text(digits: 2)) s at \(rowsPerSecond) rows a second"
            + (rowsAreWindows ? ", each row a whole window" : "")
    }
}

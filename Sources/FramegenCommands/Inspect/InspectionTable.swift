import Foundation
import FrameGeneration

/// A table of a name and what is known of it a row, as the inspections print.
struct InspectionTable {
    private var table = TextTable()

    /// One line, whatever a file holds.
    mutating func add(_ name: String, _ value: String) { table.add([name, value.onOneLine]) }

    /// Several lines under one name; `nothing` when there are none, and no more of them than can be read.
    mutating func add(_ name: String, lines: [String], nothing: String? = nil) {
        let most = 12
        if let nothing, lines.isEmpty { add(name, nothing) }
        for (index, line) in lines.prefix(most).enumerated() { add(index == 0 ? name : "", line) }
        if lines.count > most { add("", "and \(lines.count - most) more, see --json") }
    }

    var text: String { table.text }
}

extension Double {
    /// With `digits` decimals.
    func text(digits: Int) -> String { String(format: "%.\(digits)f", self) }

    /// Rounded to four significant digits.
    var shortText: String { String(format: "%.4g", self) }
}

extension [Int] {
    /// Numbers with their neighbours joined, such as `3, 7-12, 40`; cut where it would be too long to read.
    var ranges: String {
        var ranges: [(first: Int, last: Int)] = []
        for number in self {
            if let last = ranges.last, number == last.last + 1 {
                ranges[ranges.count - 1].last = number
            } else {
                ranges.append((number, number))
            }
        }
        let most = 12
        let text = ranges.prefix(most).map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }
            .joined(separator: ", ")
        return ranges.count > most ? "\(text) and \(ranges.count - most) more places" : text
    }

    /// `none`, or how many and which.
    func list(of name: String) -> String {
        isEmpty ? "none" : "\(count) \(name)\(count == 1 ? "" : "s"): \(ranges)"
    }
}

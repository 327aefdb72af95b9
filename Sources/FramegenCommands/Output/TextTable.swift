/// Rows of text in aligned columns, as every command prints its tables.
struct TextTable {
    private var rows: [[String]] = []

    /// Columns whose cells end in one line, as numbers should; the others start in one.
    private let rightAligned: Set<Int>

    /// A table with a first row that names the columns, or without one.
    init(columns: [String] = [], rightAligned: Set<Int> = []) {
        self.rightAligned = rightAligned
        if !columns.isEmpty { rows.append(columns) }
    }

    mutating func add(_ cells: [String]) { rows.append(cells) }

    /// One line a row, without a line break at the end.
    var text: String {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                line += (column == 0 ? "" : "  ") + (rightAligned.contains(column) ? padding + cell : cell + padding)
            }
            while line.last == " " { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }
}

extension String {
    /// As text or as a quoted attribute of a page.
    ///
    /// Characters that control the direction or the layout of text, as a file's name may hold, become spaces, so that
    /// nothing is shown as something else.
    var escapedForHTML: String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default:
                switch scalar.properties.generalCategory {
                case .control, .lineSeparator, .paragraphSeparator: result += " "
                case .format where !scalar.properties.isJoinControl: result += " "
                default: result.unicodeScalars.append(scalar)
                }
            }
        }
        return result
    }
}

/// A table of a page; its cells are escaped here.
struct HTMLTable {
    private var rows = ""

    init(columns: [String]) {
        rows = "<tr>" + columns.map { "<th scope=\"col\">\($0.escapedForHTML)</th>" }.joined() + "</tr>\n"
    }

    /// A row whose first cell names it, with a class for its style.
    mutating func add(_ cells: [String], style: String? = nil) {
        let start = style.map { "<tr class=\"\($0)\">" } ?? "<tr>"
        let text = cells.enumerated().map { column, cell in
            column == 0
                ? "<th scope=\"row\">\(cell.escapedForHTML)</th>" : "<td>\(cell.escapedForHTML)</td>"
        }
        rows += start + text.joined() + "</tr>\n"
    }

    var html: String { "<div class=\"wide\"><table>\n\(rows)</table></div>\n" }
}

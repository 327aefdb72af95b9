/// The 110 points of a face in one template frame, in whole pixels (Documentation/model-family/frames.md,
/// "Template on disk").
package struct Landmarks: Sendable, Equatable {
    package static let pointCount = 110

    package struct Point: Sendable, Equatable {
        package let x: Int
        package let y: Int

        package init(x: Int, y: Int) {
            self.x = x
            self.y = y
        }
    }

    package let points: [Point]

    /// Reads a `.lms` file: a line "x y" for each point, in any white space, blank lines at the end allowed.
    ///
    /// - Throws: `FramegenError` naming the file and the line: `.notFound` or `.invalidData`.
    package init(path: String) throws(FramegenError) {
        // A line needs some 40 characters at most.
        try self.init(text: try TextFile.text(at: path, limitInBytes: 1 << 20), path: path)
    }

    package init(text: String, path: String) throws(FramegenError) {
        // Split at scalars: "\r\n" is one Character, and a lone "\r" is white space within a line.
        var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
        while lines.last?.isEmpty == true { lines.removeLast() }
        var points: [Point] = []
        for (index, words) in lines.enumerated() {
            points.append(try Self.point(words, at: "\(path) line \(index + 1)"))
        }
        guard points.count == Self.pointCount else {
            throw FramegenError(
                .invalidData, "\(path) has \(points.count) points, expected \(Self.pointCount) lines \"x y\"")
        }
        self.points = points
    }

    private static func point(_ words: [String], at place: String) throws(FramegenError) -> Point {
        guard words.count == 2 else {
            let found = words.isEmpty ? "nothing" : "\"\(Self.excerpt(words.joined(separator: " ")))\""
            throw FramegenError(.invalidData, "\(place) holds \(found), expected two numbers \"x y\"")
        }
        return Point(x: try coordinate(words[0], at: place), y: try coordinate(words[1], at: place))
    }

    /// Little enough for a message, whatever is in the file.
    private static func excerpt(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(40)))
    }

    /// Parsed as float32, then cut toward zero: the original's order, in which 119.999999 is 120.
    private static func coordinate(_ word: String, at place: String) throws(FramegenError) -> Int {
        guard word.unicodeScalars.allSatisfy(\.isInDecimals), let value = Float(word), value.isFinite else {
            throw FramegenError(.invalidData, "\(place) holds \"\(excerpt(word))\", expected a number")
        }
        guard abs(value) < 1_000_000 else {
            throw FramegenError(.invalidData, "\(place) holds \(excerpt(word)), expected a position in the image")
        }
        return Int(value)
    }
}

extension Unicode.Scalar {
    /// Looked up only beyond ASCII, which takes many times as long.
    fileprivate var isWhitespace: Bool {
        isASCII ? self == " " || ("\t"..."\r").contains(self) : properties.isWhitespace
    }

    /// Whether numbers are written with it, `1.5e+2`.
    fileprivate var isInDecimals: Bool {
        switch self {
        case "0"..."9", "+", "-", ".", "e", "E": true
        default: false
        }
    }
}

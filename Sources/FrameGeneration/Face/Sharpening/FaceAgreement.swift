/// Where a face shows what its template shows, 0…1 in cells of the network's square: there the template's detail is the
/// face's too.
///
/// Another light or colour does not count, nor what differs everywhere, such as grain that the network does not paint. A
/// mouth that has moved counts.
struct FaceAgreement {
    /// Pixels of the square that a cell is wide.
    private static let cellSide = 4
    /// Levels of another light or colour that are no difference.
    private static let usualCast: Float = 12
    /// Levels above the usual difference from where on a face shows something else, and is sure to.
    private static let limits: (first: Float, last: Float) = (3, 9)
    /// The usual difference at most, in levels.
    private static let mostUsual: Float = 8

    private let cells: [Float]
    private let columns: Int
    private let rows: Int

    /// - Parameters:
    ///   - face: the square that the network filled in.
    ///   - own: the same of the template.
    init(of face: PixelImage, with own: PixelImage) {
        let side = Self.cellSide
        columns = (face.width + side - 1) / side
        rows = (face.height + side - 1) / side
        var sums = [SIMD4<Float>](repeating: .zero, count: columns * rows)
        for y in 0..<face.height {
            addDifferences(
                face.pixels.span.extracting(face.rowRange(y)), own.pixels.span.extracting(own.rowRange(y)),
                cellSide: side, to: &sums, from: y / side * columns)
        }
        var differences = [Float](repeating: 0, count: sums.count)
        var spreads = differences
        for row in 0..<rows {
            for column in 0..<columns {
                var sum = SIMD4<Float>.zero
                for near in max(row - 1, 0)...min(row + 1, rows - 1) {
                    for place in max(column - 1, 0)...min(column + 1, columns - 1) {
                        sum += sums[near * columns + place]
                    }
                }
                let mean = sum / sum.z
                let spread = max(mean.y - mean.x * mean.x, 0)
                let excess = max(abs(mean.x) - Self.usualCast, 0)
                spreads[row * columns + column] = spread
                differences[row * columns + column] = (spread + excess * excess).squareRoot()
            }
        }
        let usual = min(spreads.sorted()[spreads.count / 2].squareRoot(), Self.mostUsual)
        cells = differences.map { difference in
            let part = (difference - usual - Self.limits.first) / (Self.limits.last - Self.limits.first)
            return 1 - smooth(part)
        }
    }

    /// The agreement of each pixel of row `y` of `height`, when the face is resized to as many columns as `line` has.
    ///
    /// - Returns: whether it is 1 everywhere.
    func fill(_ line: inout [Float], row y: Int, of height: Int) -> Bool {
        let (top, down) = Self.place(y, of: height, cells: rows)
        let below = min(top + 1, rows - 1)
        var row = [Float](repeating: 0, count: columns)
        var least: Float = 1
        for column in 0..<columns {
            let upper = cells[top * columns + column]
            row[column] = upper + (cells[below * columns + column] - upper) * down
            least = min(least, row[column])
        }
        for x in line.indices {
            let (left, right) = Self.place(x, of: line.count, cells: columns)
            line[x] = row[left] + (row[min(left + 1, columns - 1)] - row[left]) * right
        }
        return least == 1
    }

    private static func place(_ index: Int, of count: Int, cells: Int) -> (cell: Int, part: Float) {
        let place = (Float(index) + 0.5) * Float(cells) / Float(count) - 0.5
        let bounded = min(max(place, 0), Float(cells - 1))
        return (Int(bounded), bounded - Float(Int(bounded)))
    }
}

/// Adds up, for each cell of a row, the differences in brightness, their squares, and how many they are.
private func addDifferences(
    _ face: Span<UInt8>, _ own: Span<UInt8>, cellSide: Int, to sums: inout [SIMD4<Float>], from firstCell: Int
) {
    let width = face.count / 3
    precondition(own.count == face.count && firstCell >= 0 && firstCell + (width - 1) / cellSide < sums.count)
    var cells = sums.mutableSpan
    for x in 0..<width {
        let (new, old) = (face.extracting(3 &* x..<3 &* x &+ 3), own.extracting(3 &* x..<3 &* x &+ 3))
        let sum = Int(new[0]) &+ 2 &* Int(new[1]) &+ Int(new[2]) &- Int(old[0]) &- 2 &* Int(old[1]) &- Int(old[2])
        let difference = Float(sum) / 4
        cells[firstCell &+ x / cellSide] += SIMD4(difference, difference * difference, 1, 0)
    }
}

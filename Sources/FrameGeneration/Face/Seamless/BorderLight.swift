/// What a face must be made lighter or darker by, colour by colour, so that it meets its template frame where it fades into
/// it: smooth over the whole face.
///
/// It is found from the fading pixels and what is just inside of them, cell by cell of a coarse grid. Cells where face and
/// template show different things, such as a chin that has moved, count for little: their differences vary, or are not those
/// of their neighbours. The rest is what a stretched skin would do.
///
/// Where face and template still differ when the face is in that light, they show different things.
///
/// In levels of the frame's own values, not in linear light: a cast of the network's is in these too.
struct BorderLight {
    /// Cells on a side.
    static let cellCount = 16
    /// Levels that are corrected at most.
    static let bound: Float = 32
    /// Levels by which pixels, and cells, may differ for other reasons than another content.
    private static let usualDeviation: Float = 3
    /// How much smoothness counts against a cell full of fading pixels.
    private static let stiffness: Float = 0.01
    /// Makes the solution come quickly on a grid of this size.
    private static let overrelaxation: Float = 1.7
    private static let rounds = (first: 40, second: 20)
    /// Levels of difference at which face and template are half unlike.
    private static let usualGap: Float = 20

    /// Rows of cells, each a value in blue, green and red, and how unlike the two are there, 0…1.
    private let cells: [SIMD4<Float>]
    /// For each column of pixels the cell to the left of its middle, and how far it is on the way to the next.
    private let columns: [(cell: Int, part: Float)]
    private let rows: [(cell: Int, part: Float)]

    /// - Parameters:
    ///   - face: the network's.
    ///   - image: the template's.
    ///   - rect: where the face is in it.
    ///   - mask: where it fades.
    init(of face: PixelImage, in image: PixelImage, at rect: PixelRect, _ mask: PasteMask) {
        columns = Self.places(rect.width)
        rows = Self.places(rect.height)
        let sums = CellSums(face, image, rect, mask)
        let cellArea = Float(rect.width * rect.height) / Float(Self.cellCount * Self.cellCount)
        var means = [SIMD4<Float>](repeating: SIMD4(0, 0, 0, 1), count: Sheet.count)
        var trust = [Float](repeating: 0, count: Sheet.count)
        var start = SIMD4<Float>.zero
        for (place, cell) in Sheet.inside.enumerated() {
            guard let found = sums.cell(place % Self.cellCount, place / Self.cellCount) else { continue }
            let usual = Self.usualDeviation * Self.usualDeviation
            means[cell] = found.mean
            trust[cell] = found.weight / cellArea * usual / (usual + found.variance)
            start += found.mean * trust[cell]
        }
        guard start.w > 0 else {
            cells = [SIMD4<Float>](repeating: .zero, count: Self.cellCount * Self.cellCount)
            return
        }
        var sheet = Sheet(start / start.w)
        sheet.settle(on: means, trust, rounds: Self.rounds.first)
        for cell in means.indices where trust[cell] > 0 {
            let gap = means[cell] - sheet.values[cell]
            let outlying = (gap * gap).sum() / (3 * Self.usualDeviation * Self.usualDeviation)
            trust[cell] /= (1 + outlying) * (1 + outlying)
        }
        sheet.settle(on: means, trust, rounds: Self.rounds.second)
        let bound = SIMD4<Float>(repeating: Self.bound)
        let levels = Sheet.inside.map { sheet.values[$0].clamped(lowerBound: -bound, upperBound: bound) }
        let gaps = levels.indices.map { sums.gap($0 % Self.cellCount, $0 / Self.cellCount, in: levels[$0]) }
        cells = levels.indices.map { place in
            var cell = levels[place]
            cell.w = Self.unlikeness(around: place, gaps)
            return cell
        }
    }

    /// How unlike the two are in a cell and those around it, 0…1.
    private static func unlikeness(around place: Int, _ gaps: [SIMD2<Float>]) -> Float {
        let (column, row) = (place % cellCount, place / cellCount)
        var sum = SIMD2<Float>.zero
        for y in max(row - 1, 0)...min(row + 1, cellCount - 1) {
            for x in max(column - 1, 0)...min(column + 1, cellCount - 1) { sum += gaps[y * cellCount + x] }
        }
        guard sum.y > 0 else { return 0 }
        let squared = sum.x / sum.y * (sum.x / sum.y)
        return squared / (squared + usualGap * usualGap)
    }

    /// Levels to be added to each pixel of row `y`, in blue, green and red, and how unlike the two are there, 0…1.
    func fill(_ line: inout [SIMD4<Float>], row y: Int) {
        let (cell, part) = rows[y]
        let (top, bottom) = (cell * Self.cellCount, (cell + 1) * Self.cellCount)
        var row = [SIMD4<Float>](repeating: .zero, count: Self.cellCount)
        for x in 0..<Self.cellCount { row[x] = cells[top + x] + (cells[bottom + x] - cells[top + x]) * part }
        for x in line.indices {
            let (cell, part) = columns[x]
            line[x] = row[cell] + (row[cell + 1] - row[cell]) * part
        }
    }

    /// Between which cells' middles pixels are; before the first and after the last one there is nothing to go on to.
    private static func places(_ count: Int) -> [(cell: Int, part: Float)] {
        (0..<count).map { index in
            let place = (Float(index) + 0.5) * Float(cellCount) / Float(count) - 0.5
            let bounded = min(max(place, 0), Float(cellCount - 1))
            let cell = min(Int(bounded), cellCount - 2)
            return (cell, bounded - Float(cell))
        }
    }

    /// What the fading pixels of each cell say: by how many levels the two differ, and how sure that is.
    private struct CellSums {
        /// Parts of a cell along each side.
        ///
        /// Of the pixels in a part only the mean counts, so that grain, which the network paints otherwise, makes nothing
        /// less sure.
        private static let partCount = 4
        private static let side = cellCount * partCount

        /// Of each part what its pixels add up to; the fourth value is their weight.
        private var parts = [SIMD4<Float>](repeating: .zero, count: side * side)
        /// The same of the pixels that are the face's alone.
        private var whole = [SIMD4<Float>](repeating: .zero, count: side * side)
        /// What has to fade of a cell for its other pixels to count.
        private let leastWeight: Float

        init(_ face: PixelImage, _ image: PixelImage, _ rect: PixelRect, _ mask: PasteMask) {
            leastWeight = Float(rect.width * rect.height) / Float(50 * cellCount * cellCount)
            let partOfColumn = (0..<rect.width).map { $0 * Self.side / rect.width }
            let rowLength = rect.width * PixelImage.channels
            for y in 0..<rect.height where !mask.columns[y].isEmpty {
                let start = image.rowRange(rect.y + y).lowerBound + rect.x * PixelImage.channels
                addDifferences(
                    face.pixels.span.extracting(y * rowLength..<(y + 1) * rowLength),
                    image.pixels.span.extracting(start..<start + rowLength),
                    mask.shares.span.extracting(y * rect.width..<(y + 1) * rect.width), mask.columns[y],
                    partOfColumn.span, y * Self.side / rect.height * Self.side, to: &parts, &whole)
            }
        }

        private func places(_ x: Int, _ y: Int) -> [Int] {
            (0..<Self.partCount * Self.partCount).map { place in
                (y * Self.partCount + place / Self.partCount) * Self.side + x * Self.partCount + place % Self.partCount
            }
        }

        /// By how many levels the parts of a cell differ in a light, added up by their weight, and the sum of the weights.
        func gap(_ x: Int, _ y: Int, in light: SIMD4<Float>) -> SIMD2<Float> {
            places(x, y).reduce(SIMD2<Float>.zero) { sum, place in
                let part = parts[place] + whole[place]
                let gap = part - light * part.w
                return sum + SIMD2((abs(gap.x) + abs(gap.y) + abs(gap.z)) / 3, part.w)
            }
        }

        /// The mean of a cell, whose fourth value is 1, its weight, and the variance of its parts; nil where nothing fades.
        func cell(_ x: Int, _ y: Int) -> (mean: SIMD4<Float>, weight: Float, variance: Float)? {
            var (sum, squares) = (SIMD4<Float>.zero, SIMD4<Float>.zero)
            let places = places(x, y)
            let fading = places.reduce(Float(0)) { $0 + parts[$1].w }
            guard fading > 0 else { return nil }
            for place in places {
                let part = fading > leastWeight ? parts[place] + whole[place] : parts[place]
                guard part.w > 0 else { continue }
                sum += part
                squares += part * part / part.w
            }
            let mean = sum / sum.w
            let variance = squares / sum.w - mean * mean
            return (mean, sum.w, max((variance.x + variance.y + variance.z) / 3, 0))
        }
    }

    /// A stretched skin over the cells, with a border of nothing around them.
    ///
    /// The fourth value is 1 inside and 0 in the border, so that it counts neighbours.
    private struct Sheet {
        static let side = cellCount + 2
        static let count = side * side
        static let inside = (1...cellCount).flatMap { y in (1...cellCount).map { y * side + $0 } }

        private(set) var values = [SIMD4<Float>](repeating: .zero, count: count)

        init(_ start: SIMD4<Float>) {
            for cell in Self.inside { values[cell] = start }
        }

        /// Comes close to where each cell is between what it should be, as far as that is trusted, and its neighbours.
        mutating func settle(on means: [SIMD4<Float>], _ trust: [Float], rounds: Int) {
            for _ in 0..<rounds {
                for cell in Self.inside {
                    let neighbours =
                        (values[cell - 1] + values[cell + 1] + values[cell - Self.side] + values[cell + Self.side])
                        * stiffness
                    let aim = (means[cell] * trust[cell] + neighbours) / (trust[cell] + neighbours.w)
                    values[cell] += (aim - values[cell]) * overrelaxation
                }
            }
        }
    }
}

/// Adds up the differences of a row's pixels, of those that fade and of the others, from its first part on.
private func addDifferences(
    _ face: Span<UInt8>, _ image: Span<UInt8>, _ shares: Span<UInt8>, _ columns: Range<Int>, _ partOfColumn: Span<Int>,
    _ firstPart: Int, to fading: inout [SIMD4<Float>], _ whole: inout [SIMD4<Float>]
) {
    precondition(face.count == 3 * shares.count && image.count == face.count && partOfColumn.count == shares.count)
    var parts = fading.mutableSpan
    var wholeParts = whole.mutableSpan
    for x in columns {
        let share = Int(shares[x])
        guard share > 0 else { continue }
        let (new, old) = (face.extracting(3 &* x..<3 &* x &+ 3), image.extracting(3 &* x..<3 &* x &+ 3))
        let difference = SIMD4(
            Float(Int(old[0]) &- Int(new[0])), Float(Int(old[1]) &- Int(new[1])), Float(Int(old[2]) &- Int(new[2])), 1)
        guard share < 255 else {
            wholeParts[firstPart &+ partOfColumn[x]] += difference
            continue
        }
        // Most in the middle of the fading, where both are seen.
        parts[firstPart &+ partOfColumn[x]] += difference * (Float(share &* (255 &- share)) * (4 / (255 * 255)))
    }
}

/// What a face must be made lighter or darker by, colour by colour, so that it meets its template frame where it fades into
/// it: smooth over the whole face.
///
/// It is found from the fading pixels alone, cell by cell of a coarse grid. Cells where face and template show different
/// things, such as a chin that has moved, count for little: their differences vary, or are not those of their neighbours.
/// The rest is what a stretched skin would do.
///
/// In levels of the frame's own values, not in linear light: a cast of the network's is in these too.
struct BorderLight {
    /// Cells on a side.
    static let cellCount = 16
    /// Levels that are corrected at most.
    static let bound: Float = 24
    /// Levels by which pixels, and cells, may differ for other reasons than another content.
    private static let usualDeviation: Float = 3
    /// How much smoothness counts against a cell full of fading pixels.
    private static let stiffness: Float = 0.2
    /// Makes the solution come quickly on a grid of this size.
    private static let overrelaxation: Float = 1.7
    private static let rounds = (first: 40, second: 20)

    /// Rows of cells, each a value in blue, green and red.
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
        var means = [SIMD4<Float>](repeating: SIMD4(0, 0, 0, 1), count: sums.values.count)
        var trust = [Float](repeating: 0, count: sums.values.count)
        var start = SIMD4<Float>.zero
        for cell in means.indices where sums.values[cell].w > 0 {
            let weight = sums.values[cell].w
            let mean = sums.values[cell] / weight
            let variance = sums.squares[cell] / weight - mean * mean
            let deviation = max((variance.x + variance.y + variance.z) / 3, 0)
            let usual = Self.usualDeviation * Self.usualDeviation
            means[cell] = mean
            trust[cell] = weight / cellArea * usual / (usual + deviation)
            start += mean * trust[cell]
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
        cells = Sheet.inside.map { sheet.values[$0].clamped(lowerBound: -bound, upperBound: bound) }
    }

    /// Levels to be added to each pixel of row `y`, in blue, green and red.
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

    /// What the fading pixels of each cell add up to; the fourth value of `values` is their weight.
    private struct CellSums {
        private(set) var values = [SIMD4<Float>](repeating: .zero, count: Sheet.count)
        private(set) var squares = [SIMD4<Float>](repeating: .zero, count: Sheet.count)

        init(_ face: PixelImage, _ image: PixelImage, _ rect: PixelRect, _ mask: PasteMask) {
            let cellOfColumn = (0..<rect.width).map { $0 * cellCount / rect.width + 1 }
            let rowLength = rect.width * PixelImage.channels
            for y in 0..<rect.height where !mask.columns[y].isEmpty {
                let start = image.rowRange(rect.y + y).lowerBound + rect.x * PixelImage.channels
                add(
                    face.pixels.span.extracting(y * rowLength..<(y + 1) * rowLength),
                    image.pixels.span.extracting(start..<start + rowLength),
                    mask.shares.span.extracting(y * rect.width..<(y + 1) * rect.width), mask.columns[y],
                    cellOfColumn, (y * cellCount / rect.height + 1) * Sheet.side)
            }
        }

        private mutating func add(
            _ face: Span<UInt8>, _ image: Span<UInt8>, _ shares: Span<UInt8>, _ columns: Range<Int>,
            _ cellOfColumn: [Int], _ firstCell: Int
        ) {
            for x in columns {
                let share = Float(shares[x])
                guard share < 255, share > 0 else { continue }
                let i = 3 &* x
                let own = SIMD4(Float(image[i]), Float(image[i &+ 1]), Float(image[i &+ 2]), 1)
                let new = SIMD4(Float(face[i]), Float(face[i &+ 1]), Float(face[i &+ 2]), 0)
                let difference = own - new
                // Most in the middle of the fading, where both are seen.
                let weighted = difference * (share * (255 - share) * (4 / (255 * 255)))
                let cell = firstCell + cellOfColumn[x]
                values[cell] += weighted
                squares[cell] += weighted * difference
            }
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

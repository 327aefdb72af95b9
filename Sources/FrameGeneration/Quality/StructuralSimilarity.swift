/// The structural similarity index of Wang, Bovik, Sheikh and Simoncelli (2004) as scikit-image computes it by default:
/// even windows of 7×7, sample covariances, the mean over all windows that lie wholly inside.
enum StructuralSimilarity {
    /// Values on a side of a window.
    static let window = 7
    private static let k1 = 0.01
    private static let k2 = 0.03

    /// The mean over the three colours; nil when a side is shorter than a window.
    static func mean(of first: PixelImage, _ second: PixelImage) -> Double? {
        guard first.width >= window, first.height >= window else { return nil }
        var windows = WindowSums(width: first.width, step: PixelImage.channels, dataRange: Double(UInt8.max))
        for y in 0..<first.height {
            let range = y * first.bytesPerRow..<(y + 1) * first.bytesPerRow
            windows.add(first.pixels.span.extracting(range), second.pixels.span.extracting(range))
        }
        return windows.mean
    }

    /// The mean over the planes; nil when the tensors hold no planes, or smaller ones than a window.
    static func mean(of first: Tensor, _ second: Tensor, dataRange: Double) -> Double? {
        guard (2...4).contains(first.shape.count), let width = first.shape.last,
            let height = first.shape.dropLast().last,
            width >= window, height >= window
        else { return nil }
        let planeCount = first.values.count / (width * height)
        var sum = 0.0
        for plane in 0..<planeCount {
            var windows = WindowSums(width: width, step: 1, dataRange: dataRange)
            for y in 0..<height {
                let start = (plane * height + y) * width
                windows.add(
                    first.values.span.extracting(start..<start + width),
                    second.values.span.extracting(start..<start + width))
            }
            sum += windows.mean
        }
        return sum / Double(planeCount)
    }

    /// Slides a window over two planes, or over several interleaved ones at once, as rows come in.
    private struct WindowSums {
        /// Values of a row.
        private let length: Int
        /// From a value to its neighbour of the same plane.
        private let step: Int
        private let c1: Double
        private let c2: Double
        /// The last seven rows, row y in slot y mod 7.
        private var rows: Sums
        /// Each column of those seven summed up.
        private var columns: Sums
        private var rowCount = 0
        private var sum = 0.0

        /// What a window is judged by; the two variances are only needed added to each other.
        private struct Sums {
            var first: [Double]
            var second: [Double]
            var squares: [Double]
            var products: [Double]

            init(count: Int) {
                first = [Double](repeating: 0, count: count)
                second = first
                squares = first
                products = first
            }

            /// Summed anew for every row: sums that are carried on would keep the rounding errors of large values.
            mutating func replace(withColumnsOf rows: Sums) {
                sumSlots(rows.first.span, into: &first)
                sumSlots(rows.second.span, into: &second)
                sumSlots(rows.squares.span, into: &squares)
                sumSlots(rows.products.span, into: &products)
            }

            /// Puts in a row of values, from `offset` on.
            @inline(__always)
            mutating func replace<Value>(
                at offset: Int, with first: Span<Value>, _ second: Span<Value>, _ number: (Value) -> Double
            ) {
                fill(&self.first, at: offset, with: first, number)
                fill(&self.second, at: offset, with: second, number)
                combine(first, second, at: offset, into: &squares) { number($0) * number($0) + number($1) * number($1) }
                combine(first, second, at: offset, into: &products) { number($0) * number($1) }
            }
        }

        init(width: Int, step: Int, dataRange: Double) {
            length = width * step
            self.step = step
            c1 = k1 * dataRange * k1 * dataRange
            c2 = k2 * dataRange * k2 * dataRange
            rows = Sums(count: window * width * step)
            columns = Sums(count: width * step)
        }

        /// The mean over all windows so far, of which there is at least one after seven rows.
        var mean: Double { sum / Double((rowCount - window + 1) * (length - (window - 1) * step)) }

        mutating func add(_ first: Span<UInt8>, _ second: Span<UInt8>) {
            rows.replace(at: rowCount % window * length, with: first, second) { Double($0) }
            finishRow()
        }

        mutating func add(_ first: Span<Float>, _ second: Span<Float>) {
            rows.replace(at: rowCount % window * length, with: first, second) { Double($0) }
            finishRow()
        }

        private mutating func finishRow() {
            rowCount += 1
            guard rowCount >= window else { return }
            columns.replace(withColumnsOf: rows)
            sum += similarity(
                columns.first.span, columns.second.span, columns.squares.span, columns.products.span, step: step,
                c1: c1, c2: c2)
        }
    }

    @inline(__always)
    private static func fill<Value>(
        _ target: inout [Double], at offset: Int, with values: Span<Value>, _ number: (Value) -> Double
    ) {
        precondition(offset >= 0 && offset + values.count <= target.count)
        var target = target.mutableSpan
        for i in 0..<values.count { target[offset &+ i] = number(values[i]) }
    }

    @inline(__always)
    private static func combine<Value>(
        _ first: Span<Value>, _ second: Span<Value>, at offset: Int, into target: inout [Double],
        _ combination: (Value, Value) -> Double
    ) {
        precondition(offset >= 0 && first.count == second.count && offset + first.count <= target.count)
        var target = target.mutableSpan
        for i in 0..<first.count { target[offset &+ i] = combination(first[i], second[i]) }
    }

    private static func sumSlots(_ slots: Span<Double>, into sums: inout [Double]) {
        let count = sums.count
        precondition(slots.count == window * count)
        var sums = sums.mutableSpan
        for i in 0..<count {
            sums[i] =
                slots[i] + slots[i &+ count] + slots[i &+ 2 &* count] + slots[i &+ 3 &* count]
                + slots[i &+ 4 &* count] + slots[i &+ 5 &* count] + slots[i &+ 6 &* count]
        }
    }

    /// The sum over the windows whose columns are summed up.
    private static func similarity(
        _ first: Span<Double>, _ second: Span<Double>, _ squares: Span<Double>, _ products: Span<Double>, step: Int,
        c1: Double, c2: Double
    ) -> Double {
        let count = first.count
        precondition(step > 0 && second.count == count && squares.count == count && products.count == count)
        let size = Double(window * window)
        let unbiased = size / (size - 1)
        var sum = 0.0
        for i in 0..<count - (window - 1) * step {
            let meanA = across(first, i, step) / size
            let meanB = across(second, i, step) / size
            let product = meanA * meanB
            let squaresOfMeans = meanA * meanA + meanB * meanB
            let variances = unbiased * (across(squares, i, step) / size - squaresOfMeans)
            let covariance = unbiased * (across(products, i, step) / size - product)
            sum += (2 * product + c1) * (2 * covariance + c2) / ((squaresOfMeans + c1) * (variances + c2))
        }
        return sum
    }

    @inline(__always)
    private static func across(_ columns: Span<Double>, _ i: Int, _ step: Int) -> Double {
        columns[i] + columns[i &+ step] + columns[i &+ 2 &* step] + columns[i &+ 3 &* step]
            + columns[i &+ 4 &* step] + columns[i &+ 5 &* step] + columns[i &+ 6 &* step]
    }
}

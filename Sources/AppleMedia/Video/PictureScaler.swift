package import FrameGeneration

/// Makes pictures smaller, in whole numbers: each sample is the mean of the area that it covers.
///
/// A colour sample stays above the middle of two rows and on the left one of two columns.
package struct PictureScaler: Sendable {
    private let target: ImageSize
    private let luma: PlaneScaler
    private let colours: PlaneScaler

    /// - Parameters:
    ///   - size: of the pictures' planes; even.
    ///   - target: of the planes that are made; even, and no larger.
    package init(from size: ImageSize, to target: ImageSize) {
        precondition(
            size == size.roundedUpToEven && target == target.roundedUpToEven && target.width <= size.width
                && target.height <= size.height, "cannot scale \(size) down to \(target)")
        self.target = target
        luma = PlaneScaler(
            columns: AreaFilter(from: size.width, to: target.width),
            rows: AreaFilter(from: size.height, to: target.height))
        colours = PlaneScaler(
            columns: AreaFilter(from: size.width / 2, to: target.width / 2, place: 0.25),
            rows: AreaFilter(from: size.height / 2, to: target.height / 2))
    }

    /// The picture in the size that was asked for.
    ///
    /// - Precondition: The planes have the size that was told.
    package func scaled(_ picture: PlanarPicture) -> PlanarPicture {
        PlanarPicture(
            size: target, luma: luma.scaled(picture.luma), blueDifference: colours.scaled(picture.blueDifference),
            redDifference: colours.scaled(picture.redDifference))
    }
}

/// Makes planes of one size smaller.
private struct PlaneScaler: Sendable {
    let columns: AreaFilter
    let rows: AreaFilter

    func scaled(_ plane: PageArray<UInt8>) -> PageArray<UInt8> {
        precondition(plane.count == columns.length * rows.length, "a plane of another size")
        // Of each of the columns, as 64ths of a level.
        var sums = [Int32](repeating: 0, count: columns.length)
        return PageArray(unsafeUninitializedCapacity: columns.count * rows.count) { target, filled in
            plane.withUnsafeBufferPointer { plane in
                sums.withUnsafeMutableBufferPointer { sums in
                    for row in 0..<rows.count {
                        mix(plane, row, into: sums)
                        let made = target[row * columns.count..<(row + 1) * columns.count]
                        columns.apply(
                            to: UnsafeBufferPointer(sums), into: UnsafeMutableBufferPointer(rebasing: made))
                    }
                }
            }
            filled = columns.count * rows.count
        }
    }

    private func mix(_ plane: UnsafeBufferPointer<UInt8>, _ row: Int, into sums: UnsafeMutableBufferPointer<Int32>) {
        for x in 0..<columns.length { sums[x] = 1 << 7 }
        for tap in 0..<rows.tapCount {
            let weight = rows.weights[row * rows.tapCount + tap]
            if weight == 0 { continue }
            let start = (rows.firsts[row] + tap) * columns.length
            for x in 0..<columns.length { sums[x] &+= weight &* Int32(plane[start + x]) }
        }
        for x in 0..<columns.length { sums[x] >>= 8 }
    }
}

/// Which samples of a row or a column make one of fewer, and how much each counts.
private struct AreaFilter: Sendable {
    /// All weights of a sample together.
    private static let one: Int32 = 1 << 14

    /// Samples that there are, and samples that are made.
    let length: Int
    let count: Int
    let tapCount: Int
    /// The first of `tapCount` samples for each that is made.
    let firsts: [Int]
    let weights: [Int32]

    /// - Parameters:
    ///   - length: samples that there are.
    ///   - count: samples that are made.
    ///   - place: of a sample within what it covers, 0 at its beginning and 1 at its end.
    init(from length: Int, to count: Int, place: Double = 0.5) {
        self.length = length
        self.count = count
        let scale = Double(length) / Double(count)
        tapCount = min(length, Int(scale.rounded(.up)) + 1)
        var (firsts, weights) = ([Int](), [Int32]())
        for index in 0..<count {
            // Where it lies among the samples that there are, and what it covers around that.
            let middle = (Double(index) + place) * scale + 0.5 - place
            let (lower, upper) = (middle - scale / 2, middle + scale / 2)
            let first = min(max(Int(lower.rounded(.down)), 0), length - tapCount)
            var shares = [Double](repeating: 0, count: tapCount)
            for sample in Int(lower.rounded(.down))..<Int(upper.rounded(.up)) {
                // Beyond the edges, the last sample goes on.
                let tap = min(max(sample, 0), length - 1) - first
                shares[min(max(tap, 0), tapCount - 1)] +=
                    max(0, min(upper, Double(sample + 1)) - max(lower, Double(sample)))
            }
            var own = shares.map { Int32(($0 / scale * Double(Self.one)).rounded()) }
            // What is flat stays so.
            let largest = own.indices.max { own[$0] < own[$1] } ?? 0
            own[largest] += Self.one - own.reduce(0, +)
            firsts.append(first)
            weights += own
        }
        (self.firsts, self.weights) = (firsts, weights)
    }

    func apply(to sums: UnsafeBufferPointer<Int32>, into target: UnsafeMutableBufferPointer<UInt8>) {
        firsts.withUnsafeBufferPointer { firsts in
            weights.withUnsafeBufferPointer { weights in
                for index in 0..<count {
                    var sum: Int32 = 1 << 19
                    for tap in 0..<tapCount { sum &+= weights[index * tapCount + tap] &* sums[firsts[index] + tap] }
                    target[index] = UInt8(truncatingIfNeeded: sum >> 20)
                }
            }
        }
    }
}

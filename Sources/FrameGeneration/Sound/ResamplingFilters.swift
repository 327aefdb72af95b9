import Foundation
import Synchronization

/// A windowed sinc between samples, for a number of places between two of them.
struct ResamplingFilters: Sendable {
    /// What filters are made from.
    struct Design: Sendable, Hashable {
        /// Taps on either side.
        let half: Int
        /// What is kept, as a share of what the source's rate can hold.
        let factor: Double
        /// Places between two samples.
        let phaseCount: Int
        /// Whether no other place is asked for; else neighbours are interpolated.
        let isExact: Bool
    }

    /// Of Kaiser's window: what must not be there is 90 dB down.
    private static let beta = 9.0

    private let design: Design
    /// One filter after the other, a `phaseCount` of them and one more.
    private let taps: [Float]

    /// Taps on either side.
    var half: Int { design.half }

    init(_ design: Design) {
        self.design = design
        let (half, phaseCount) = (design.half, design.phaseCount)
        var taps: [Float] = []
        taps.reserveCapacity((phaseCount + 1) * 2 * half)
        for phase in 0...phaseCount where half > 0 {
            let place = Double(phase) / Double(phaseCount)
            let values = (0..<2 * half).map { index -> Double in
                let distance = Double(index - half + 1) - place
                let edge = distance / Double(half)
                guard abs(edge) < 1 else { return 0 }
                let x = .pi * distance * design.factor
                return (x == 0 ? 1 : sin(x) / x) * Self.bessel(Self.beta * (1 - edge * edge).squareRoot())
            }
            // So that what is constant stays so.
            let sum = values.reduce(0, +)
            taps += values.map { Float($0 / sum) }
        }
        self.taps = taps
    }

    /// The sound at `place`, from 0 to 1, behind the middle of the samples from `start` on.
    func value(of samples: UnsafeBufferPointer<Float>, at start: Int, _ place: Double) -> Float {
        let phase = place * Double(design.phaseCount)
        guard !design.isExact else { return sum(samples, start, phase: Int(phase.rounded())) }
        let lower = min(Int(phase), design.phaseCount - 1)
        let share = Float(phase - Double(lower))
        return sum(samples, start, phase: lower) * (1 - share) + sum(samples, start, phase: lower + 1) * share
    }

    private func sum(_ samples: UnsafeBufferPointer<Float>, _ start: Int, phase: Int) -> Float {
        precondition(start >= 0 && start + 2 * half <= samples.count, "no samples to filter")
        return taps.withUnsafeBytes { taps in
            let samples = UnsafeRawBufferPointer(samples)
            let size = MemoryLayout<Float>.stride
            var sums = (SIMD4<Float>.zero, SIMD4<Float>.zero)
            // Twice four at a time, as `half` is a multiple of four.
            for index in stride(from: 0, to: 2 * half, by: 8) {
                for part in 0..<2 {
                    let place = index + 4 * part
                    let product =
                        samples.loadUnaligned(fromByteOffset: (start + place) * size, as: SIMD4<Float>.self)
                        * taps.loadUnaligned(
                            fromByteOffset: (phase * 2 * half + place) * size, as: SIMD4<Float>.self)
                    if part == 0 { sums.0 += product } else { sums.1 += product }
                }
            }
            return (sums.0 + sums.1).sum()
        }
    }

    /// The modified Bessel function of order 0.
    private static func bessel(_ x: Double) -> Double {
        var (sum, term, index) = (1.0, 1.0, 1.0)
        while term > sum * 1e-17 {
            term *= x * x / (4 * index * index)
            sum += term
            index += 1
        }
        return sum
    }
}

extension ResamplingFilters {
    /// The filters of a design, made once: they take tens of milliseconds where the rates need many, and a batch or a
    /// server opens sound after sound at the same rates.
    static func kept(_ design: Design) -> ResamplingFilters {
        let known = recent.withLock { recent in
            recent.firstIndex { $0.design == design }.map { index in
                let filters = recent.remove(at: index)
                recent.append(filters)
                return filters
            }
        }
        if let known { return known }
        // Made outside the lock. Two threads may make the same ones, and either is as good.
        let filters = ResamplingFilters(design)
        recent.withLock { recent in
            if recent.count == mostKept { recent.removeFirst() }
            recent.append(filters)
        }
        return filters
    }

    /// Those last used stand last; each takes 1 MB at most at common rates.
    private static let recent = Mutex<[ResamplingFilters]>([])
    private static let mostKept = 4
}

/// How the pixels of a resized image lie along one axis of its source.
struct ResamplingAxis: Sendable {
    /// Source pixels for each output pixel.
    let scale: Double
    /// Where in the source the first output pixel begins; 0 is the edge of the source's first pixel.
    let origin: Double

    init(scale: Double, origin: Double) {
        self.scale = scale
        self.origin = origin
    }

    /// The whole source, as OpenCV takes it.
    init(from source: Int, to target: Int) {
        self.init(scale: ResamplingTaps.scale(from: source, to: target), origin: 0)
    }
}

/// For each output coordinate of one axis: the source coordinate its taps start at, and their weights in 11-bit fixed
/// point, computed with OpenCV's own mixture of double and single precision.
struct ResamplingTaps {
    /// The fixed-point value of a weight of 1.
    static let one: Float = 2048

    /// The source coordinate of the first tap; taps may lie outside the source, which then repeats its border.
    private(set) var first: [Int] = []
    /// The weights of one output coordinate after those of another.
    private(set) var weights: [Int32] = []

    /// Four taps with a = −0.75; weights are rounded one by one and need not add up to 1
    /// (Documentation/model-family/frames.md, "One frame", 3).
    static func bicubic(on axis: ResamplingAxis, to target: Int) -> ResamplingTaps {
        var taps = ResamplingTaps()
        for output in 0..<target {
            let (base, fraction) = position(of: output, on: axis)
            taps.append(first: base - 1, cubicWeights(fraction))
        }
        return taps
    }

    /// Two taps at half-pixel centres.
    ///
    /// With `stopsAtEdges`, outputs beyond the outermost centres take the border's value as it is, which OpenCV does
    /// across a row and not down a column; the two ways round differently.
    static func bilinear(
        on axis: ResamplingAxis, from source: Int, to target: Int, stopsAtEdges: Bool
    ) -> ResamplingTaps {
        var taps = ResamplingTaps()
        for output in 0..<target {
            var (base, fraction) = position(of: output, on: axis)
            if stopsAtEdges { stopAtEdges(&base, &fraction, source: source) }
            taps.append(first: base, [1 - fraction, fraction])
        }
        return taps
    }

    /// Two taps that keep source pixels apart where they can: what area averaging becomes when a side grows
    /// (Documentation/model-family/frames.md, "The 160 family").
    static func areaLinear(from source: Int, to target: Int, stopsAtEdges: Bool) -> ResamplingTaps {
        let inverseScale = Double(target) / Double(source)
        let scale = 1 / inverseScale
        var taps = ResamplingTaps()
        for output in 0..<target {
            var base = Int((Double(output) * scale).rounded(.down))
            var fraction = Float(Double(output + 1) - Double(base + 1) * inverseScale)
            fraction = fraction <= 0 ? 0 : fraction - fraction.rounded(.down)
            if stopsAtEdges { stopAtEdges(&base, &fraction, source: source) }
            taps.append(first: base, [1 - fraction, fraction])
        }
        return taps
    }

    /// Source pixels for each output pixel; the reciprocal of a quotient, as OpenCV computes it, not the quotient.
    static func scale(from source: Int, to target: Int) -> Double {
        1 / (Double(target) / Double(source))
    }

    private static func position(of output: Int, on axis: ResamplingAxis) -> (base: Int, fraction: Float) {
        let centre = Float((Double(output) + 0.5) * axis.scale - 0.5 + axis.origin)
        let base = centre.rounded(.down)
        return (Int(base), centre - base)
    }

    private static func stopAtEdges(_ base: inout Int, _ fraction: inout Float, source: Int) {
        if base < 0 { (base, fraction) = (0, 0) }
        if base >= source - 1 { (base, fraction) = (source - 1, 0) }
    }

    private static func cubicWeights(_ x: Float) -> [Float] {
        let a: Float = -0.75
        let y = 1 - x
        let outer = ((a * (x + 1) - 5 * a) * (x + 1) + 8 * a) * (x + 1) - 4 * a
        let left = ((a + 2) * x - (a + 3)) * x * x + 1
        let right = ((a + 2) * y - (a + 3)) * y * y + 1
        return [outer, left, right, 1 - outer - left - right]
    }

    private mutating func append(first: Int, _ weights: [Float]) {
        self.first.append(first)
        for weight in weights { self.weights.append(Int32((weight * Self.one).rounded(.toNearestOrEven))) }
    }
}

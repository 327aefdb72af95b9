/// The weights of one output channel and its bias, rounded to float16 so that their errors cancel each other.
///
/// The errors Δ of the weights and Δb of the bias are chosen, each among the two numbers around the exact one, so that
/// (Δb + Σ Δᵢ·meanᵢ)² + (Σ Δᵢ·commonᵢ)² + Σ (Δᵢ·ownᵢ)² is small: the mean square error of the channel for inputs of such
/// statistics. Beginning with each number rounded to the nearest, one after the other is moved as long as that helps, so
/// that the result is never worse than rounding to the nearest by this measure.
struct RoundedFilter {
    /// What is known about what each weight is multiplied with; what a bias is multiplied with is always 1.
    struct Inputs {
        let means: [Double]
        let common: [Double]
        let own: [Double]

        init(means: [Double], common: [Double], own: [Double], isBiased: Bool) {
            self.means = isBiased ? means + [1] : means
            self.common = isBiased ? common + [0] : common
            self.own = isBiased ? own + [0] : own
        }
    }

    /// The weights, and the bias after them where there is one.
    let values: [Float]
    /// The mean square error.
    let error: Double

    private static let mostPasses = 4

    init(_ exact: [Double], inputs: Inputs) {
        let (means, commons, owns) = (inputs.means, inputs.common, inputs.own)
        var deltas = exact
        // To the number on the other side of the exact one.
        var steps = exact
        var (mean, common) = (0.0, 0.0)
        for index in exact.indices {
            let (nearest, other) = HalfPrecision.neighbours(of: Float(exact[index]))
            deltas[index] = Double(nearest) - exact[index]
            steps[index] = Double(other) - Double(nearest)
            mean += deltas[index] * means[index]
            common += deltas[index] * commons[index]
        }
        for _ in 0..<Self.mostPasses {
            var hasMoved = false
            for index in exact.indices {
                let (m, c, o, step) = (means[index], commons[index], owns[index], steps[index])
                let slope = m * mean + c * common + o * o * deltas[index]
                guard step * (2 * slope + step * (m * m + c * c + o * o)) < 0 else { continue }
                deltas[index] += step
                steps[index] = -step
                mean += step * m
                common += step * c
                hasMoved = true
            }
            if !hasMoved { break }
        }
        var error = mean * mean + common * common
        for index in exact.indices { error += owns[index] * deltas[index] * owns[index] * deltas[index] }
        self.error = error
        values = exact.indices.map { Float(exact[$0] + deltas[$0]) }
    }
}

package import FrameGeneration

extension NetworkModel {
    /// The same network with weights that float16 can hold, chosen so that it answers as nearly the same as they allow.
    ///
    /// Rounding each weight to the nearest wastes two freedoms. Between two convolutions with only a ReLU between them a
    /// channel can be scaled, and the next weights scaled back, without changing the function: the scale is chosen so
    /// that float16 hits the channel's bias and weights well. And what rounding one weight does to the channel's mean,
    /// rounding others the other way undoes. See `RoundedFilter` for the measure, `ChannelStatistics` for what it knows.
    ///
    /// The graph, its names and the tensors' keys and shapes stay.
    package func roundedToHalfPrecision() throws(FramegenError) -> NetworkModel {
        var rounding = HalfPrecisionRounding(self)
        for node in network.nodes {
            try Task.checkNotCancelled()
            rounding.round(node)
        }
        return try rounding.model()
    }
}

private struct HalfPrecisionRounding {
    private let network: NetworkGraph
    private let original: [String: Tensor]
    private var rounded: [String: Tensor]
    private var statistics: [String: ChannelStatistics] = [:]
    /// How much larger than in the original network a value's channels are, where they were scaled.
    private var scales: [String: [Double]] = [:]
    private let readers: [String: [NetworkGraph.Node]]
    private let userCounts: [String: Int]

    /// Weights that are rounded for one convolution, over all scales tried: bounds the time, and leaves most tries to the
    /// small convolutions near the picture, whose errors are seen most.
    private static let mostRoundings = 1 << 19
    /// As many as there are significands.
    private static let mostScales = 1024
    /// Scales stay within a factor of 2, which must not leave float16.
    private static let largestScaled: Float = 16384

    init(_ model: NetworkModel) {
        network = model.network
        original = model.weights
        rounded = model.weights
        var readers: [String: [NetworkGraph.Node]] = [:]
        for node in network.nodes { for input in node.inputs { readers[input, default: []].append(node) } }
        self.readers = readers
        userCounts = Dictionary(network.parameters.map { ($0.key, 1) }, uniquingKeysWith: +)
        for input in network.inputs {
            statistics[input.name] = ChannelStatistics(inputChannels: input.shape[1])
        }
    }

    func model() throws(FramegenError) -> NetworkModel {
        // Batch norms' tensors, and what several convolutions share.
        let halves = rounded.mapValues { tensor in
            Tensor(
                shape: tensor.shape,
                values: PageArray(tensor.values.map { HalfPrecision.value(HalfPrecision.bits($0)) }))
        }
        return try NetworkModel(network: network, weights: halves)
    }

    mutating func round(_ node: NetworkGraph.Node) {
        let inputs = node.inputs.compactMap { statistics[$0] }
        guard inputs.count == node.inputs.count, let first = inputs.first else { return }
        switch node.operation {
        case .convolution(let convolution):
            guard let weight = original[convolution.weightKey] else { return }
            let bias = convolution.biasKey.flatMap { original[$0] }
            if isSoleUser(convolution) { round(convolution, weight, bias, of: node, first) }
            statistics[node.name] = first.convolved(convolution, weight: weight.values, bias: bias?.values)
        case .batchNormalization(let prefix, _):
            // What its running statistics stand for: values around β that spread by γ.
            func values(_ name: String) -> [Double] { (original["\(prefix).\(name)"]?.values ?? []).map(Double.init) }
            statistics[node.name] = ChannelStatistics(
                means: values("bias"), deviations: values("weight").map { abs($0) })
        case .relu:
            statistics[node.name] = first.rectified()
            scales[node.name] = scales[node.inputs[0]]
        case .sigmoid:
            statistics[node.name] = ChannelStatistics(
                means: first.means.map { _ in 0.5 }, deviations: first.means.map { _ in 0.25 })
        case .addition: statistics[node.name] = inputs[0] + inputs[1]
        case .channelConcatenation: statistics[node.name] = ChannelStatistics.joined(inputs)
        case .bilinearUpsampling: statistics[node.name] = first
        }
    }

    private func isSoleUser(_ convolution: Convolution) -> Bool {
        [convolution.weightKey, convolution.biasKey].allSatisfy { key in key.map { userCounts[$0] == 1 } ?? true }
    }

    /// Whether the value's channels are read by nobody but one convolution, after a ReLU.
    private func isScalable(_ name: String) -> Bool {
        guard let relu = readers[name]?.first, readers[name]?.count == 1, case .relu = relu.operation,
            let next = readers[relu.name]?.first, readers[relu.name]?.count == 1,
            case .convolution(let convolution) = next.operation, isSoleUser(convolution),
            !network.outputs.contains(name), !network.outputs.contains(relu.name)
        else { return false }
        return original[convolution.weightKey]?.values.allSatisfy { abs($0) < Self.largestScaled } ?? false
    }

    private mutating func round(
        _ convolution: Convolution, _ weight: Tensor, _ bias: Tensor?, of node: NetworkGraph.Node,
        _ statistics: ChannelStatistics
    ) {
        let perOutput = weight.values.count / convolution.outputChannels
        let perGroup = convolution.inputChannels / convolution.groups
        let area = convolution.kernelSize * convolution.kernelSize
        let inputScales = scales[node.inputs[0]]
        let isScalable = isScalable(node.name)
        let scaleCount = isScalable ? min(Self.mostScales, Self.mostRoundings / weight.values.count) : 0
        var weights: [Float] = []
        var biases: [Float] = []
        var outputScales: [Double] = []
        weights.reserveCapacity(weight.values.count)
        for output in 0..<convolution.outputChannels {
            let first = output / (convolution.outputChannels / convolution.groups) * perGroup
            let channels = (0..<perOutput).map { first + $0 / area }
            let scaledBack = zip(channels, weight.values[output * perOutput..<(output + 1) * perOutput])
                .map { Double($1) / (inputScales?[$0] ?? 1) }
            let exactBias = bias.map { Double($0.values[output]) }
            let exact = scaledBack + (exactBias.map { [$0] } ?? [])
            let inputs = inputs(of: convolution, channels, statistics, inputScales)
            var best = RoundedFilter(exact, inputs: inputs)
            var bestScale = 1.0
            for scale in scales(for: exactBias ?? 0, count: scaleCount) {
                let candidate = RoundedFilter(exact.map { $0 * scale }, inputs: inputs)
                if candidate.error / (scale * scale) < best.error / (bestScale * bestScale) {
                    (best, bestScale) = (candidate, scale)
                }
            }
            weights += best.values[..<perOutput]
            biases += best.values[perOutput...]
            outputScales.append(bestScale)
        }
        rounded[convolution.weightKey] = Tensor(shape: weight.shape, values: weights)
        if let key = convolution.biasKey, let bias { rounded[key] = Tensor(shape: bias.shape, values: biases) }
        if isScalable { scales[node.name] = outputScales }
    }

    private func inputs(
        of convolution: Convolution, _ channels: [Int], _ statistics: ChannelStatistics, _ scales: [Double]?
    ) -> RoundedFilter.Inputs {
        func values(_ values: [Double], _ factor: Double = 1) -> [Double] {
            channels.map { factor * values[$0] * (scales?[$0] ?? 1) }
        }
        let means = values(statistics.means)
        // One channel at nine places: most of it is common to all of them.
        if convolution.inputChannels == convolution.groups, convolution.kernelSize > 1 {
            let smoothness = ChannelStatistics.smoothness
            return RoundedFilter.Inputs(
                means: means, common: values(statistics.deviations, smoothness.squareRoot()),
                own: values(statistics.deviations, (1 - smoothness).squareRoot()),
                isBiased: convolution.biasKey != nil)
        }
        return RoundedFilter.Inputs(
            means: means, common: values(statistics.common), own: values(statistics.deviations),
            isBiased: convolution.biasKey != nil)
    }

    /// Scales above ½ up to 1, so that no value grows, that make the bias a number of float16.
    private func scales(for bias: Double, count: Int) -> [Double] {
        let significand = bias == 0 || !bias.isFinite ? 1 : abs(bias.significand)
        return (0..<count).map { index in
            let wanted = 1 + Double((index * 1024 + 512) / count) / 1024
            let scale = wanted / significand
            return scale > 1 ? scale / 2 : scale
        }
    }
}

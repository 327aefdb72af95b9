extension NetworkModel {
    /// The same computation with every batch norm folded into the convolution before it.
    ///
    /// The convolution gets weight·s and (bias − mean)·s + β with s = γ/√(variance + ε), for each of its output
    /// channels; worked out in double precision and rounded to float32 once. It takes the batch norm's name, so that
    /// the values of modules and outputs keep theirs, and its tensors keep the convolution's keys. A batch norm whose
    /// convolution is read by others too, or shares its tensors with another one, stays.
    public func foldingBatchNormalization() -> NetworkModel {
        var rewrite = ModelRewrite(self)
        for node in network.nodes {
            guard case .batchNormalization(let prefix, let epsilon) = node.operation,
                let source = rewrite.node(node.inputs[0]), let convolution = source.convolution,
                rewrite.readerCount(of: source.name) == 1, rewrite.isSoleUser(of: convolution)
            else { continue }
            let folded = rewrite.fold(
                BatchNormalizationTensors(prefix: prefix, epsilon: epsilon, weights: weights), into: convolution)
            let result = NetworkGraph.Node(
                name: node.name, operation: .convolution(folded), inputs: source.inputs, shape: node.shape)
            rewrite.remove(source.name)
            rewrite.replace(node.name, with: [result])
        }
        return rewrite.model()
    }
}

/// s and the rest of a batch norm for each channel, in double precision.
private struct BatchNormalizationTensors {
    let scales: [Double]
    let means: [Double]
    let biases: [Double]

    init(prefix: String, epsilon: Float, weights: [String: Tensor]) {
        func values(_ name: String) -> [Double] { (weights["\(prefix).\(name)"]?.values ?? []).map(Double.init) }
        scales = zip(values("weight"), values("running_var")).map { $0 / ($1 + Double(epsilon)).squareRoot() }
        means = values("running_mean")
        biases = values("bias")
    }
}

extension ModelRewrite {
    fileprivate func isSoleUser(of convolution: Convolution) -> Bool {
        userCount(ofWeight: convolution.weightKey) == 1
            && convolution.biasKey.map { userCount(ofWeight: $0) == 1 } ?? true
    }

    /// Changes the convolution's tensors, and adds a bias where it has none.
    fileprivate mutating func fold(_ normalization: BatchNormalizationTensors, into convolution: Convolution)
        -> Convolution
    {
        guard let weight = weights[convolution.weightKey] else { return convolution }
        let perChannel = weight.values.count / convolution.outputChannels
        var scaled = weight.values
        for (channel, scale) in normalization.scales.enumerated() {
            for index in channel * perChannel..<(channel + 1) * perChannel {
                scaled[index] = Float(Double(scaled[index]) * scale)
            }
        }
        let oldBias = convolution.biasKey.flatMap { weights[$0] }?.values
        let bias = (0..<convolution.outputChannels).map { channel in
            let centred = Double(oldBias?[channel] ?? 0) - normalization.means[channel]
            return Float(centred * normalization.scales[channel] + normalization.biases[channel])
        }
        replaceWeight(convolution.weightKey, with: Tensor(shape: weight.shape, values: scaled))
        let biasTensor = Tensor(shape: [bias.count], values: bias)
        guard let biasKey = convolution.biasKey else {
            let key = convolution.weightKey.replacingSuffix(".weight", with: ".bias")
            return convolution.with(
                weightKey: convolution.weightKey, biasKey: addWeight(biasTensor, key: key))
        }
        replaceWeight(biasKey, with: biasTensor)
        return convolution
    }
}

extension String {
    /// `self` ending in `replacement` instead of `suffix`, or with it added where it does not end so.
    fileprivate func replacingSuffix(_ suffix: String, with replacement: String) -> String {
        (hasSuffix(suffix) ? String(dropLast(suffix.count)) : self) + replacement
    }
}

extension NetworkModel {
    /// The same computation with the wide values inside inverted residuals computed some channels at a time, where they
    /// would have more than `largestValue` numbers.
    ///
    /// Between a widening convolution and the 1×1 convolution that narrows again, every operation works on each channel
    /// by itself, so W·[h₁, h₂] + b = (W₁·h₁ + b) + W₂·h₂ with each part of h made by its own part of the convolutions
    /// before. It costs as many multiply-adds; but a part that fits into the processor's cache is not written to memory
    /// and read again by one operation after the other.
    ///
    /// - Precondition: `largestValue` is 1 or more.
    public func splittingHiddenChannels(above largestValue: Int) -> NetworkModel {
        precondition(largestValue >= 1, "values of at most \(largestValue) numbers")
        var rewrite = ModelRewrite(self)
        for node in network.nodes {
            guard let narrowing = node.convolution, narrowing.isPointwise,
                let partCount = rewrite.partCount(of: node.inputs[0], largestValue),
                rewrite.isMadeChannelByChannel(node.inputs[0])
            else { continue }
            rewrite.split(node, narrowing, intoParts: partCount)
        }
        return rewrite.model()
    }
}

extension ModelRewrite {
    /// The fewest equal parts of a value's channels that are small enough; nil where it is small enough as a whole.
    fileprivate func partCount(of name: String, _ largestValue: Int) -> Int? {
        let shape = shape(of: name)
        guard shape.reduce(1, *) > largestValue else { return nil }
        return (2...max(2, shape[1])).first { count in
            shape[1] % count == 0 && shape.reduce(1, *) / count <= largestValue
        }
    }

    /// Whether some channels of the value can be had without computing the others, and nobody else reads it or what it
    /// is made of.
    fileprivate func isMadeChannelByChannel(_ name: String) -> Bool {
        guard readerCount(of: name) == 1, let node = node(name) else { return false }
        switch node.operation {
        case .convolution(let convolution):
            return convolution.groups == 1 || convolution.isDepthwise && isMadeChannelByChannel(node.inputs[0])
        case .relu, .sigmoid, .addition, .bilinearUpsampling:
            return node.inputs.allSatisfy { isMadeChannelByChannel($0) }
        case .batchNormalization, .channelConcatenation:
            return false
        }
    }

    fileprivate mutating func split(_ node: NetworkGraph.Node, _ narrowing: Convolution, intoParts count: Int) {
        let size = narrowing.inputChannels / count
        var replacement: [NetworkGraph.Node] = []
        var sum: String?
        for part in 0..<count {
            let channels = part * size..<(part + 1) * size
            let suffix = "channels\(channels.lowerBound)"
            let hidden = appendPart(channels, of: node.inputs[0], suffix, to: &replacement)
            let weightKey = addPart(of: narrowing.weightKey, suffix) { $0.inputChannels(channels) }
            let product = NetworkGraph.Node(
                name: unusedName("\(node.name).\(suffix)"),
                operation: .convolution(
                    narrowing.with(
                        weightKey: weightKey, biasKey: part == 0 ? narrowing.biasKey : nil, inputChannels: size)),
                inputs: [hidden], shape: node.shape)
            replacement.append(product)
            if let previous = sum {
                let name = part == count - 1 ? node.name : unusedName("\(node.name).\(suffix).sum")
                replacement.append(
                    NetworkGraph.Node(
                        name: name, operation: .addition, inputs: [previous, product.name], shape: node.shape))
            }
            sum = replacement.last?.name
        }
        replace(node.name, with: replacement)
    }

    /// Appends the nodes that make some channels of the value `name`, each after what it reads, and returns the name of
    /// the last.
    private mutating func appendPart(
        _ channels: Range<Int>, of name: String, _ suffix: String, to nodes: inout [NetworkGraph.Node]
    ) -> String {
        guard let node = node(name) else { return name }
        var operation = node.operation
        var inputs = node.inputs
        if case .convolution(let convolution) = operation {
            operation = .convolution(part(channels, of: convolution, suffix))
        }
        if node.convolution?.groups != 1 {
            inputs = inputs.map { appendPart(channels, of: $0, suffix, to: &nodes) }
        }
        let partName = unusedName("\(name).\(suffix)")
        nodes.append(
            NetworkGraph.Node(
                name: partName, operation: operation, inputs: inputs,
                shape: [node.shape[0], channels.count] + node.shape[2...]))
        return partName
    }

    private mutating func part(
        _ channels: Range<Int>, of convolution: Convolution, _ suffix: String
    ) -> Convolution {
        var biasKey = convolution.biasKey
        if let key = biasKey { biasKey = addPart(of: key, suffix) { $0.outputChannels(channels) } }
        return Convolution(
            weightKey: addPart(of: convolution.weightKey, suffix) { $0.outputChannels(channels) },
            biasKey: biasKey,
            inputChannels: convolution.isDepthwise ? channels.count : convolution.inputChannels,
            outputChannels: channels.count, kernelSize: convolution.kernelSize, stride: convolution.stride,
            padding: convolution.padding, groups: convolution.isDepthwise ? channels.count : 1)
    }

    private mutating func addPart(of key: String, _ suffix: String, _ part: (Tensor) -> Tensor) -> String {
        guard let tensor = weights[key] else { return key }
        return addWeight(part(tensor), key: "\(key).\(suffix)")
    }
}

extension Convolution {
    /// Every channel of the result depends on the same channel of what is read, and on no other.
    fileprivate var isDepthwise: Bool { groups == inputChannels && groups == outputChannels && groups > 1 }
}

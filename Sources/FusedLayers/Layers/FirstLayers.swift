import FrameGeneration

/// A generator's layers from the image to half its resolution.
struct FirstLayers {
    /// The value that they end in.
    let result: NetworkGraph.Value
    let stem: StemLayers
    /// 1×1 of the stem.
    let expand: Convolution
    /// 3×3 with stride 2.
    let depthwise: Convolution
    /// 1×1, without an activation after it.
    let project: Convolution

    /// The first node's layers of this form in a network; nil where it has none.
    init?(in search: LayerSearch, _ network: NetworkGraph) {
        guard let found = network.nodes.lazy.compactMap({ FirstLayers(endingIn: $0, in: search) }).first else {
            return nil
        }
        self = found
    }

    private init?(endingIn node: NetworkGraph.Node, in search: LayerSearch) {
        guard let project = search.pointwise(node.name),
            let depthwise = search.depthwise(relu: project.source, stride: .two),
            let expand = search.relu(depthwise.source).flatMap(search.pointwise),
            let stem = StemLayers(expand.source, in: search), project.convolution.outputChannels % 32 == 0
        else { return nil }
        result = NetworkGraph.Value(name: node.name, shape: node.shape)
        self.stem = stem
        self.expand = expand.convolution
        self.depthwise = depthwise.convolution
        self.project = project.convolution
    }
}

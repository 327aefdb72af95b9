import FrameGeneration

/// The first two convolutions that a face goes through, each with its ReLU.
struct StemLayers: Equatable {
    /// The network's input that they read.
    let image: NetworkGraph.Value
    /// 1×1.
    let expand: Convolution
    /// 3×3.
    let depthwise: Convolution
    /// Rows and columns.
    let side: Int

    /// The layers that end in the value `name`; nil where it is made in another way.
    init?(_ name: String, in search: LayerSearch) {
        guard let depthwise = search.depthwise(relu: name),
            let expand = search.relu(depthwise.source).flatMap(search.pointwise),
            let image = search.input(expand.source), image.shape.count == 4, image.shape[0] == 1,
            image.shape[2] == image.shape[3], image.shape[2] % 32 == 0
        else { return nil }
        self.image = image
        self.expand = expand.convolution
        self.depthwise = depthwise.convolution
        side = image.shape[2]
    }
}

import FrameGeneration

/// What a generator computes at a level of its decoder but for what it ends in: two inverted residuals over an upsampled
/// value and a skip, the first 1×1 convolution in two halves, the upsampled one's before the upsampling.
struct UpConvolutions {
    /// The value at half the resolution.
    let half: NetworkGraph.Value
    /// What the skip is made of.
    let skipSource: NetworkGraph.Value
    /// The value between the two inverted residuals.
    let middle: NetworkGraph.Value
    /// 1×1 of the skip; what it gives is added to the upsampled value.
    let skip: Convolution
    /// 1×1 of the value at half the resolution, before the upsampling.
    let upsampled: Convolution
    /// 3×3.
    let depthwise: Convolution
    /// 1×1, without an activation after it: the middle.
    let project: Convolution
    /// 1×1 of the middle.
    let secondExpand: Convolution
    /// 3×3.
    let secondDepthwise: Convolution

    /// Rows and columns.
    var side: Int { middle.shape[2] }

    /// The convolutions that end in the ReLU `name`; nil where it is made in another way.
    init?(endingIn name: String, in search: LayerSearch) {
        guard let secondDepthwise = search.depthwise(relu: name),
            let secondExpand = search.relu(secondDepthwise.source).flatMap(search.pointwise),
            let middle = search.value(secondExpand.source), let project = search.pointwise(middle.name),
            let depthwise = search.depthwise(relu: project.source),
            let sum = search.relu(depthwise.source), let summands = search.summands(sum),
            let halves = summands.lazy.compactMap({ first, second in Self.halves(first, second, in: search) }).first,
            let half = search.value(halves.upsampled.source), let skipSource = search.value(halves.skip.source),
            middle.shape.count == 4, middle.shape[0] == 1, middle.shape[2] == middle.shape[3],
            middle.shape[2] % 32 == 0
        else { return nil }
        self.half = half
        self.skipSource = skipSource
        self.middle = middle
        skip = halves.skip.convolution
        upsampled = halves.upsampled.convolution
        self.depthwise = depthwise.convolution
        self.project = project.convolution
        self.secondExpand = secondExpand.convolution
        self.secondDepthwise = secondDepthwise.convolution
    }

    private static func halves(
        _ upsampled: String, _ skip: String, in search: LayerSearch
    ) -> (upsampled: LayerSearch.Layer, skip: LayerSearch.Layer)? {
        guard let before = search.upsampling(upsampled).flatMap(search.pointwise), let skip = search.pointwise(skip)
        else { return nil }
        return (before, skip)
    }
}

/// A level of a generator's decoder.
struct UpLayers {
    /// The value that they end in: the middle and the second inverted residual.
    let result: NetworkGraph.Value
    let convolutions: UpConvolutions
    /// 1×1, without an activation after it: what is added to the middle.
    let secondProject: Convolution

    /// The layers that end in the value `name`; nil where it is made in another way.
    init?(endingIn name: String, in search: LayerSearch) {
        guard let result = search.value(name), let summands = search.summands(name),
            let (found, secondProject) = summands.lazy.compactMap({
                hidden, residual -> (UpConvolutions, Convolution)? in
                guard let project = search.pointwise(hidden),
                    let found = UpConvolutions(endingIn: project.source, in: search), found.middle.name == residual
                else { return nil }
                return (found, project.convolution)
            }).first,
            result.shape[1] % 32 == 0
        else { return nil }
        self.result = result
        convolutions = found
        self.secondProject = secondProject
    }
}

import FrameGeneration

/// The last level of a generator's decoder, and the face that is made of it.
struct LastLayers {
    /// The network's output that they end in.
    let result: NetworkGraph.Value
    /// What the skip is; nil where the network has it from elsewhere.
    let stem: StemLayers?
    let convolutions: UpConvolutions
    /// 1×1 of the second inverted residual's hidden value; what it gives is added to the next one's.
    let outputOfHidden: Convolution
    /// 1×1 of the middle.
    let outputOfMiddle: Convolution

    /// The layers that end in a network's only output; nil where it is made in another way.
    init?(in search: LayerSearch, endingIn output: String) {
        guard let result = search.value(output), let summands = search.sigmoid(output).flatMap(search.summands),
            let found = summands.lazy.compactMap({ hidden, middle in
                Self.output(hidden, middle, in: search)
            }).first,
            found.ofHidden.outputChannels <= 8
        else { return nil }
        self.result = result
        stem = StemLayers(found.convolutions.skipSource.name, in: search)
        convolutions = found.convolutions
        outputOfHidden = found.ofHidden
        outputOfMiddle = found.ofMiddle
    }

    /// What a run reads as the skip: the image, or the skip itself.
    var source: NetworkGraph.Value { stem?.image ?? convolutions.skipSource }

    private static func output(
        _ hidden: String, _ middle: String, in search: LayerSearch
    ) -> (convolutions: UpConvolutions, ofHidden: Convolution, ofMiddle: Convolution)? {
        guard let ofHidden = search.pointwise(hidden), let ofMiddle = search.pointwise(middle),
            let convolutions = UpConvolutions(endingIn: ofHidden.source, in: search),
            convolutions.middle.name == ofMiddle.source
        else { return nil }
        return (convolutions, ofHidden.convolution, ofMiddle.convolution)
    }
}

extension NetworkModel {
    /// The same computation in fewer multiply-adds, by the rewrites that change nothing but rounding.
    public func simplified() -> NetworkModel {
        foldingBatchNormalization()
            .splittingConvolutionsOverConcatenations()
            .movingConvolutionsBeforeUpsampling()
            .movingConvolutionsBeforeSums()
            .mergingPointwiseConvolutions()
    }

    /// A generator cut into what depends on the template frame alone and what depends on the sound, both simplified.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` when the network has no input `audio`.
    public func conditioned(keeping policy: ConditioningPolicy) throws(FramegenError) -> ConditionedModel {
        try simplified().split(at: "audio", keeping: policy)
    }
}

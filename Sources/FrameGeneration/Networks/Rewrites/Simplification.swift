extension NetworkModel {
    /// The same computation in fewer multiply-adds, by the rewrites that change nothing but rounding.
    public func simplified() -> NetworkModel {
        foldingBatchNormalization()
            .splittingConvolutionsOverConcatenations()
            .movingConvolutionsBeforeUpsampling()
            .movingConvolutionsBeforeSums()
            .mergingPointwiseConvolutions()
    }
}

/// Which of the values that depend on the template frame alone are kept, and which are recomputed in every frame.
///
/// What is kept costs memory for each template frame, what is recomputed costs multiply-adds in each frame that is
/// made. Both numbers are rows of values, N×C×rows×columns.
public struct ConditioningPolicy: Sendable, Hashable {
    /// A value with more rows than this is recomputed, from the nearest values before it that are kept or from the
    /// network's input.
    public var largestKeptSide: Int
    /// A convolution's result with more rows than this and more values than the convolution reads is recomputed.
    ///
    /// Such are the skip halves of the first 1×1 convolution after each skip.
    public var largestKeptExpansionSide: Int

    /// A policy; `Int.max` keeps values of any size.
    public init(largestKeptSide: Int, largestKeptExpansionSide: Int) {
        self.largestKeptSide = largestKeptSide
        self.largestKeptExpansionSide = largestKeptExpansionSide
    }

    func keeps(_ node: NetworkGraph.Node, reading inputs: [[Int]]) -> Bool {
        let isExpansion = node.convolution != nil && node.shape.reduce(1, *) > inputs[0].reduce(1, *)
        return node.shape[2] <= (isExpansion ? min(largestKeptSide, largestKeptExpansionSide) : largestKeptSide)
    }
}

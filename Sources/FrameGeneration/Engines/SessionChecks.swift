extension [NetworkGraph.Value] {
    /// Checks what a session with these inputs is given before it runs.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` that says both shapes.
    package func check(_ tensors: [Tensor]) throws(FramegenError) { try check(shapes: tensors.map(\.shape)) }

    /// Checks the shapes of what a session with these inputs is given before it runs.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` that says both shapes.
    package func check(shapes: [[Int]]) throws(FramegenError) {
        guard shapes.count == count else {
            throw FramegenError(.invalidRequest, "the network has \(count) inputs and was given \(shapes.count)")
        }
        for (input, shape) in zip(self, shapes) where shape != input.shape {
            throw FramegenError(.invalidRequest, "input \(input.name) is \(shape), expected \(input.shape)")
        }
    }
}

extension SessionOptions {
    /// Checks what every runtime needs.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` that says the number of threads.
    package func check() throws(FramegenError) {
        guard threads >= 1 else {
            throw FramegenError(.invalidRequest, "the number of threads is \(threads), expected at least 1")
        }
    }
}

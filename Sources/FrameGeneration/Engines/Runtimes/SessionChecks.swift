extension [Network.Value] {
    /// Checks what a session with these inputs is given before it runs.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` that says both shapes.
    package func check(_ tensors: [Tensor]) throws(FramegenError) {
        guard tensors.count == count else {
            throw FramegenError(.invalidRequest, "the network has \(count) inputs and was given \(tensors.count)")
        }
        for (input, tensor) in zip(self, tensors) where tensor.shape != input.shape {
            throw FramegenError(.invalidRequest, "input \(input.name) is \(tensor.shape), expected \(input.shape)")
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

/// Looks at frames on their way through the pipeline, after each stage.
///
/// The stage waits for it with its next frame. Calls for different frames may come in any order; those for one frame
/// come in the order of the stages. An error ends the frames as an error of the stage would.
package protocol FrameTracing: Sendable {
    /// After `compose`: what the network will see.
    func trace(_ frame: CutFrame) async throws(FramegenError)

    /// After `generate`: what the network made of it.
    func trace(_ frame: InferredFrame) async throws(FramegenError)

    /// After `composite`: the finished picture.
    func trace(_ frame: PastedFrame) async throws(FramegenError)
}

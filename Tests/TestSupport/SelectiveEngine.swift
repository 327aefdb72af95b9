package import FrameGeneration

/// Runs another engine for some frames only, and gives zeros for the rest, so that a late frame can be checked without
/// computing all before it.
package struct SelectiveEngine: InferenceEngine {
    package var name: String { base.name }
    package var computesAnyNetwork: Bool { base.computesAnyNetwork }
    private let base: any InferenceEngine
    private let frames: Set<Int>

    package init(_ base: any InferenceEngine, frames: Set<Int>) {
        self.base = base
        self.frames = frames
    }

    package func makeSession(
        for model: NetworkModel, options: SessionOptions
    ) throws(FramegenError) -> sending any InferenceSession {
        let session = try base.makeSession(for: model, options: options)
        let outputs = model.network.outputs.compactMap { name in model.network.nodes.first { $0.name == name }?.shape }
        return SelectiveSession(base: session, frames: frames, outputShapes: outputs)
    }
}

private final class SelectiveSession: InferenceSession {
    private let base: any InferenceSession
    private let frames: Set<Int>
    private let outputShapes: [[Int]]
    private var frame = 0

    init(base: sending any InferenceSession, frames: Set<Int>, outputShapes: [[Int]]) {
        self.base = base
        self.frames = frames
        self.outputShapes = outputShapes
    }

    func run(_ inputs: [Tensor]) throws(FramegenError) -> [Tensor] {
        defer { frame += 1 }
        return frames.contains(frame) ? try base.run(inputs) : outputShapes.map { Tensor(zeros: $0) }
    }
}

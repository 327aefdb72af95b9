/// Puts faces back into their frames.
actor CompositeStage {
    private let compositor: Compositor
    private let times: StageTimes
    private let executor = StageExecutor(name: "composite")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(compositor: Compositor, times: StageTimes) {
        self.compositor = compositor
        self.times = times
    }

    func composite(_ frame: GeneratedFrame) -> CompositedFrame {
        let start = ContinuousClock.now
        defer { times.add(.composite, since: start) }
        let prepared = frame.composed.prepared
        var image = prepared.image
        compositor.paste(
            frame.face, faceCrop: prepared.faceCrop, into: &image, at: prepared.source.cropRect,
            parsing: prepared.parsing)
        return CompositedFrame(
            indices: frame.composed.indices, templateIndex: prepared.templateIndex, image: image)
    }
}

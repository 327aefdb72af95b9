/// Puts faces back into their frames, and into the pictures that those are in a video.
actor CompositeStage {
    private let compositor: Compositor
    private let converter: (any PictureConverting)?
    private let times: StageTimes
    private let executor = StageExecutor(name: "composite")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(compositor: Compositor, converter: (any PictureConverting)?, times: StageTimes) {
        self.compositor = compositor
        self.converter = converter
        self.times = times
    }

    func composite(_ frame: GeneratedFrame) throws(FramegenError) -> CompositedFrame {
        let start = ContinuousClock.now
        defer { times.add(.composite, since: start) }
        let prepared = frame.composed.prepared
        let rect = prepared.source.cropRect
        let face = compositor.face(
            frame.face, faceCrop: prepared.faceCrop, in: prepared.image, at: rect, parsing: prepared.parsing)
        var picture = prepared.picture
        try picture?.update(with: face, at: rect, in: prepared.image, by: converter)
        return CompositedFrame(
            indices: frame.composed.indices, templateIndex: prepared.templateIndex,
            composite: CompositeImage(template: prepared.image, face: face, at: rect), picture: picture)
    }
}

extension PlanarPicture {
    fileprivate mutating func update(
        with face: Image, at rect: PixelRect, in image: Image, by converter: (any PictureConverting)?
    ) throws(FramegenError) {
        try converter?.update(&self, with: face, at: rect, in: image)
    }
}

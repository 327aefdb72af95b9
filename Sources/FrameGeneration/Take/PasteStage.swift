/// Puts faces back into their frames, and into the pictures that those are in a video.
actor PasteStage {
    private let paster: FacePaster
    private let converter: (any PictureConverting)?
    private let times: StageTimes
    private let executor = StageExecutor(name: "paste")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(paster: FacePaster, converter: (any PictureConverting)?, times: StageTimes) {
        self.paster = paster
        self.converter = converter
        self.times = times
    }

    func paste(_ frame: InferredFrame) throws(FramegenError) -> PastedFrame {
        let start = ContinuousClock.now
        defer { times.add(.paste, since: start) }
        let prepared = frame.cut.prepared
        let rect = prepared.source.cropRect
        let face = paster.face(
            frame.face, faceCrop: prepared.faceCrop, in: prepared.image, at: rect, parsing: prepared.parsing)
        var picture: PlanarPicture?
        if let converter {
            var changed = try prepared.picture(by: converter)
            try converter.update(&changed, with: face, at: rect, in: prepared.image)
            picture = changed
        }
        return PastedFrame(
            indices: frame.cut.indices, templateIndex: prepared.templateIndex,
            composite: CompositeImage(template: prepared.image, face: face, at: rect), picture: picture,
            sounds: frame.cut.sounds, soundBefore: frame.cut.soundBefore)
    }
}

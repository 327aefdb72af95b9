/// Puts faces back into their frames, and into the pictures that those are in a video.
actor PasteStage {
    private let paster: any FacePasting
    private let silentFaces: SilentFaces
    private let converter: (any PictureConverting)?
    private let times: StageTimes
    private let executor = StageExecutor(name: "paste")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(
        paster: any FacePasting, silentFaces: SilentFaces, converter: (any PictureConverting)?, times: StageTimes
    ) {
        self.paster = paster
        self.silentFaces = silentFaces
        self.converter = converter
        self.times = times
    }

    func paste(_ frame: FaceFrame) throws(FramegenError) -> PastedFrame {
        let start = ContinuousClock.now
        defer { times.add(.paste, since: start) }
        let prepared = frame.cut.prepared
        let rect = prepared.source.cropRect
        let face = face(of: frame)
        var picture: FramePicture?
        if let converter { picture = try self.picture(of: frame, face, by: converter) }
        return PastedFrame(
            indices: frame.cut.indices, templateIndex: prepared.templateIndex,
            composite: CompositeImage(template: prepared.image, face: face, at: rect), picture: picture,
            sounds: frame.cut.sounds, soundBefore: frame.cut.soundBefore, live: frame.cut.live)
    }

    private func picture(
        of frame: FaceFrame, _ face: PixelImage, by converter: any PictureConverting
    ) throws(FramegenError) -> FramePicture {
        let prepared = frame.cut.prepared
        let make: @Sendable () throws(FramegenError) -> PlanarPicture = { () throws(FramegenError) in
            var picture = try prepared.picture(by: converter)
            try converter.update(&picture, with: face, at: prepared.source.cropRect, in: prepared.image)
            return picture
        }
        switch frame {
        case .inferred: return .made(try make())
        case .kept: return .late(FramePicture.LatePicture(make))
        }
    }

    private func face(of frame: FaceFrame) -> PixelImage {
        switch frame {
        case .kept(_, let face):
            return face
        case .inferred(let frame):
            let prepared = frame.cut.prepared
            let face = paster.face(frame.face, in: prepared)
            if frame.cut.isIdle { silentFaces.keep(face, of: prepared.templateIndex) }
            return face
        }
    }
}

/// A finished video frame, and the sound that belongs to it.
public struct Frame: Sendable {
    /// Place in the video of the whole speech, from 0.
    public let index: Int
    /// Index of the template frame it was made from.
    public let templateIndex: Int
    /// The sound from this frame's time to the next one's; nil where the speech has no sound.
    public let sound: SoundSpan?
    /// Of the first frame of a take that begins within the speech: the sound just before it.
    let soundBefore: SoundSpan?
    /// What it shows of live speech, and when it was due; nil of other speech.
    public let live: LiveMark?
    private let composite: CompositeImage
    private let framePicture: FramePicture?

    /// The frame in 4:2:0, if the take was asked to make pictures.
    ///
    /// Of live speech, that of a person who is silent is made at the first call, since a stream may have it encoded already.
    ///
    /// - Throws: `FramegenError` with `.internalFailure` when its converter refuses the size.
    public var picture: PlanarPicture? {
        get throws(FramegenError) { try framePicture?.value }
    }

    /// Size of the image.
    public var size: ImageSize { composite.template.size }

    /// The whole image: a copy of the template's image with the face in it, made at each call.
    public func makeImage() -> PixelImage { composite.image }

    /// A frame that did not come from a take, such as a test's.
    package init(
        index: Int, templateIndex: Int, image: PixelImage, picture: PlanarPicture? = nil, sound: SoundSpan? = nil,
        live: LiveMark? = nil
    ) {
        self.index = index
        self.templateIndex = templateIndex
        composite = CompositeImage(template: image)
        framePicture = picture.map { .made($0) }
        self.sound = sound
        soundBefore = nil
        self.live = live
    }

    /// One of the video frames that show `pasted`.
    init(_ index: Int, of pasted: PastedFrame) {
        let place = index - pasted.indices.lowerBound
        self.index = index
        templateIndex = pasted.templateIndex
        composite = pasted.composite
        framePicture = pasted.picture
        sound = pasted.sounds.indices.contains(place) ? pasted.sounds[place] : nil
        soundBefore = place == 0 ? pasted.soundBefore : nil
        live = pasted.live.indices.contains(place) ? pasted.live[place] : nil
    }
}

/// A template's image and the face that lies over it; put together only when somebody wants the whole image.
struct CompositeImage: Sendable {
    let template: PixelImage
    private let face: (pixels: PixelImage, x: Int, y: Int)?

    init(template: PixelImage) {
        self.template = template
        face = nil
    }

    init(template: PixelImage, face: PixelImage, at rect: PixelRect) {
        self.template = template
        self.face = (face, rect.x, rect.y)
    }

    var image: PixelImage {
        var image = template
        if let face { image.paste(face.pixels, x: face.x, y: face.y) }
        return image
    }
}

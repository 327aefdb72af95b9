/// A finished video frame.
public struct Frame: Sendable {
    /// Place in the video, from 0.
    public let index: Int
    /// Index of the template frame it was made from.
    public let templateIndex: Int
    /// As video holds it, where whoever made the frame converts for video.
    public let picture: PlanarPicture?
    /// What is heard while it is shown, where the frames carry sound.
    public let sound: SoundSpan?
    fileprivate let composite: CompositeImage

    /// The whole image, put together whenever it is asked for.
    public var image: Image { composite.image }
    /// Size of the image.
    public var size: ImageSize { composite.template.size }

    package init(
        index: Int, templateIndex: Int, image: Image, picture: PlanarPicture? = nil, sound: SoundSpan? = nil
    ) {
        self.init(
            index: index, templateIndex: templateIndex, CompositeImage(template: image), picture, sound: sound)
    }

    init(
        index: Int, templateIndex: Int, _ composite: CompositeImage, _ picture: PlanarPicture?,
        sound: SoundSpan? = nil
    ) {
        self.index = index
        self.templateIndex = templateIndex
        self.composite = composite
        self.picture = picture
        self.sound = sound
    }
}

extension Frame {
    /// The same frame with another sound.
    package func with(sound: SoundSpan?) -> Frame {
        Frame(index: index, templateIndex: templateIndex, composite, picture, sound: sound)
    }
}

/// A template's image and the face that lies over it: nothing is copied for who needs only one of them.
struct CompositeImage: Sendable {
    let template: Image
    private let face: (pixels: Image, x: Int, y: Int)?

    init(template: Image) {
        self.template = template
        face = nil
    }

    init(template: Image, face: Image, at rect: PixelRect) {
        self.template = template
        self.face = (face, rect.x, rect.y)
    }

    var image: Image {
        var image = template
        if let face { image.paste(face.pixels, x: face.x, y: face.y) }
        return image
    }
}

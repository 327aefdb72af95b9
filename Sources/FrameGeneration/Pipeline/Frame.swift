/// A finished video frame.
public struct Frame: Sendable {
    /// Place in the video, from 0.
    public let index: Int
    /// Index of the template frame it was made from.
    public let templateIndex: Int
    /// The whole picture.
    public let image: Image

    package init(index: Int, templateIndex: Int, image: Image) {
        self.index = index
        self.templateIndex = templateIndex
        self.image = image
    }
}

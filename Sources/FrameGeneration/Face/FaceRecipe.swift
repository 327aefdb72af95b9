/// How a face is cut out for a generator and put back (Documentation/model-family/frames.md, "One frame" and
/// "The 160 family").
public struct FaceRecipe: Sendable, Hashable {
    /// Side of the square that the face box is resized to, in pixels.
    public let cropSide: Int
    /// Width of the ring around the network's square that keeps the original pixels.
    public let ring: Int
    /// What is blackened of the network's square; the generator fills it in.
    public let mask: PixelRect
    /// How the face box may be resized to the crop, the usual way first: programs of one family differ in it.
    public let cropResamplings: [Resampling]
    /// How the face box is resized to the crop.
    public internal(set) var cropResampling: Resampling
    /// How the crop is resized back to the face box.
    public let pasteResampling: Resampling

    /// Side of the square that enters and leaves the network, in pixels.
    public var networkSide: Int { cropSide - 2 * ring }
    /// The network's square within the resized crop.
    var networkRect: PixelRect { PixelRect(x: ring, y: ring, width: networkSide, height: networkSide) }

    private init(
        cropSide: Int, ring: Int, mask: PixelRect, cropResamplings: [Resampling], pasteResampling: Resampling
    ) {
        self.cropSide = cropSide
        self.ring = ring
        self.mask = mask
        self.cropResamplings = cropResamplings
        cropResampling = cropResamplings[0]
        self.pasteResampling = pasteResampling
    }

    /// 328 pixels a side, 320 of them through the network.
    static let side328 = FaceRecipe(
        cropSide: 328, ring: 4, mask: PixelRect(x: 5, y: 5, width: 310, height: 305),
        cropResamplings: [.bicubic], pasteResampling: .bicubic)

    /// 168 pixels a side, 160 of them through the network.
    static let side160 = FaceRecipe(
        cropSide: 168, ring: 4, mask: PixelRect(x: 5, y: 5, width: 150, height: 145),
        cropResamplings: [.bilinear, .area], pasteResampling: .bilinear)
}

/// How a face is cut out for a generator and put back (spec: frames, "One frame").
public struct FaceRecipe: Sendable, Hashable {
    /// Side of the square that the face box is resized to, in pixels.
    public let cropSide: Int
    /// Width of the ring around the network's square that keeps the original pixels.
    public let ring: Int
    /// What is blackened of the network's square; the generator fills it in.
    public let mask: PixelRect

    /// Side of the square that enters and leaves the network, in pixels.
    public var networkSide: Int { cropSide - 2 * ring }
    /// The network's square within the resized crop.
    var networkRect: PixelRect { PixelRect(x: ring, y: ring, width: networkSide, height: networkSide) }

    /// 328 pixels a side, 320 of them through the network.
    static let side328 = FaceRecipe(cropSide: 328, ring: 4, mask: PixelRect(x: 5, y: 5, width: 310, height: 305))
}

package import FrameGeneration

/// How far the face boxes are from a smooth path, which is seen as a trembling mouth.
///
/// Around each frame i with two neighbours on either side, the smooth path is the mean of the five boxes i−2…i+2. The
/// corner's distance is √((x − mean x)² + (y − mean y)²), the side's |side − mean side|, both in pixels. A box that
/// moves and grows evenly has 0; whole pixels alone give some 0.3.
public struct BoxJitter: Sendable, Hashable, Encodable {
    /// Distance of the box's top left corner from the path, in pixels.
    public let corner: Spread
    /// Difference of the box's side from the path's, in pixels.
    public let side: Spread
    /// The frame with the largest corner distance.
    public let worstCornerFrame: Int
    /// The frame with the largest difference of the side.
    public let worstSideFrame: Int

    /// Each frame's distance of the corner, where it is known.
    let corners: [CornerDistance]

    /// Of one frame, in pixels.
    struct CornerDistance: Sendable, Hashable {
        let frame: Int
        let distance: Double
    }

    private enum CodingKeys: CodingKey {
        case corner, side, worstCornerFrame, worstSideFrame
    }

    private static let reach = 2

    /// The jitter of boxes in their order; nil where no five of them stand in a row.
    package init?(_ boxes: [PixelRect?]) { self.init(boxes.map { $0.map(FaceBox.init) }) }

    /// The same of boxes between pixels.
    package init?(_ boxes: [FaceBox?]) {
        var corners: [CornerDistance] = []
        var sides: [(frame: Int, distance: Double)] = []
        for index in boxes.indices.dropFirst(Self.reach).dropLast(Self.reach) {
            let window = boxes[index - Self.reach...index + Self.reach].compactMap { $0 }
            guard let box = boxes[index], window.count == 2 * Self.reach + 1 else { continue }
            func deviation(_ value: (FaceBox) -> Double) -> Double {
                value(box) - window.map(value).reduce(0, +) / Double(window.count)
            }
            let (x, y) = (deviation(\.x), deviation(\.y))
            corners.append(CornerDistance(frame: index, distance: (x * x + y * y).squareRoot()))
            sides.append((index, abs(deviation(\.width))))
        }
        guard let corner = Spread(corners.map(\.distance)), let side = Spread(sides.map(\.distance)),
            let worstCorner = corners.max(by: { $0.distance < $1.distance }),
            let worstSide = sides.max(by: { $0.distance < $1.distance })
        else { return nil }
        self.corners = corners
        self.corner = corner
        self.side = side
        worstCornerFrame = worstCorner.frame
        worstSideFrame = worstSide.frame
    }
}

import FrameGeneration

/// What an image of a template shows of its face, in numbers.
struct FaceLook: Sendable {
    let landmarks: Landmarks
    /// The mean level of the face box, 0…255; nil for everything where too little of the box is in the image.
    let light: Double?
    /// The mean energy of the Laplacian in green over the square of the light, which scales it: what motion and a lens out
    /// of focus take away.
    let detail: Double?
    /// The part of the face box's pixels of which two colours or all are as light or as dark as can be, where detail is lost.
    let clippedPart: Double?
    /// The part of the mouth's surroundings that is outside of the image or of what the network fills in, 0…1.
    let hiddenMouth: Double
    /// The mean blue, green and red of each cell of the face box, row by row; nil where the image clips it.
    let cells: [SIMD3<Float>]?

    /// Cells on a side of the box.
    private static let cellCount = 12
    /// Of `cells`, those around the mouth, where a hand would be, without the chin's edge.
    static let middleCells = (2..<8).flatMap { y in (3..<9).map { y * cellCount + $0 } }
    /// Of `cells`, those at both sides, which a hand before the mouth leaves free.
    static let sideCells = (0..<cellCount).flatMap { y in [0, 1, 10, 11].map { y * cellCount + $0 } }

    /// Levels that count as the lightest, and as the darkest.
    private static let (lightest, darkest) = (252, 3)

    init(_ landmarks: Landmarks, in image: PixelImage) {
        self.landmarks = landmarks
        let box = CropBox.box(of: landmarks)
        let visible = CropBox.visible(box, in: image.size)
        cells = visible == box && box.width >= Self.cellCount ? Self.cells(of: image.cropped(to: box)) : nil
        hiddenMouth = Self.hiddenPart(of: MouthBox.rect(of: landmarks, in: image.size), in: visible)
        guard visible.width >= CropBox.smallestSide, visible.height >= CropBox.smallestSide else {
            (light, detail, clippedPart) = (nil, nil, nil)
            return
        }
        var (sum, energy, clipped) = (0, 0, 0)
        for y in visible.y + 1..<visible.y + visible.height - 1 {
            for x in visible.x + 1..<visible.x + visible.width - 1 {
                let i = (y * image.width + x) * PixelImage.channels
                let (blue, green, red) = (Int(image.pixels[i]), Int(image.pixels[i + 1]), Int(image.pixels[i + 2]))
                sum += blue + green + red
                let laplacian = image.laplacian(x, y)
                energy += laplacian * laplacian
                let middle = max(min(blue, green), min(max(blue, green), red))
                if middle >= Self.lightest || middle <= Self.darkest { clipped += 1 }
            }
        }
        let count = Double((visible.width - 2) * (visible.height - 2))
        let mean = Double(sum) / (3 * count)
        light = mean
        detail = Double(energy) / count / max(mean * mean, 1)
        clippedPart = Double(clipped) / count
    }

    private static func cells(of face: PixelImage) -> [SIMD3<Float>] {
        let small = face.resizedArea(to: ImageSize(width: cellCount, height: cellCount))
        return stride(from: 0, to: small.pixels.count, by: PixelImage.channels).map { i in
            SIMD3(Float(small.pixels[i]), Float(small.pixels[i + 1]), Float(small.pixels[i + 2]))
        }
    }

    private static func hiddenPart(of mouth: PixelRect?, in box: PixelRect) -> Double {
        guard let mouth, mouth.width > 0, mouth.height > 0 else { return 1 }
        let columns = (mouth.x..<mouth.x + mouth.width).clamped(to: box.x..<box.x + max(box.width, 0))
        let rows = (mouth.y..<mouth.y + mouth.height).clamped(to: box.y..<box.y + max(box.height, 0))
        return 1 - Double(columns.count * rows.count) / Double(mouth.width * mouth.height)
    }
}

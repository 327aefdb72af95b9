/// Turns a template frame into what the network sees of it (spec: frames, "One frame", 2 to 6).
struct Composer: Sendable {
    let recipe: FaceRecipe

    /// A byte as the network takes it: divided by 255 in float32, which for half the values differs from a
    /// multiplication by 1/255.
    private static let unitValues: [Float] = (0...255).map { Float($0) / 255 }

    /// The face box of `image`, resized to the recipe's crop.
    func faceCrop(of image: Image, _ rect: PixelRect) -> Image {
        let size = ImageSize(width: recipe.cropSide, height: recipe.cropSide)
        return image.cropped(to: rect).resized(to: size, by: recipe.cropResampling)
    }

    /// The network's input for a face crop: 1×6×side×side, the face in blue, green, red and the same masked, 0…1.
    func networkInput(for faceCrop: Image) -> Tensor {
        let inner = faceCrop.cropped(to: recipe.networkRect)
        var masked = inner
        masked.fillBlack(recipe.mask)
        let values = Self.planes(of: inner) + Self.planes(of: masked)
        return Tensor(shape: [1, 2 * Image.channels, inner.height, inner.width], values: values)
    }

    /// One plane for each channel, 0…1.
    private static func planes(of image: Image) -> [Float] {
        let area = image.width * image.height
        return [Float](unsafeUninitializedCapacity: area * Image.channels) { planes, count in
            for channel in 0..<Image.channels {
                for index in 0..<area {
                    let byte = image.pixels[index * Image.channels + channel]
                    planes.initializeElement(at: channel * area + index, to: unitValues[Int(byte)])
                }
            }
            count = area * Image.channels
        }
    }
}

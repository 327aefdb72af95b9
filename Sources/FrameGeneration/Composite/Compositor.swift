/// Puts the network's face back into the template frame (spec: frames, "One frame", 8 to 10).
struct Compositor: Sendable {
    let recipe: FaceRecipe

    /// Replaces the face box of `image` by the generated face.
    ///
    /// - Parameters:
    ///   - output: what the network returned, 1×3×side×side, blue, green, red, 0…1.
    ///   - faceCrop: the resized crop the network's input was made from; its ring keeps the original pixels.
    ///   - image: the whole template frame.
    ///   - rect: the face box, which the crop is resized back to.
    ///   - parsing: an image of flat labels as large as `image`; where it says torso or background, the original stays.
    func paste(_ output: Tensor, faceCrop: Image, into image: inout Image, at rect: PixelRect, parsing: Image?) {
        var crop = faceCrop
        crop.paste(Self.bytes(of: output), x: recipe.ring, y: recipe.ring)
        var face = crop.resized(to: rect.size, by: recipe.pasteResampling)
        if let parsing {
            face = Self.keepingOriginal(of: image, in: face, at: rect, where: parsing)
        }
        image.paste(face, x: rect.x, y: rect.y)
    }

    /// 0…1 to 0…255, cut off and not rounded, as the original converts to bytes.
    private static func bytes(of output: Tensor) -> Image {
        let (height, width) = (output.shape[2], output.shape[3])
        var image = Image(width: width, height: height)
        let area = width * height
        for channel in 0..<Image.channels {
            for index in 0..<area {
                let value = output.values[channel * area + index] * 255
                // A number that is none, as of a damaged model, becomes 0.
                image.pixels[index * Image.channels + channel] = value >= 0 ? UInt8(min(value, 255)) : 0
            }
        }
        return image
    }

    private static func keepingOriginal(
        of image: Image, in face: Image, at rect: PixelRect, where parsing: Image
    ) -> Image {
        var result = face
        let labels = parsing.cropped(to: rect).pixels
        let original = image.cropped(to: rect).pixels
        for start in stride(from: 0, to: labels.count, by: Image.channels) {
            let label = (labels[start], labels[start + 1], labels[start + 2])
            guard label == torso || label == background else { continue }
            for index in start..<start + Image.channels { result.pixels[index] = original[index] }
        }
        return result
    }

    /// Blue, green, red.
    private static let torso: (UInt8, UInt8, UInt8) = (0, 0, 255)
    private static let background: (UInt8, UInt8, UInt8) = (255, 255, 255)
}

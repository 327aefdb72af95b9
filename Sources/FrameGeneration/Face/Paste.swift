/// How the network's face is put back into its template frame.
public enum Paste: String, Sendable, Codable, CaseIterable {
    /// As the original does, byte for byte: the whole face box is the network's.
    case exact
    /// The face fades into the frame along the jaw, and takes on its light and colour there. All else in the face box stays
    /// the template's, byte for byte.
    case seamless

    func paster(_ recipe: FaceRecipe, _ sharpening: Sharpening) -> any FacePasting {
        let exact = FacePaster(recipe: recipe, sharpening: sharpening)
        return switch self {
        case .exact: exact
        case .seamless: SeamlessPaste(exact)
        }
    }
}

/// A way to put a face back.
protocol FacePasting: Sendable {
    /// The finished pixels of the face box, all that changes of the template frame.
    ///
    /// - Parameters:
    ///   - output: what the network returned, 1×3×side×side, blue, green, red, 0…1.
    ///   - frame: the template frame.
    /// - Returns: an image as large as the face box.
    func face(_ output: Tensor, in frame: PreparedFrame) -> PixelImage
}

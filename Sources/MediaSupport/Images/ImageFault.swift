/// What is wrong with an image file or a codec, in half a sentence; the callers that know the path add it.
package struct ImageFault: Error {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
}

/// How large an image may be; larger ones are refused before anything is allocated.
enum ImageLimits {
    static let side = 16_384
    static let pixels = 1 << 26
    static let fileBytes = 256 << 20

    static func check(width: Int, height: Int) throws(ImageFault) {
        guard width > 0, height > 0, width <= side, height <= side, width * height <= pixels else {
            throw ImageFault(
                "its size is \(width)×\(height), expected sides of 1 to \(side) and at most \(pixels) pixels")
        }
    }
}

import FrameGeneration
import MediaSupport

#if canImport(Accelerate)
    import VImageConversions
#endif

/// Pixels as a library has unpacked them, before any colour management: drawing them would convert their colours.
struct StoredPixels {
    /// What a pixel holds.
    enum Components {
        case grey, colour
        /// Indices into a table of red, green and blue.
        case palette([UInt8])
    }

    /// Where alpha or an unused component is.
    enum Extra { case none, first, last }

    var size: ImageSize
    var components: Components
    /// What is not a colour; its values are dropped.
    var extra = Extra.none
    /// 1, 2 or 4 for grey and palettes, 8, or 16.
    var bitsPerComponent = 8
    /// Of a whole pixel.
    var bitsPerPixel: Int
    var bytesPerRow: Int
    /// Whether the bytes of a pixel, or of a component of 16 bits, are stored from the last to the first.
    var isReversed = false
    var bytes: [UInt8]

    private var componentCount: Int {
        let colours = if case .colour = components { 3 } else { 1 }
        return colours + (extra == .none ? 0 : 1)
    }

    /// The image as OpenCV reads it: blue, green, red, the high byte of 16 bits.
    ///
    /// - Throws: why such pixels cannot be taken.
    func image() throws(ImageFault) -> PixelImage {
        let isWhole = bitsPerComponent == 8 || bitsPerComponent == 16
        let rowByteCount = (size.width * bitsPerPixel + 7) / 8
        let isPacked = [1, 2, 4].contains(bitsPerComponent) && componentCount == 1
        guard isWhole || isPacked, bitsPerPixel >= componentCount * bitsPerComponent,
            bytesPerRow >= rowByteCount, bytes.count >= bytesPerRow * (size.height - 1) + rowByteCount,
            isWhole ? bitsPerPixel % 8 == 0 : bitsPerPixel == bitsPerComponent
        else {
            throw ImageFault(
                "its pixels have \(componentCount) components of \(bitsPerComponent) bits in \(bitsPerPixel) bits, "
                    + "expected 8 or 16 bits a component")
        }
        if bitsPerComponent == 8, case .colour = components {
            return PixelImage(width: size.width, height: size.height, pixels: wholeColours())
        }
        var pixels: PageArray<UInt8> = []
        pixels.reserveCapacity(size.width * size.height * PixelImage.channels)
        for y in 0..<size.height {
            for x in 0..<size.width {
                let (red, green, blue) = isWhole ? try colour(x, y) : try packedColour(x, y)
                pixels.append(blue)
                pixels.append(green)
                pixels.append(red)
            }
        }
        return PixelImage(width: size.width, height: size.height, pixels: pixels)
    }

    /// Blue, green and red of pixels of whole bytes.
    private func wholeColours() -> PageArray<UInt8> {
        let pixelSize = bitsPerPixel / 8
        let rows = ChannelRows(
            width: size.width, count: size.height, pixelSize: pixelSize,
            places: [2, 1, 0].map { place(ofComponent: $0, of: pixelSize) }, sourceStride: bytesPerRow,
            targetStride: size.width * PixelImage.channels)
        let count = size.width * size.height * PixelImage.channels
        return PageArray(unsafeUninitializedCapacity: count) { target, filled in
            bytes.withUnsafeBufferPointer { source in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                rows.copyFast(from: source, to: target)
                filled = count
            }
        }
    }

    /// Where a component of `count` of 8 bits is in its pixel.
    private func place(ofComponent index: Int, of count: Int) -> Int {
        let place = index + (extra == .first ? 1 : 0)
        return isReversed ? count - 1 - place : place
    }

    private func colour(_ x: Int, _ y: Int) throws(ImageFault) -> (UInt8, UInt8, UInt8) {
        let start = y * bytesPerRow + x * bitsPerPixel / 8
        let first = component(0, start)
        switch components {
        case .grey: return (first, first, first)
        case .palette(let table): return try entry(Int(first), table)
        case .colour: return (first, component(1, start), component(2, start))
        }
    }

    /// The high byte of a colour of the pixel at `start`.
    private func component(_ index: Int, _ start: Int) -> UInt8 {
        guard bitsPerComponent == 16 else { return bytes[start + place(ofComponent: index, of: bitsPerPixel / 8)] }
        // Only the bytes of each component are reversed then.
        return bytes[start + 2 * (index + (extra == .first ? 1 : 0)) + (isReversed ? 1 : 0)]
    }

    private func packedColour(_ x: Int, _ y: Int) throws(ImageFault) -> (UInt8, UInt8, UInt8) {
        let bit = x * bitsPerPixel
        let largest = 1 << bitsPerPixel - 1
        let value = Int(bytes[y * bytesPerRow + bit / 8]) >> (8 - bitsPerPixel - bit % 8) & largest
        if case .palette(let table) = components { return try entry(value, table) }
        let grey = UInt8(value * 255 / largest)
        return (grey, grey, grey)
    }

    private func entry(_ index: Int, _ table: [UInt8]) throws(ImageFault) -> (UInt8, UInt8, UInt8) {
        guard 3 * index + 2 < table.count else {
            throw ImageFault("a pixel has colour \(index) of \(table.count / 3), expected one of them")
        }
        return (table[3 * index], table[3 * index + 1], table[3 * index + 2])
    }
}

extension PixelImage {
    /// The pixels with red first, as image files have them.
    func redGreenBlue() -> [UInt8] {
        let rows = ChannelRows(
            width: width, count: height, pixelSize: Self.channels, places: [2, 1, 0], sourceStride: bytesPerRow,
            targetStride: bytesPerRow)
        return [UInt8](unsafeUninitializedCapacity: pixels.count) { target, filled in
            pixels.withUnsafeBufferPointer { source in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                rows.copyFast(from: source, to: target)
                filled = pixels.count
            }
        }
    }
}

extension ChannelRows {
    /// Copies the bytes, by vImage where there is one.
    func copyFast(from source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>) {
        #if canImport(Accelerate)
            copyByVImage(from: source, to: target)
        #else
            copy(from: source, to: target)
        #endif
    }
}

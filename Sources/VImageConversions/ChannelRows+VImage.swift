#if canImport(Accelerate)
    import Accelerate
    package import MediaSupport

    extension ChannelRows {
        /// As `copy`, by vImage where it has a function for such pixels.
        package func copyByVImage(from source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>) {
            guard count > 0, width > 0 else { return }
            var from = vImage_Buffer(
                data: UnsafeMutablePointer(mutating: source), height: vImagePixelCount(count),
                width: vImagePixelCount(width), rowBytes: count == 1 ? width * pixelSize : sourceStride)
            var to = vImage_Buffer(
                data: target, height: vImagePixelCount(count), width: vImagePixelCount(width),
                rowBytes: count == 1 ? width * 3 : targetStride)
            let flags = vImage_Flags(kvImageNoFlags)
            let status: vImage_Error? =
                switch (pixelSize, places) {
                case (3, _): vImagePermuteChannels_RGB888(&from, &to, places.map { UInt8($0) }, flags)
                // Named as if blue were red where it is the first that is written.
                case (4, [0, 1, 2]): vImageConvert_RGBA8888toRGB888(&from, &to, flags)
                case (4, [1, 2, 3]): vImageConvert_ARGB8888toRGB888(&from, &to, flags)
                case (4, [2, 1, 0]): vImageConvert_BGRA8888toRGB888(&from, &to, flags)
                default: nil
                }
            if status != kvImageNoError { copy(from: source, to: target) }
        }
    }
#endif

#if canImport(CoreVideo)
    package import CoreVideo
    package import FrameGeneration

    /// Pictures as Apple's encoders and screens take them: 4:2:0 in two planes, on memory that processes share.
    package enum PixelBuffers {
        /// What a buffer of such a picture is made with.
        package static func attributes(of size: ImageSize) -> [String: Any] {
            let size = size.roundedUpToEven
            let none: [String: Any] = [:]
            return [
                kCVPixelBufferPixelFormatTypeKey as String: kCVPixelFormatType_420YpCbCr8BiPlanarVideoRange,
                kCVPixelBufferWidthKey as String: size.width, kCVPixelBufferHeightKey as String: size.height,
                kCVPixelBufferIOSurfacePropertiesKey as String: none,
            ]
        }

        /// A pool of buffers for pictures of a size.
        ///
        /// - Throws: `FramegenError` with `.internalFailure` when there is no memory.
        package static func pool(for size: ImageSize) throws(FramegenError) -> CVPixelBufferPool {
            var pool: CVPixelBufferPool?
            let status = CVPixelBufferPoolCreate(kCFAllocatorDefault, nil, attributes(of: size) as CFDictionary, &pool)
            guard status == kCVReturnSuccess, let pool else {
                throw FramegenError(.internalFailure, "no memory for pictures of \(size): CoreVideo's error \(status)")
            }
            return pool
        }

        /// A buffer of `pool` that holds `picture`.
        ///
        /// - Throws: `FramegenError` with `.internalFailure` when there is no memory.
        package static func buffer(of picture: PlanarPicture, from pool: CVPixelBufferPool) throws(FramegenError)
            -> CVPixelBuffer
        {
            var made: CVPixelBuffer?
            let status = CVPixelBufferPoolCreatePixelBuffer(kCFAllocatorDefault, pool, &made)
            guard status == kCVReturnSuccess, let buffer = made else {
                throw FramegenError(
                    .internalFailure, "no memory for a picture of \(picture.size): CoreVideo's error \(status)")
            }
            guard CVPixelBufferLockBaseAddress(buffer, []) == kCVReturnSuccess else {
                throw FramegenError(.internalFailure, "CoreVideo does not give access to a picture of \(picture.size)")
            }
            defer { CVPixelBufferUnlockBaseAddress(buffer, []) }
            let planes = (0..<2).map { plane in
                let stride = CVPixelBufferGetBytesPerRowOfPlane(buffer, plane)
                let bytes = UnsafeMutableRawBufferPointer(
                    start: CVPixelBufferGetBaseAddressOfPlane(buffer, plane),
                    count: stride * CVPixelBufferGetHeightOfPlane(buffer, plane))
                return (bytes: bytes, stride: stride)
            }
            picture.copyPlanes(
                luma: planes[0].bytes, lumaStride: planes[0].stride, colours: planes[1].bytes,
                coloursStride: planes[1].stride)
            for (key, value) in [
                (kCVImageBufferYCbCrMatrixKey, kCVImageBufferYCbCrMatrix_ITU_R_709_2),
                (kCVImageBufferColorPrimariesKey, kCVImageBufferColorPrimaries_ITU_R_709_2),
                (kCVImageBufferTransferFunctionKey, kCVImageBufferTransferFunction_ITU_R_709_2),
            ] {
                CVBufferSetAttachment(buffer, key, value, .shouldPropagate)
            }
            return buffer
        }
    }
#endif

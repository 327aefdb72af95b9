#if canImport(Accelerate)
    import Accelerate
    package import ModelFiles

    extension HalfRows {
        /// As `store`, by vImage where the values of a row lie side by side.
        package func storeByVImage(_ values: UnsafePointer<Float>, in memory: UnsafeMutablePointer<UInt16>) {
            guard step == 1, count > 0, width > 0 else { return store(values, in: memory) }
            var (from, to) = (plain(UnsafeMutablePointer(mutating: values)), padded(memory))
            guard vImageConvert_PlanarFtoPlanar16F(&from, &to, vImage_Flags(kvImageNoFlags)) == kvImageNoError else {
                return store(values, in: memory)
            }
        }

        /// As `load`, by vImage where the values of a row lie side by side.
        package func loadByVImage(_ memory: UnsafePointer<UInt16>, into values: UnsafeMutablePointer<Float>) {
            guard step == 1, count > 0, width > 0 else { return load(memory, into: values) }
            var (from, to) = (padded(UnsafeMutablePointer(mutating: memory)), plain(values))
            guard vImageConvert_Planar16FtoPlanarF(&from, &to, vImage_Flags(kvImageNoFlags)) == kvImageNoError else {
                return load(memory, into: values)
            }
        }

        private func plain(_ values: UnsafeMutablePointer<Float>) -> vImage_Buffer {
            vImage_Buffer(
                data: values, height: vImagePixelCount(count), width: vImagePixelCount(width),
                rowBytes: width * MemoryLayout<Float>.stride)
        }

        private func padded(_ memory: UnsafeMutablePointer<UInt16>) -> vImage_Buffer {
            // The stride of a single row means nothing.
            vImage_Buffer(
                data: memory, height: vImagePixelCount(count), width: vImagePixelCount(width),
                rowBytes: (count == 1 ? width : stride) * MemoryLayout<UInt16>.stride)
        }
    }
#endif

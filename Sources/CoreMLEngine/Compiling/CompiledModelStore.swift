#if canImport(CoreML)
    import CoreML
    import Foundation
    import FrameGeneration
    import ModelFiles

    /// Networks that Core ML has compiled, in a folder, found again by what they are.
    ///
    /// Several processes may use a folder at once: a compiled network gets its name when it is whole. Where the folder cannot
    /// be written, a network is compiled for this process alone.
    struct CompiledModelStore: Sendable {
        let folder: String

        /// A compiled network, and how long it stays.
        struct Entry: Sendable {
            let path: String
            /// Whether it was there before, so that it may have come to harm.
            let wasKept: Bool
        }

        /// Finds the compiled form of a network, or makes it.
        ///
        /// - Parameters:
        ///   - model: the network.
        ///   - weights: as what its weights and values are written.
        ///   - damaged: one that was found before and cannot be used: it is removed, and made anew.
        /// - Returns: where it is.
        /// - Throws: `FramegenError`: `.cannotWrite` when the package cannot be written, `.internalFailure` when Core ML refuses
        ///   it, `.cancelled`.
        func entry(
            for model: NetworkModel, weights: WeightType, replacing damaged: Entry? = nil
        ) throws(FramegenError) -> Entry {
            let package = FileManager.default.temporaryDirectory.appending(
                path: "framegen-\(UUID()).\(CoreMLPackage.fileExtension)")
            let packagePath = package.path(percentEncoded: false)
            defer { try? FileManager.default.removeItem(at: package) }
            var options = CoreMLWriter.Options()
            // Named by the weights in float32, so that what is kept is found without rounding them, which takes seconds.
            options.weights = .fp32
            try Folder.make(packagePath)
            try CoreMLWriter.write(model, options: options, to: packagePath)
            let path = "\(folder)/\(try Self.key(ofPackageAt: packagePath, as: weights)).mlmodelc"
            if damaged?.path == path {
                remove(path)
            } else if FileManager.default.fileExists(atPath: path) {
                return Entry(path: path, wasKept: true)
            }
            if weights == .fp16 {
                options.weights = .fp16
                try? FileManager.default.removeItem(at: package)
                try Folder.make(packagePath)
                try CoreMLWriter.write(model, options: options, to: packagePath)
            }
            try Task.checkNotCancelled()
            return Entry(path: keep(try Self.compile(package), at: path), wasKept: false)
        }

        /// To be counted up when packages in float16 are written in another way, as their names are those in float32.
        private static let halfPrecisionVersion = 1

        /// A hash of the files of the package in float32, of what is made of it, and of the system: what one version has
        /// compiled another may not load.
        private static func key(ofPackageAt folder: String, as weights: WeightType) throws(FramegenError) -> String {
            let hash = ContentHash()
            let form = weights == .fp16 ? "fp16 \(halfPrecisionVersion)" : "fp32"
            hash.update(Array("\(ProcessInfo.processInfo.operatingSystemVersionString)\n\(form)".utf8))
            let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
            for name in names.sorted() {
                var isFolder: ObjCBool = false
                guard FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder),
                    !isFolder.boolValue
                else { continue }
                hash.update(Array("\n\(name)\n".utf8))
                let file = try RegularFile("\(folder)/\(name)")
                for start in stride(from: 0, to: file.byteCount, by: 1 << 20) {
                    hash.update(try file.bytes(in: start..<min(start + 1 << 20, file.byteCount)))
                }
            }
            return hash.finish().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }

        /// Lets Core ML compile a package into a folder of its own choice.
        private static func compile(_ package: URL) throws(FramegenError) -> URL {
            let compiled = AwaitedResult<URL>()
            MLModel.compileModel(at: package) { result in
                compiled.finish(
                    result.mapError { error in
                        FramegenError(
                            .internalFailure,
                            "Core ML cannot compile the network: \(error.localizedDescription.onOneLine)", cause: error)
                    })
            }
            return try compiled.value()
        }

        /// Gives what was compiled its name.
        ///
        /// - Returns: where it is now.
        private func keep(_ compiled: URL, at path: String) -> String {
            let hidden = "\(folder)/.\(UUID()).mlmodelc"
            do {
                try Folder.make(folder)
                // From another volume it is copied, which takes a while, and under the final name it must be whole.
                try FileManager.default.moveItem(atPath: compiled.path(percentEncoded: false), toPath: hidden)
            } catch {
                remove(hidden)
                return compiled.path(percentEncoded: false)
            }
            guard rename(hidden, path) != 0 else { return path }
            // Another process has been as fast.
            if FileManager.default.fileExists(atPath: path) {
                remove(hidden)
                return path
            }
            return hidden
        }

        /// Takes the name away first, so that nobody finds a half of it.
        private func remove(_ path: String) {
            let hidden = "\(folder)/.\(UUID()).mlmodelc"
            try? FileManager.default.removeItem(atPath: rename(path, hidden) == 0 ? hidden : path)
        }
    }
#endif

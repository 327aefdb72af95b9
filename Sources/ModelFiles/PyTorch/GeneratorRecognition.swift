public import FrameGeneration

extension StateDict {
    /// The generators whose tensors the file holds, in the order of `Generator.all`; empty when it is no generator's.
    ///
    /// Two that differ in no tensor's shape, as ave and hubert do, are both named. Face crops are resized as the
    /// program that the key scheme belongs to does it (Documentation/model-family/frames.md, "The 160 family").
    public var generators: [Generator] { fits.filter(\.isComplete).map(\.generator) }

    /// The generator of the family that most of the file's tensors belong to, for saying what is wrong with the others.
    package var closestGenerator: Generator? {
        let most = fits.map(\.matchCount).max() ?? 0
        return most == 0 ? nil : fits.first { $0.matchCount == most }?.generator
    }

    /// How well the file's tensors are a generator's.
    private struct Fit {
        let generator: Generator
        let matchCount: Int
        let isComplete: Bool
    }

    private var fits: [Fit] {
        Generator.all.map { generator in
            let parameters = generator.network.parameters
            let scheme = keyScheme(of: parameters.map(\.key))
            let matchCount = parameters.count { shape(of: scheme.fileKey(for: $0.key)) == $0.shape }
            return Fit(
                generator: scheme == .bare ? generator.resizingCropsByArea : generator, matchCount: matchCount,
                isComplete: matchCount == parameters.count)
        }
    }
}

extension Generator {
    /// The same where no crop of the generator is ever resized so.
    fileprivate var resizingCropsByArea: Generator {
        guard face.cropResamplings.contains(.area) else { return self }
        return (try? resizingCrops(by: .area)) ?? self
    }
}

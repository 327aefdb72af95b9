public import FrameGeneration

extension StateDict {
    /// The generators whose tensors the file holds, in the order of `Generator.all`; empty when it is no generator's.
    ///
    /// Two that differ in no tensor's shape, as ave and hubert do, are both named. Face crops are resized as the
    /// program that the key scheme belongs to does it (Documentation/model-family/frames.md, "The 160 family").
    ///
    /// - Returns: those at the one place that is meant.
    /// - Throws: `FramegenError` with `.invalidData` that names the places where whole generators with different weights
    ///   stand.
    public func generators() throws(FramegenError) -> [Generator] {
        let found = Generator.all.flatMap { generator in
            let network = KnownNetwork(generator)
            return fits(of: network.network.parameters).filter(\.isComplete)
                .map { (generator: generator, network: network, place: $0.place) }
        }
        let meant = try meantPlace(of: found.map { (network: $0.network, place: $0.place) })
        return found.filter { $0.place.prefix == meant?.prefix }
            .map { $0.place.scheme == .bare ? $0.generator.resizingCropsByArea : $0.generator }
    }

    /// What the user should know of tensors that stand among those of `generator` and belong to no module of it; nil
    /// where there are none.
    ///
    /// - Throws: `FramegenError` as `generators()`.
    package func warning(of generator: Generator) throws(FramegenError) -> String? {
        let known = KnownNetwork(generator)
        guard let place = try place(of: known) else { return nil }
        let beside = keys(beside: known.network.parameters, at: place).filter { $0.hasPrefix(place.prefix) }
        guard let first = beside.first else { return nil }
        return "\(path) holds tensors among the generator's that are not used: \(beside.count), such as "
            + Printable.text(first)
    }

    /// Why the file is no generator's: what it seems to be, and what is wrong with the tensors of the generator it is
    /// closest to.
    package func refusalAsGenerator() -> FramegenError {
        let best = Generator.all.map { generator in
            (network: KnownNetwork(generator), fit: fits(of: generator.network.parameters).first)
        }
        let most = best.compactMap { $0.fit?.matchCount }.max()
        guard let most, let closest = best.first(where: { $0.fit?.matchCount == most }) else {
            let known = KnownNetwork(.syncTalk328AVE)
            return refusal(as: "a generator of the family", of: known.network.parameters)
        }
        return refusal(as: closest.network.title, of: closest.network.network.parameters)
    }
}

extension Generator {
    /// The same where no crop of the generator is ever resized so.
    fileprivate var resizingCropsByArea: Generator {
        guard face.cropResamplings.contains(.area) else { return self }
        return (try? resizingCrops(by: .area)) ?? self
    }
}

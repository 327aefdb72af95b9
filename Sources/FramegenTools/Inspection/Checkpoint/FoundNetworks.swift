import FrameGeneration
import ModelFiles

/// The networks of the family that a checkpoint holds, or the one that it is closest to.
struct FoundNetworks {
    /// Those that stand whole at the place that is meant.
    let whole: [KnownNetwork]
    /// Where none is whole, the one that most of the tensors belong to.
    let closest: KnownNetwork?
    /// Whether one is whole, or most of the closest one's tensors are there.
    let isMostlyThere: Bool
    /// Of those.
    let place: NetworkPlace?
    /// Where further ones stand whole.
    let otherPrefixes: [String]
    /// Why it cannot be told which one is meant.
    let ambiguity: String?

    /// - Throws: `FramegenError` with `.cancelled` only.
    init(in stateDict: StateDict) throws(FramegenError) {
        let fits = KnownNetwork.all.flatMap { known in
            stateDict.fits(of: known.network.parameters).map { (network: known, fit: $0) }
        }
        let complete = fits.filter(\.fit.isComplete).map { (network: $0.network, place: $0.fit.place) }
        // As for rendering: a generator is what is looked for, and the audio encoder where there is none.
        let generators = complete.filter { $0.network.name != AudioEncoder.ave.name }
        let candidates = generators.isEmpty ? complete : generators
        var ambiguity: String?
        var place = candidates.first?.place
        do throws(FramegenError) {
            place = try stateDict.meantPlace(of: candidates)
        } catch  where error.code == .cancelled {
            throw error
        } catch {
            ambiguity = error.message
        }
        self.ambiguity = ambiguity
        whole = candidates.filter { $0.place.prefix == place?.prefix }.map(\.network)
        var prefixes: [String] = []
        for (_, other) in complete where other.prefix != place?.prefix && !prefixes.contains(other.prefix) {
            prefixes.append(other.prefix)
        }
        otherPrefixes = prefixes
        // Of networks that fit alike, the first is the one that is meant if nothing else is said.
        let most = fits.map(\.fit.matchCount).max()
        let nearest = whole.isEmpty ? fits.first { $0.fit.matchCount == most } : nil
        closest = nearest?.network
        isMostlyThere = nearest.map { 2 * $0.fit.matchCount > $0.network.network.parameters.count } ?? !whole.isEmpty
        self.place = place ?? nearest?.fit.place
    }

    /// The file's keys of a network that stands whole.
    var ownKeys: [String]? {
        guard let place else { return nil }
        return whole.first?.network.parameters.map { place.fileKey(for: $0.key) }
    }

    func mismatches(in stateDict: StateDict) -> [CheckpointInspection.Mismatch] {
        guard let place, let network = whole.first ?? closest else { return [] }
        return stateDict.mismatches(of: network.network.parameters, at: place).map {
            CheckpointInspection.Mismatch(
                key: $0.key, kind: CheckpointInspection.Mismatch.Kind($0.kind), shape: $0.shape,
                expectedShape: $0.expectedShape)
        }
    }

    /// Tensors that the network does not use and that are no mismatches either, by where their way leaves the network's.
    func beside(in stateDict: StateDict) -> [CheckpointInspection.TensorGroup] {
        guard let place, let network = whole.first ?? closest else { return [] }
        let parameters = network.network.parameters
        let mismatched = Set(stateDict.mismatches(of: parameters, at: place).map(\.key))
        var counts: [String: Int] = [:]
        var names: [String] = []
        for key in stateDict.keys(beside: parameters, at: place) where !mismatched.contains(key) {
            let name = Self.group(of: key, beside: place.prefix)
            if counts[name] == nil { names.append(name) }
            counts[name, default: 0] += 1
        }
        return names.map { CheckpointInspection.TensorGroup(prefix: $0, tensorCount: counts[$0] ?? 0) }
    }

    /// The parts that a key has in common with a prefix, and the one after them.
    private static func group(of key: String, beside prefix: String) -> String {
        let parts = key.split(separator: ".", omittingEmptySubsequences: false)
        let own = prefix.split(separator: ".", omittingEmptySubsequences: false).dropLast()
        let common = zip(parts, own).prefix { $0 == $1 }.count
        return parts.prefix(common + 1).joined(separator: ".")
    }
}

extension KnownNetwork {
    var variant: CheckpointInspection.Variant {
        CheckpointInspection.Variant(name: name, multiplyAdds: network.multiplyAdds)
    }
}

extension CheckpointInspection.Mismatch.Kind {
    fileprivate init(_ kind: TensorMismatch.Kind) {
        switch kind {
        case .missing: self = .missing
        case .misshapen: self = .misshapen
        case .notFloatingPoint: self = .notFloatingPoint
        case .extra: self = .extra
        }
    }
}

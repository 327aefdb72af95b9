package import FrameGeneration

/// Where in a checkpoint a network's tensors stand.
package struct NetworkPlace: Sendable, Hashable {
    /// What stands before the network's own keys, with its dot; empty where nothing does.
    package let prefix: String
    /// How the layers are named.
    package let scheme: KeyScheme

    /// What the file calls the tensor that a description calls `key`.
    package func fileKey(for key: String) -> String { prefix + scheme.fileKey(for: key) }

    /// For messages, such as `under state_dict.model`; empty where the keys have no prefix.
    package var text: String { prefix.isEmpty ? "" : "under \(Printable.text(prefix.dropLast()))" }
}

/// A place with some of a network's tensors, or all.
package struct NetworkFit: Sendable {
    package let place: NetworkPlace
    /// Tensors that are there in the right shape.
    package let matchCount: Int
    /// Whether all are.
    package let isComplete: Bool
}

extension StateDict {
    /// Every place with tensors of a network in the right shape: one for a prefix, those with the most tensors first.
    package func fits(of parameters: [NetworkGraph.Parameter]) -> [NetworkFit] {
        let schemes = KeyScheme.allCases
        var counts: [Substring: [Int]] = [:]
        var prefixes: [Substring] = []
        for (index, scheme) in schemes.enumerated() {
            var shapes: [Substring: [Int]] = [:]
            for parameter in parameters { shapes[Substring(scheme.fileKey(for: parameter.key))] = parameter.shape }
            let mostParts = shapes.keys.map { $0.utf8.count { $0 == UInt8(ascii: ".") } + 1 }.max() ?? 0
            for key in keys {
                for start in Self.starts(ofLastParts: mostParts, in: key) {
                    guard let shape = shapes[key[start...]], shape == self.shape(of: key) else { continue }
                    let prefix = key[..<start]
                    if counts[prefix] == nil { prefixes.append(prefix) }
                    counts[prefix, default: schemes.map { _ in 0 }][index] += 1
                }
            }
        }
        let fits = prefixes.map { prefix in
            let found = counts[prefix] ?? []
            let most = found.max() ?? 0
            // Where both schemes name a network alike, it is the first.
            let scheme = schemes[found.firstIndex(of: most) ?? 0]
            return NetworkFit(
                place: NetworkPlace(prefix: String(prefix), scheme: scheme), matchCount: most,
                isComplete: most == parameters.count)
        }
        // Sorting alone would not keep the order of the file.
        return fits.enumerated().sorted { ($1.element.matchCount, $0.offset) < ($0.element.matchCount, $1.offset) }
            .map(\.element)
    }

    /// Where the last part of a key begins, the last two, and so on.
    private static func starts(ofLastParts most: Int, in key: String) -> [String.Index] {
        var starts: [String.Index] = []
        var place = key.utf8.endIndex
        while starts.count < most, place > key.utf8.startIndex {
            let before = key.utf8.index(before: place)
            if key.utf8[before] == UInt8(ascii: ".") { starts.append(place) }
            place = before
        }
        if starts.count < most { starts.append(key.startIndex) }
        return starts
    }
}

extension StateDict {
    /// Where a network stands whole.
    ///
    /// - Returns: nil where it does nowhere.
    /// - Throws: as `meantPlace(of:)`.
    package func place(of network: KnownNetwork) throws(FramegenError) -> NetworkPlace? {
        let complete = fits(of: network.network.parameters).filter(\.isComplete)
        return try meantPlace(of: complete.map { (network: network, place: $0.place) })
    }

    /// The one place that is meant of those where networks stand whole (Documentation/model-family/generator.md,
    /// "Checkpoints"): the one under `weightsKey`, where that is said;
    /// the one where training scripts put a state dict; else the only one, or the first of several that
    /// hold the same weights.
    ///
    /// - Parameter found: networks that stand whole, and where.
    /// - Returns: nil for no places.
    /// - Throws: `FramegenError` with `.invalidData` that names the places where it cannot be told, or when the weights
    ///   to be compared are damaged.
    package func meantPlace(
        of found: [(network: KnownNetwork, place: NetworkPlace)]
    ) throws(FramegenError) -> NetworkPlace? {
        var places: [NetworkPlace] = []
        for (_, place) in found where !places.contains(where: { $0.prefix == place.prefix }) { places.append(place) }
        func list(_ places: [NetworkPlace]) -> String {
            let all = places.prefix(4).map { place in
                let title = found.first { $0.place.prefix == place.prefix }?.network.title ?? "a network"
                return "\(title) \(place.prefix.isEmpty ? "without a prefix" : place.text)"
            }
            return all.joined(separator: " and ") + (places.count > 4 ? " and \(places.count - 4) more" : "")
        }
        if let weightsKey {
            let chosen = places.filter { isUnder("\(weightsKey).", $0) }
            guard places.isEmpty || !chosen.isEmpty else {
                throw FramegenError(
                    .invalidData, "\(path) holds no whole network under \(weightsKey), but \(list(places))")
            }
            places = chosen
        }
        guard places.count > 1 else { return places.first }
        let usual = places.filter { isUnder(usualPrefix, $0) }
        if weightsKey == nil, !usual.isEmpty { places = usual }
        let first = places[0]
        for other in places.dropFirst() {
            guard try !hold(found, alike: first, other) else { continue }
            throw FramegenError(
                .invalidData, "\(path) holds \(list(places)), with different weights: choose one by its weights key")
        }
        return first
    }

    /// Whether it has that prefix, but for what training on several processors or compiled puts before the keys.
    private func isUnder(_ prefix: String, _ place: NetworkPlace) -> Bool {
        guard place.prefix.hasPrefix(prefix) else { return false }
        return place.prefix.dropFirst(prefix.count).split(separator: ".")
            .allSatisfy { ["module", "_orig_mod"].contains($0) }
    }

    /// Whether the same networks stand at both places, with the same weights.
    private func hold(
        _ found: [(network: KnownNetwork, place: NetworkPlace)], alike place: NetworkPlace, _ other: NetworkPlace
    ) throws(FramegenError) -> Bool {
        func networks(at place: NetworkPlace) -> [KnownNetwork] {
            found.filter { $0.place.prefix == place.prefix }.map(\.network)
        }
        guard let network = networks(at: place).first?.network,
            networks(at: place).map(\.name) == networks(at: other).map(\.name)
        else { return false }
        for parameter in network.parameters {
            let (key, otherKey) = (place.fileKey(for: parameter.key), other.fileKey(for: parameter.key))
            guard !isOneTensor(key, otherKey) else { continue }
            guard try tensor(key) == tensor(otherKey) else { return false }
        }
        return true
    }
}

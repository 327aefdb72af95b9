package import FrameGeneration

// A checkpoint has hundreds of tensors: an error says how many are wrong, and shows a few.

extension StateDict {
    /// Why the file is not what it is meant to be: what it seems to be, and how far its tensors fit.
    ///
    /// - Parameters:
    ///   - title: what it is meant to be, such as `a SyncTalk_2D 328 ave generator`.
    ///   - parameters: what that network reads.
    /// - Returns: an error with `.invalidData`, of one line.
    package func refusal(as title: String, of parameters: [NetworkGraph.Parameter]) -> FramegenError {
        if let closest, closest.fit.isComplete, !closest.networks.contains(where: { $0.title == title }) {
            return FramegenError(.invalidData, "\(path) is \(appearance), expected \(title)")
        }
        let fit = fits(of: parameters).first
        let matchCount = fit?.matchCount ?? 0
        let place = fit?.place ?? NetworkPlace(prefix: usualPrefix, scheme: .wrappedInSequential)
        var parts: [String] = []
        if closest?.networks.contains(where: { $0.title == title }) != true {
            parts.append("it seems to be \(appearance)")
        }
        if !place.text.isEmpty, matchCount > 0 { parts.append("the closest is \(place.text)") }
        parts.append("\(matchCount) of \(parameters.count) tensors fit")
        let mismatches = mismatches(of: parameters, at: place)
        for kind in TensorMismatch.Kind.allCases {
            let those = mismatches.filter { $0.kind == kind }
            guard !those.isEmpty else { continue }
            let examples = those.prefix(Self.exampleCount).map { $0.text(at: place) }.joined(separator: ", ")
            let more = those.count > Self.exampleCount ? " and \(those.count - Self.exampleCount) more" : ""
            parts.append("\(those.count) \(kind.text): \(examples)\(more)")
        }
        if !foreignNames.isEmpty, matchCount < parameters.count {
            parts.append("objects made by \(foreignNames.joined(separator: ", ")) were passed over")
        }
        return FramegenError(.invalidData, "\(path) is not \(title): \(parts.joined(separator: "; "))")
    }

    /// What the file seems to hold, whatever it is meant to be, as the rest of "it seems to be".
    package var appearance: String {
        if let (networks, fit) = closest {
            let place = fit.place.text.isEmpty ? "" : " \(fit.place.text)"
            let titles = networks.map(\.title).joined(separator: " or ") + place
            let count = networks.first?.network.parameters.count ?? 0
            return fit.isComplete ? titles : "\(titles), of which \(fit.matchCount) of \(count) tensors are there"
        }
        let last = keys.map { $0.split(separator: ".").last ?? "" }
        if last.allSatisfy(Self.optimizerKeys.contains) { return "the state of an optimizer without its network" }
        let examples = keys.prefix(Self.exampleCount).map { key in
            "\(Printable.text(key, longest: Self.longestExample)) \(Self.text(of: shape(of: key) ?? []))"
        }
        let more = keys.count > Self.exampleCount ? " and \(keys.count - Self.exampleCount) more" : ""
        return "another network, with \(examples.joined(separator: ", "))\(more)"
    }

    /// The networks that most of the tensors belong to, if most of theirs are there.
    private var closest: (networks: [KnownNetwork], fit: NetworkFit)? {
        let best = KnownNetwork.all.map { known in (network: known, fit: fits(of: known.network.parameters).first) }
        let most = best.compactMap { $0.fit?.matchCount }.max() ?? 0
        let closest = best.filter { $0.fit?.matchCount == most }
        guard let first = closest.first, let fit = first.fit, 2 * most > first.network.network.parameters.count else {
            return nil
        }
        return (closest.map(\.network), fit)
    }

    /// What PyTorch's optimizers keep for a weight.
    private static let optimizerKeys: Set<Substring> = [
        "step", "exp_avg", "exp_avg_sq", "max_exp_avg_sq", "exp_inf", "momentum_buffer", "square_avg", "grad_avg",
        "sum",
        "acc_delta", "lr",
    ]

    private static let exampleCount = 3
    fileprivate static let longestExample = 80

    /// A file can say shapes of many dimensions.
    fileprivate static func text(of shape: [Int]) -> String {
        shape.count <= 6 ? "\(shape)" : "[\(shape.prefix(6).map { "\($0)" }.joined(separator: ", ")), …]"
    }
}

extension TensorMismatch {
    /// Without the prefix of the place.
    fileprivate func text(at place: NetworkPlace) -> String {
        let key = Printable.text(key.dropFirst(place.prefix.count), longest: StateDict.longestExample)
        guard kind == .misshapen, let shape, let expectedShape else { return key }
        return "\(key) is \(StateDict.text(of: shape)), expected \(StateDict.text(of: expectedShape))"
    }
}

extension TensorMismatch.Kind {
    fileprivate var text: String {
        switch self {
        case .missing: "missing"
        case .misshapen: "misshapen"
        case .notFloatingPoint: "not floating point"
        case .extra: "extra"
        }
    }
}

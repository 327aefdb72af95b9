import FrameGeneration
import ModelFiles

/// A network of the family that a checkpoint may be of.
struct KnownNetwork {
    let name: String
    let network: Network

    /// The generators, then the audio encoder.
    static let all =
        Generator.all.map { KnownNetwork(name: $0.name, network: $0.network) } + [
            KnownNetwork(name: AudioEncoder.ave.name, network: AudioEncoder.ave.network(batch: 1))
        ]

    var variant: CheckpointInspection.Variant {
        CheckpointInspection.Variant(name: name, multiplyAdds: network.multiplyAdds)
    }
}

/// How well a checkpoint's tensors are a network's.
struct NetworkFit {
    let network: KnownNetwork
    let scheme: KeyScheme
    /// Tensors that are there in the right shape.
    let matchCount: Int
    /// Whether all are.
    let isComplete: Bool
    /// In the order of the network, then those the network does not expect, in the order of the file.
    let mismatches: [CheckpointInspection.Mismatch]

    init(of stateDict: StateDict, to network: KnownNetwork) {
        let parameters = network.network.parameters
        let scheme = stateDict.keyScheme(of: parameters.map(\.key))
        var known: Set<String> = []
        var mismatches: [CheckpointInspection.Mismatch] = []
        var matchCount = 0
        for parameter in parameters {
            let key = scheme.fileKey(for: parameter.key)
            known.insert(key)
            func mismatch(_ kind: CheckpointInspection.Mismatch.Kind) -> CheckpointInspection.Mismatch {
                CheckpointInspection.Mismatch(
                    key: key, kind: kind, shape: stateDict.shape(of: key), expectedShape: parameter.shape)
            }
            guard let shape = stateDict.shape(of: key) else {
                mismatches.append(mismatch(.missing))
                continue
            }
            if shape == parameter.shape { matchCount += 1 } else { mismatches.append(mismatch(.misshapen)) }
            if stateDict.dataType(of: key)?.isFloatingPoint == false { mismatches.append(mismatch(.notFloatingPoint)) }
        }
        // How many batches a batch norm was trained on; inference has no use for it.
        for key in stateDict.keys where !known.contains(key) && !key.hasSuffix(".num_batches_tracked") {
            mismatches.append(
                CheckpointInspection.Mismatch(
                    key: key, kind: .extra, shape: stateDict.shape(of: key), expectedShape: nil))
        }
        self.network = network
        self.scheme = scheme
        self.matchCount = matchCount
        isComplete = matchCount == parameters.count
        self.mismatches = mismatches
    }
}

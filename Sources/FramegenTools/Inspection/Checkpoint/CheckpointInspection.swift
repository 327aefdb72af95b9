import FrameGeneration
import ModelFiles

/// What a PyTorch checkpoint holds, and what is wrong with it; also of one that `generate` refuses.
public struct CheckpointInspection: Sendable, Encodable {
    /// The file.
    public let path: String
    /// The networks whose tensors the file holds; several where no tensor tells them apart, the one that is taken if
    /// nothing else is said first.
    public let variants: [Variant]
    /// The network that most of the tensors belong to, where the file holds none as a whole.
    public let closestVariant: Variant?
    /// What the file seems to be, in words, where it holds no network as a whole, nor most of one.
    public let appearance: String?
    /// How the file names the layers; nil where it is no network that framegen knows.
    public let keyScheme: String?
    /// All that stands before the network's keys, from the file's root on, with its dot, such as `state_dict.model.`;
    /// nil where it is no network that framegen knows.
    public let prefix: String?
    /// Further prefixes under which networks of the family stand whole.
    public let otherPrefixes: [String]
    /// Why framegen cannot tell which of several networks is meant; nil where it can.
    public let ambiguity: String?
    /// Tensors that the network does not use.
    public let beside: [TensorGroup]
    /// Some of the names of what makes the objects that were passed over, such as `argparse.Namespace`.
    public let passedOver: [String]
    /// Tensors in all.
    public let tensorCount: Int
    /// How the tensors are stored, the commonest type first.
    public let storage: [StorageType]
    /// Values that training learns: the network's, or all where none is whole.
    public let parameterCount: Int
    /// Values of batch norms' running means and variances, of the same tensors.
    public let statisticCount: Int
    /// How the tensors differ from those of the variant, or of the closest one.
    public let mismatches: [Mismatch]
    /// Tensors whose values are suspicious, in the order of the file: of the network, or of all where none is whole.
    public let suspiciousTensors: [SuspiciousTensor]
    /// Whether all these values were looked at; not so with more than 2²⁷ of them.
    public let allValuesWereRead: Bool
    /// Whether framegen uses the file: a variant was found, nothing is missing or too much, and all values are finite.
    public let isUsable: Bool

    /// A network that framegen knows.
    public struct Variant: Sendable, Hashable, Encodable {
        /// Such as `SyncTalk_2D 328 ave`.
        public let name: String
        /// Multiply-adds of one run: a frame, or a row of features.
        public let multiplyAdds: Int
    }

    /// Tensors that stand together.
    public struct TensorGroup: Sendable, Hashable, Encodable {
        /// What their keys begin with, without its dot, such as `optimizer` or `state_dict.loss`.
        public let prefix: String
        /// How many there are.
        public let tensorCount: Int
    }

    /// Tensors that are stored alike.
    public struct StorageType: Sendable, Hashable, Encodable {
        /// PyTorch's name of the type, such as `float16`.
        public let type: String
        /// Tensors of the type.
        public let tensorCount: Int
        /// Their values.
        public let valueCount: Int
    }

    /// A tensor that is not what the network expects.
    public struct Mismatch: Sendable, Hashable, Encodable {
        /// The file's own key.
        public let key: String
        /// What is the matter with it.
        public let kind: Kind
        /// The shape in the file; nil where the tensor is missing.
        public let shape: [Int]?
        /// The shape the network expects; nil where it expects no such tensor.
        public let expectedShape: [Int]?

        /// How a tensor can differ.
        public enum Kind: String, Sendable, Hashable, Encodable {
            case missing, extra, misshapen
            case notFloatingPoint = "not_floating_point"
        }
    }

    /// Reads every tensor; blocks.
    ///
    /// - Throws: `FramegenError` naming the file: `.notFound`, `.invalidData` when it is no checkpoint or damaged
    ///   beyond recognition, or `.cancelled`.
    package init(path: String) throws(FramegenError) {
        let stateDict = try PyTorchCheckpoint.stateDict(at: path)
        let found = try FoundNetworks(in: stateDict)
        self.path = path
        passedOver = stateDict.foreignNames
        tensorCount = stateDict.keys.count
        storage = Self.storage(of: stateDict)

        variants = found.whole.map(\.variant)
        closestVariant = found.closest?.variant
        appearance = found.isMostlyThere ? nil : stateDict.appearance
        prefix = found.place?.prefix
        keyScheme = found.place?.scheme.rawValue
        otherPrefixes = found.otherPrefixes
        ambiguity = found.ambiguity
        beside = found.beside(in: stateDict)
        mismatches = found.mismatches(in: stateDict)

        let keys = found.ownKeys ?? stateDict.keys
        var counts = (parameters: 0, statistics: 0)
        for key in keys where stateDict.dataType(of: key)?.isFloatingPoint == true {
            let count = stateDict.valueCount(of: key)
            if Self.isStatistic(key) { counts.statistics &+= count } else { counts.parameters &+= count }
        }
        (parameterCount, statisticCount) = counts

        var suspicious: [String: [SuspiciousTensor]] = [:]
        allValuesWereRead = try stateDict.visitTensors(keys, mostValues: Self.mostValues) { key, tensor in
            suspicious[key] = SuspiciousTensor.all(in: tensor, key: key)
        }
        suspiciousTensors = stateDict.keys.flatMap { suspicious[$0] ?? [] }
        isUsable =
            !variants.isEmpty && ambiguity == nil && mismatches.isEmpty
            && !suspiciousTensors.contains(where: \.isFatal)
    }

    /// Ten times the largest of the family's checkpoints.
    private static let mostValues = 1 << 27

    private static func isStatistic(_ key: String) -> Bool {
        key.hasSuffix(".running_mean") || key.hasSuffix(".running_var")
    }

    private static func storage(of stateDict: StateDict) -> [StorageType] {
        Dictionary(grouping: stateDict.keys) { stateDict.dataType(of: $0)?.rawValue ?? "" }
            .map { type, keys in
                StorageType(
                    type: type, tensorCount: keys.count,
                    valueCount: keys.reduce(0) { $0 &+ stateDict.valueCount(of: $1) })
            }
            .sorted { ($0.tensorCount, $1.type) > ($1.tensorCount, $0.type) }
    }
}

extension StateDict {
    /// A file can say shapes whose product is checked against its size, so it fits.
    fileprivate func valueCount(of key: String) -> Int { (shape(of: key) ?? []).reduce(1, &*) }
}

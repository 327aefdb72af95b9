public import FrameGeneration

/// The tensors of a checkpoint by key; their values stay in the file until they are asked for.
public struct StateDict: Sendable {
    /// The checkpoint's path, as it was given.
    public let path: String
    /// In the order of the file, without the `module.` of data-parallel training.
    public let keys: [String]
    /// The dictionaries that the tensors stand under, from the file's root on; empty for a bare state dict.
    package let wrappers: [String]
    /// Whether keys of the file have the `module.` of data-parallel training.
    package let hasModulePrefix: Bool

    private let tensors: [String: StoredTensor]
    private let archive: ZipArchive
    private let storages: [String: ZipArchive.Entry]

    /// 1 GiB, twenty times the largest of the family's checkpoints as a whole.
    private static let mostStorageBytes = 1 << 30

    /// The sizes of the tensor `key` from the outermost dimension to the innermost, or nil if there is none.
    public func shape(of key: String) -> [Int]? { tensors[key]?.shape }

    /// How the file stores the tensor `key`, or nil if there is none.
    public func dataType(of key: String) -> TensorDataType? { tensors[key]?.dataType }

    /// Reads the tensor `key`, converted to float32.
    ///
    /// Values that are not finite stay as they are.
    ///
    /// - Throws: `FramegenError` with `.invalidData` if there is no such tensor, or its bytes are damaged.
    public func tensor(_ key: String) throws(FramegenError) -> Tensor {
        guard let tensor = try tensors([key])[key] else { throw FramegenError(.internalFailure, "\(path): \(key)") }
        return tensor
    }

    /// Reads several tensors, converted to float32; every storage they share is read once.
    ///
    /// - Throws: `FramegenError` with `.invalidData` if one is missing, or its bytes are damaged.
    public func tensors(_ keys: [String]) throws(FramegenError) -> [String: Tensor] {
        var keysByStorage: [String: [String]] = [:]
        // In the order of the keys: in a dictionary's, which changes from run to run, so would the memory's peak.
        var storageKeys: [String] = []
        for key in keys {
            guard let tensor = tensors[key] else {
                throw FramegenError(.invalidData, "\(path) holds no tensor \(Printable.text(key))")
            }
            if keysByStorage[tensor.storageKey] == nil { storageKeys.append(tensor.storageKey) }
            keysByStorage[tensor.storageKey, default: []].append(key)
        }
        var result: [String: Tensor] = [:]
        for storageKey in storageKeys {
            try Task.checkNotCancelled()
            let bytes = try storage(storageKey)
            for key in keysByStorage[storageKey] ?? [] {
                guard let stored = tensors[key], let tensor = stored.tensor(from: bytes) else {
                    throw tooLarge(key, storageKey)
                }
                result[key] = tensor
            }
        }
        return result
    }

    /// Reads every tensor, one at a time, storage by storage.
    ///
    /// - Parameters:
    ///   - mostValues: after so many values the rest is passed over; a small file can hold many large views.
    ///   - visit: is given each tensor, or why it cannot be read.
    /// - Returns: whether all tensors were read.
    /// - Throws: `FramegenError` with `.cancelled` only.
    package func visitTensors(
        mostValues: Int, _ visit: (_ key: String, _ tensor: Result<Tensor, FramegenError>) -> Void
    ) throws(FramegenError) -> Bool {
        var valuesLeft = mostValues
        let keysByStorage = Dictionary(grouping: keys) { tensors[$0]?.storageKey ?? "" }
        for (storageKey, keys) in keysByStorage.sorted(by: { $0.key < $1.key }) {
            let bytes: [UInt8]
            do throws(FramegenError) {
                try Task.checkNotCancelled()
                bytes = try storage(storageKey)
            } catch  where error.code == .cancelled {
                throw error
            } catch {
                for key in keys { visit(key, .failure(error)) }
                continue
            }
            for key in keys {
                try Task.checkNotCancelled()
                guard let stored = tensors[key], stored.elementCount <= valuesLeft else { return false }
                valuesLeft -= stored.elementCount
                visit(key, stored.tensor(from: bytes).map { .success($0) } ?? .failure(tooLarge(key, storageKey)))
            }
        }
        return true
    }

    private func storage(_ key: String) throws(FramegenError) -> [UInt8] {
        guard let entry = storages[key] else {
            throw FramegenError(.invalidData, "\(path) holds no storage data/\(Printable.text(key))")
        }
        return try archive.bytes(of: entry, mostBytes: Self.mostStorageBytes)
    }

    private func tooLarge(_ key: String, _ storageKey: String) -> FramegenError {
        FramegenError(
            .invalidData,
            "\(path): \(Printable.text(key)) of \(shape(of: key) ?? []) repeats data/\(Printable.text(storageKey)) to "
                + "more values than can be held")
    }
}

extension StateDict {
    /// Where training scripts put the state dict, in the order they are looked for
    /// (Documentation/model-family/generator.md, "Checkpoints").
    private static let wrapperKeys = ["model", "model_state_dict", "state_dict"]
    private static let mostWrappers = 8

    init(
        _ pickle: Pickle, path: String, archive: ZipArchive, storages: [String: ZipArchive.Entry]
    ) throws(FramegenError) {
        var keys: [String] = []
        var tensors: [String: StoredTensor] = [:]
        let (items, wrappers) = try Self.items(of: pickle, path: path)
        for (key, value) in items {
            guard case .tensor(let index) = value else {
                throw FramegenError(
                    .invalidData, "\(path): \(Printable.text(key)) is \(value.kind), expected a tensor")
            }
            let bare = Self.withoutModulePrefix(key)
            guard tensors.updateValue(pickle.tensors[index], forKey: bare) == nil else {
                throw FramegenError(.invalidData, "\(path) holds \(Printable.text(bare)) twice")
            }
            keys.append(bare)
        }
        self.path = path
        self.keys = keys
        self.wrappers = wrappers
        hasModulePrefix = items.contains { $0.key.hasPrefix("module.") }
        self.tensors = tensors
        self.archive = archive
        self.storages = storages
    }

    /// The state dict's items, and the keys it stands under; of a key set again, the last, as Python has it.
    private static func items(
        of pickle: Pickle, path: String
    ) throws(FramegenError) -> (items: [(key: String, value: PickleValue)], wrappers: [String]) {
        var root = pickle.root
        var wrappers: [String] = []
        // Bounded, because a dictionary can hold itself.
        for _ in 0...mostWrappers {
            guard case .dictionary(let index) = root else {
                throw FramegenError(.invalidData, "\(path) holds \(root.kind), expected a state dict")
            }
            var values: [String: PickleValue] = [:]
            var keys: [String] = []
            for (key, value) in pickle.dictionaries[index] {
                // Numbers are keys of an optimizer's state, not of weights.
                guard case .string(let key) = key else { continue }
                if values.updateValue(value, forKey: key) == nil { keys.append(key) }
            }
            let wrapper = wrapperKeys.first { key in
                if case .dictionary = values[key] { true } else { false }
            }
            if let wrapper, let wrapped = values[wrapper] {
                root = wrapped
                wrappers.append(wrapper)
                continue
            }
            let items = keys.compactMap { key in values[key].map { (key: key, value: $0) } }
            guard items.contains(where: { if case .tensor = $0.value { true } else { false } }) else {
                let found = keys.isEmpty ? "is empty" : "holds \(Printable.text(keys.joined(separator: ", ")))"
                throw FramegenError(
                    .invalidData,
                    "\(path) holds no state dict: expected tensors, or a dictionary of them under "
                        + "\(wrapperKeys.joined(separator: ", ")), but it \(found)")
            }
            return (items, wrappers)
        }
        throw FramegenError(
            .invalidData,
            "\(path) nests dictionaries under \(wrapperKeys.joined(separator: ", ")) over \(mostWrappers) deep")
    }

    private static func withoutModulePrefix(_ key: String) -> String {
        var key = Substring(key)
        while key.hasPrefix("module.") { key = key.dropFirst("module.".count) }
        return String(key)
    }
}

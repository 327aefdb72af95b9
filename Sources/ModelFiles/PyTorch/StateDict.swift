public import FrameGeneration

/// The tensors of a checkpoint by key; their values stay in the file until they are asked for.
///
/// A tensor's key is all that leads to it from the file's root on, joined by dots: that of each dictionary it stands in,
/// and its own. A network's tensors may stand anywhere among them, under one prefix.
public struct StateDict: Sendable {
    /// The checkpoint's path, as it was given.
    public let path: String
    /// In the order of the file, those of outer dictionaries first.
    public let keys: [String]
    /// The prefix of the dictionary that training scripts put the state dict into, with its dot; empty for the root.
    package let usualPrefix: String
    /// The key that the network which is meant stands under, such as `ema`; nil to tell by where it usually stands.
    package var weightsKey: String?
    /// Some of the names that the objects are made by which were passed over.
    package let foreignNames: [String]

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

    /// Reads the tensors `keys`, one at a time, storage by storage.
    ///
    /// - Parameters:
    ///   - keys: of tensors that are there.
    ///   - mostValues: after so many values the rest is passed over; a small file can hold many large views.
    ///   - visit: is given each tensor, or why it cannot be read.
    /// - Returns: whether all of them were read.
    /// - Throws: `FramegenError` with `.cancelled` only.
    package func visitTensors(
        _ keys: [String], mostValues: Int, _ visit: (_ key: String, _ tensor: Result<Tensor, FramegenError>) -> Void
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
    init(
        _ pickle: Pickle, path: String, archive: ZipArchive, storages: [String: ZipArchive.Entry]
    ) throws(FramegenError) {
        let table = try TensorTable(pickle, path: path)
        self.path = path
        keys = table.keys
        usualPrefix = table.usualPrefix
        foreignNames = pickle.foreignNames
        tensors = table.tensors
        self.archive = archive
        self.storages = storages
    }

    /// Whether both are one view of the same bytes.
    func isOneTensor(_ key: String, _ other: String) -> Bool { tensors[key] == tensors[other] }
}

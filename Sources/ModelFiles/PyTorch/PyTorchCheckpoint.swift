public import FrameGeneration

/// Reads the checkpoints that PyTorch's `save` writes (Documentation/model-family/generator.md, "Checkpoints").
///
/// Nothing in a file is executed: objects that are no tensors or dictionaries are passed over, and a pickle that names
/// what runs commands or code is refused.
public enum PyTorchCheckpoint {
    /// 16 MB: enough for a hundred thousand tensors, little enough for what a hostile one could make of it.
    private static let mostPickleBytes = 16 << 20

    /// Reads which tensors the dictionaries and lists of the file at `path` hold.
    ///
    /// Only the layout is read; `StateDict` fetches values when they are asked for.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - weightsKey: the key that the network which is meant stands under, such as `ema`, where there are several; nil to
    ///     tell by where networks usually stand.
    /// - Returns: the tensors by key.
    /// - Throws: `FramegenError`: `.notFound` if there is no regular file at `path` or it may not be read;
    ///   `.invalidData` if it is no whole checkpoint in the zip format of PyTorch 1.6 and later, holds no tensors, or
    ///   names what runs commands or code.
    public static func stateDict(
        at path: String, weightsKey: String? = nil
    ) throws(FramegenError) -> StateDict {
        let file = try RegularFile(path)
        let start = try file.bytes(in: 0..<min(file.byteCount, FileRecognition.byteCount))
        if let objection = FileRecognition.objection(toFileStartingWith: start) {
            throw FramegenError(.invalidData, "\(path) \(objection)")
        }
        let archive = try ZipArchive(file)
        try Task.checkNotCancelled()
        if let objection = FileRecognition.objection(toArchiveHolding: archive.entries.keys) {
            throw FramegenError(.invalidData, "\(path) \(objection)")
        }
        guard let pickleEntry = archive.entries.values.first(where: { FileRecognition.isRootPickle($0.name) }) else {
            throw FramegenError(.invalidData, "\(path) holds no data.pkl")
        }
        let folder = pickleEntry.name.dropLast("data.pkl".count)
        if let entry = archive.entries["\(folder)byteorder"] {
            let order = String(decoding: try archive.bytes(of: entry, mostBytes: 64), as: UTF8.self)
            guard order == "little" else {
                throw FramegenError(
                    .invalidData, "\(path) was saved with byte order \(Printable.text(order)), expected little")
            }
        }
        let storages = try storages(in: archive, below: "\(folder)data/")
        let pickle = try Unpickler.pickle(
            of: try archive.bytes(of: pickleEntry, mostBytes: mostPickleBytes), path: path,
            storageByteCounts: storages.mapValues(\.byteCount))
        var stateDict = try StateDict(pickle, path: path, archive: archive, storages: storages)
        stateDict.weightsKey = weightsKey
        return stateDict
    }

    private static func storages(
        in archive: ZipArchive, below folder: String
    ) throws(FramegenError) -> [String: ZipArchive.Entry] {
        var storages: [String: ZipArchive.Entry] = [:]
        for entry in archive.entries.values where entry.name.hasPrefix(folder) {
            try archive.requireStored(entry)
            storages[String(entry.name.dropFirst(folder.count))] = entry
        }
        return storages
    }
}

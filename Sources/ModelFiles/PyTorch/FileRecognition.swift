internal import FrameGeneration

/// Tells what a file is that people take for a checkpoint, and what to do about it.
enum FileRecognition {
    /// Enough for every pattern below, of which tar's lies furthest in.
    static let byteCount = 512

    private static let resave = "re-save it with a recent PyTorch: torch.save(torch.load(path), path)"

    /// - Parameter start: the first `byteCount` bytes of the file, or all of it.
    /// - Returns: what the file is, as the rest of a sentence; nil for what begins as a zip archive does.
    static func objection(toFileStartingWith start: [UInt8]) -> String? {
        if start.isEmpty { return "is empty, expected a PyTorch checkpoint" }
        // A zip archive's first entry, or the end of one without entries.
        if start.starts(with: Array("PK\u{3}\u{4}".utf8)) || start.starts(with: Array("PK\u{5}\u{6}".utf8)) {
            return nil
        }
        if let objection = objectionToOldCheckpoint(start) ?? objectionToText(start) ?? objectionToOtherModel(start) {
            return objection
        }
        let found = FileContent.words(ofFileStartingWith: start)
        return "is not a PyTorch checkpoint: it \(found), expected a zip archive as torch.save writes it"
    }

    /// PyTorch's formats before 1.6 (Documentation/model-family/generator.md, "Checkpoints").
    private static func objectionToOldCheckpoint(_ start: [UInt8]) -> String? {
        // 0x1950a86a20f9469cfc6c, pickled first; a frame may stand before it.
        let magic: [UInt8] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]
        if (0..<16).contains(where: { start.dropFirst($0).starts(with: magic) }) {
            return "is in the format of PyTorch before 1.6; \(resave)"
        }
        if start.dropFirst(257).starts(with: Array("ustar".utf8)) {
            return "is a tar archive, the format of early PyTorch; \(resave)"
        }
        if start.count >= 2, start[0] == 0x80, (2...5).contains(start[1]) {
            return "is a bare pickle, expected a zip archive as torch.save writes it"
        }
        return nil
    }

    private static func objectionToText(_ start: [UInt8]) -> String? {
        let text = String(decoding: start, as: UTF8.self).lowercased()
        if text.hasPrefix("version https://git-lfs") {
            return "is a git-lfs pointer, not the file itself; fetch it with git lfs pull"
        }
        let trimmed = text.drop { $0.isWhitespace || $0 == "\u{feff}" }
        if trimmed.hasPrefix("<!doctype html") || trimmed.hasPrefix("<html") {
            return "is a web page, expected a PyTorch checkpoint; download the file itself"
        }
        return nil
    }

    private static func objectionToOtherModel(_ start: [UInt8]) -> String? {
        // The length of a JSON header, 64 bits, then the header.
        if start.count > 9, start[6...7].allSatisfy({ $0 == 0 }), start[8] == 0x7b {
            return "is a safetensors file, expected a PyTorch checkpoint made by torch.save"
        }
        if start.starts(with: [0x89, 0x48, 0x44, 0x46]) {
            return "is an HDF5 file (Keras), expected a PyTorch checkpoint made by torch.save"
        }
        if start.starts(with: [0x1f, 0x8b]) {
            return "is compressed with gzip, expected a PyTorch checkpoint; unpack it first"
        }
        return nil
    }

    /// Whether an entry is `<name>/data.pkl`; deeper ones are none.
    static func isRootPickle(_ name: String) -> Bool {
        name.hasSuffix("/data.pkl") && name.count(where: { $0 == "/" }) == 1
    }

    /// The same for zip archives, by what they hold.
    ///
    /// - Returns: nil for an archive with the one `<name>/data.pkl` that `torch.save` writes.
    static func objection(toArchiveHolding names: some Collection<String>) -> String? {
        let pickles = names.filter(isRootPickle)
        let folder = pickles.first.map { $0.dropLast("data.pkl".count) }
        if let folder,
            names.contains("\(folder)constants.pkl") || names.contains(where: { $0.hasPrefix("\(folder)code/") })
        {
            return "is a TorchScript archive (torch.jit.save), expected a checkpoint; save the model's state_dict() "
                + "with torch.save"
        }
        switch pickles.count {
        case 1: return nil
        case 0:
            let inner = names.filter { name in [".pth", ".pt"].contains { name.hasSuffix($0) } }.min()
            if let inner { return "is a zip archive with \(Printable.text(inner)) inside; unpack it first" }
            if !names.isEmpty, names.allSatisfy({ $0.hasSuffix(".npy") }) {
                return
                    "is a zip archive of NumPy arrays (.npz), which is no PyTorch checkpoint; features in it are read "
                    + "when it is unpacked"
            }
            return "is a zip archive but no PyTorch checkpoint: it holds no data.pkl"
        default: return "is no PyTorch checkpoint: it holds data.pkl \(pickles.count) times"
        }
    }
}

import FrameGeneration

/// What tells the kept values of a template frame from all others: a hash of what computes them, and one of the face
/// crop that they are computed of.
///
/// Nothing else of the template has a part in them, so a file of its that changes without changing the crop changes
/// nothing here.
struct KeptValueKey: Equatable {
    /// Of what computes the values.
    let source: [UInt8]
    /// Of the face crop.
    let faceCrop: [UInt8]

    init(source: [UInt8], faceCrop: PixelImage) {
        self.source = source
        let hash = ContentHash()
        hash.update([faceCrop.width, faceCrop.height])
        hash.update(faceCrop.pixels)
        self.faceCrop = hash.finish()
    }

    /// The name of the file for it.
    var fileName: String { "\(Self.hexadecimal(source))-\(Self.hexadecimal(faceCrop)).\(Self.fileExtension)" }

    private static let fileExtension = "values"

    /// How the names of a source's files begin.
    static func fileNameStart(source: [UInt8]) -> String { "\(hexadecimal(source))-" }

    /// Whether a name is that of a file for some key.
    static func isFileName(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1] == fileExtension else { return false }
        let hashes = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        return hashes.count == 2
            && hashes.allSatisfy { $0.utf8.count == 2 * ContentHash.byteCount && $0.allSatisfy(\.isHexDigit) }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension KeptValueSource {
    /// A hash of all that the values depend on besides the face crop, and of who writes them.
    ///
    /// The engine and the processor have no part in it: they make a difference in the last bits only.
    func hash() -> [UInt8] {
        let hash = ContentHash()
        let facts = [
            "framegen \(framegenVersion), format \(KeptValueFile.formatVersion)",
            "ring \(face.ring), mask \(face.mask), \(precision)",
            // Every field of every node, strings in quotes.
            String(reflecting: model.network),
        ]
        for fact in facts { hash.update(Array("\(fact)\n".utf8)) }
        // The network says how many values each has.
        for parameter in model.network.parameters { hash.update(model.weights[parameter.key]?.values ?? []) }
        return hash.finish()
    }
}

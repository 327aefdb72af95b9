import Foundation
internal import FrameGeneration

/// `Manifest.json`, which says what a package holds.
struct CoreMLManifest: Codable {
    let fileFormatVersion: String
    let itemInfoEntries: [String: Item]
    let rootModelIdentifier: String

    struct Item: Codable {
        let author: String
        let description: String
        let name: String
        /// Below the package's `Data`.
        let path: String
    }

    private static let mostBytes = 1 << 20

    /// That of the packages that are written: fixed identifiers, so that the same model gives the same bytes.
    static let written: CoreMLManifest = {
        func item(_ name: String, _ description: String) -> Item {
            Item(
                author: CoreMLFormat.author, description: description, name: name,
                path: "\(CoreMLFormat.author)/\(name)")
        }
        let (model, weights) = ("7D3F0C52-0F6D-4E0B-9C5B-6C1A2B8E4D01", "7D3F0C52-0F6D-4E0B-9C5B-6C1A2B8E4D02")
        return CoreMLManifest(
            fileFormatVersion: "1.0.0",
            itemInfoEntries: [
                model: item(CoreMLFormat.model, "CoreML Model Specification"),
                weights: item(CoreMLFormat.weights, "CoreML Model Weights"),
            ],
            rootModelIdentifier: model)
    }()

    /// The JSON of it.
    func bytes() throws(FramegenError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return try [UInt8](encoder.encode(self))
        } catch {
            throw FramegenError(.internalFailure, "the package's manifest cannot be encoded", cause: error)
        }
    }

    /// Reads the manifest of the package at `path`.
    ///
    /// - Returns: where in the package the model's file is.
    /// - Throws: `FramegenError`: `.notFound` when there is none, `.invalidData` when it is no manifest.
    static func modelLocation(inPackageAt path: String) throws(FramegenError) -> String {
        let owner = "\(path): the package's manifest"
        let file = try ContainedFile.open(CoreMLFormat.manifest, in: path, owner: owner)
        guard file.byteCount <= mostBytes else {
            throw FramegenError(
                .invalidData, "\(owner) has \(file.byteCount) bytes, expected at most \(mostBytes)")
        }
        let bytes = try file.bytes(in: 0..<file.byteCount)
        let manifest: CoreMLManifest
        do {
            manifest = try JSONDecoder().decode(CoreMLManifest.self, from: Data(bytes))
        } catch {
            throw FramegenError(
                .invalidData,
                "\(owner) is damaged, expected JSON with fileFormatVersion, itemInfoEntries of four texts each, and "
                    + "rootModelIdentifier", cause: error)
        }
        guard manifest.fileFormatVersion.split(separator: ".").first == "1" else {
            throw FramegenError(
                .invalidData,
                "\(owner) is of version \(Printable.text(manifest.fileFormatVersion)), expected 1.0.0")
        }
        guard let item = manifest.itemInfoEntries[manifest.rootModelIdentifier] else {
            throw FramegenError(.invalidData, "\(owner) names no model: its root is not among its items")
        }
        return "\(CoreMLFormat.data)/\(item.path)"
    }
}

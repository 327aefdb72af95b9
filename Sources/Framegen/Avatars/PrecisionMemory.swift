import Foundation
package import FrameGeneration

/// What a trial of the precisions has found for an avatar, remembered in the user's cache folder.
///
/// What cannot be read there is found out anew, and what cannot be written is forgotten.
package struct PrecisionMemory: Sendable {
    private let folder: String
    private let name: String
    private var path: String { "\(folder)/\(name)" }

    /// The memory for a generator, an audio encoder and a template, told from others by what they hold, and for the
    /// machine at hand.
    ///
    /// - Parameters:
    ///   - parts: the avatar's.
    ///   - audioEncoderPath: its audio encoder, if it has one.
    ///   - engineNames: the engines whose arithmetic it is.
    ///   - folder: nil for the user's.
    /// - Throws: `FramegenError` when the files cannot be read.
    package init(
        for parts: AvatarParts, audioEncoderPath: String?, engineNames: [String], folder: String? = nil
    ) throws(FramegenError) {
        let hash = ContentHash()
        let (generator, model) = (parts.generator, parts.model)
        let frames = PrecisionTrial.templateIndices(parts.template).map { parts.template.frames[$0] }
        let facts = [
            "framegen \(framegenVersion), trial \(PrecisionTrial.version)",
            "\(engineNames)", "\(parts.templateCacheInBytes)",
            "\(generator.name), \(generator.face)", "\(ProcessInfo.processInfo.hostName), \(processorCount)",
            String(reflecting: model.network),
        ]
        let places = frames.map { frame in "\(frame.cropRect)" + (frame.box.map { ", \($0)" } ?? "") }
        for fact in facts + places { hash.update(Array("\(fact)\n".utf8)) }
        for parameter in model.network.parameters { hash.update(model.weights[parameter.key]?.values ?? []) }
        let paths = [audioEncoderPath] + frames.flatMap { [$0.imagePath, $0.parsingPath] }
        for path in paths.compactMap({ $0 }) {
            let file = try RegularFile(path)
            hash.update(try file.bytes(in: 0..<file.byteCount))
        }
        let digits = hash.finish().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        name = "precision-\(digits).json"
        self.folder = folder ?? CacheFolder.user
    }

    /// What was found before; nil when nothing was.
    package var outcome: PrecisionTrial.Outcome? {
        guard let file = try? RegularFile(path), file.byteCount < 4096,
            let bytes = try? file.bytes(in: 0..<file.byteCount)
        else { return nil }
        return try? JSONDecoder().decode(PrecisionTrial.Outcome.self, from: Data(bytes))
    }

    /// Keeps `outcome` for runs to come, if it can be written.
    package func remember(_ outcome: PrecisionTrial.Outcome) {
        guard let data = try? JSONEncoder().encode(outcome), (try? Folder.make(folder)) != nil else { return }
        try? AtomicFile.write(Array(data), to: path)
    }
}

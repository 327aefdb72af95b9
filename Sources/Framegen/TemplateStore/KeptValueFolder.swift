import Foundation
package import FrameGeneration
import Synchronization

/// A folder that keeps what the network has computed for a template's frames, a file for each.
///
/// A file that is missing, damaged, or none of ours is written anew. Two runs may use the folder at a time. What
/// belongs to other networks or crops than the run's is left for runs to come, within a bound: of the run's
/// own files and of all others, the most recently used stay when a run begins to add some, as many of each as the template
/// has frames. Whoever lets two checkpoints take turns computes nothing twice.
package final class KeptValueFolder: KeptValueStoring {
    private struct Source {
        let hash: [UInt8]
        let file: KeptValueFile
    }

    private struct State {
        var source: Source?
        var failure: FramegenError?
    }

    /// Hidden files older than this were left by a run that was killed while it wrote them.
    private static let longestWriteInSeconds = 3600.0

    package let path: String
    private let frameCount: Int
    private let mark = UUID().uuidString
    private let state = Mutex(State())
    /// Whether there is a folder with room in it; held while that is seen to, as workers store side by side.
    private let isPrepared = Mutex(false)

    /// The folder for a template; it is made when there is something to be written.
    package init(for template: Template) {
        path = "\(template.path)/framegen-cache"
        frameCount = template.frames.count
    }

    /// Why nothing more is written, where that failed.
    package var warning: String? {
        state.withLock { $0.failure }.map { "what was computed for the template is not all kept: \($0.message)" }
    }

    package func prepare(for source: KeptValueSource) {
        let prepared = Source(hash: source.hash(), file: KeptValueFile(shapes: source.shapes))
        state.withLock { $0.source = prepared }
    }

    package func values(for faceCrop: PixelImage) -> [BFloat16Tensor]? {
        guard let source = state.withLock({ $0.source }) else { return nil }
        let key = KeptValueKey(source: source.hash, faceCrop: faceCrop)
        let filePath = "\(path)/\(key.fileName)"
        guard let values = source.file.read(filePath, key) else { return nil }
        // So that files go in the order of their use. Where it may not be written, nothing goes.
        utimes(filePath, nil)
        return values
    }

    package func store(_ values: [BFloat16Tensor], for faceCrop: PixelImage) {
        let (source, hasFailed) = state.withLock { ($0.source, $0.failure != nil) }
        guard let source, !hasFailed else { return }
        noteFailure { () throws(FramegenError) in
            try prepareFolder(for: source)
            let key = KeptValueKey(source: source.hash, faceCrop: faceCrop)
            let filePath = "\(path)/\(key.fileName)"
            // A file is replaced, and an empty folder would be in the way; one that holds something is not ours.
            rmdir(filePath)
            try source.file.write(values, to: filePath, key, mark: mark)
        }
    }

    private func noteFailure(_ work: () throws(FramegenError) -> Void) {
        do throws(FramegenError) {
            try work()
        } catch {
            state.withLock { $0.failure = error }
        }
    }

    /// Before the first file is written: makes the folder, and in it room.
    private func prepareFolder(for source: Source) throws(FramegenError) {
        try isPrepared.withLock { isPrepared throws(FramegenError) in
            guard !isPrepared else { return }
            try Folder.make(path)
            removeOldFiles(KeptValueKey.fileNameStart(source: source.hash))
            isPrepared = true
        }
    }

    /// Removes what a killed run left half-written, and the files that were not used for the longest time.
    private func removeOldFiles(_ ownStart: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let partials = names.filter { $0.hasPrefix(".") && $0.contains(".values.") && $0.hasSuffix(".partial") }
        for name in partials where lastUse(name).timeIntervalSinceNow < -Self.longestWriteInSeconds { remove(name) }
        let files = names.filter(KeptValueKey.isFileName)
        for group in [files.filter { $0.hasPrefix(ownStart) }, files.filter { !$0.hasPrefix(ownStart) }] {
            let newestFirst = group.map { (name: $0, lastUse: lastUse($0)) }.sorted { $0.lastUse > $1.lastUse }
            for file in newestFirst.dropFirst(frameCount) { remove(file.name) }
        }
    }

    private func lastUse(_ name: String) -> Date {
        let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
        return attributes?[.modificationDate] as? Date ?? .now
    }

    /// Fails for a folder, which is none of ours.
    private func remove(_ name: String) { unlink("\(path)/\(name)") }
}

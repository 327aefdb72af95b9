import EngineSupport
public import FrameGeneration
import Framegen

/// The runtimes that framegen knows: what is installed of each, and what is found.
public struct RuntimeList: Sendable, Hashable, Encodable {
    /// One for each engine that needs a runtime, in the order in which they are chosen.
    public let runtimes: [Entry]

    /// A runtime.
    public struct Entry: Sendable, Hashable, Encodable {
        /// The engine's name, such as `openvino`.
        public let engine: String
        /// The release that is installed.
        public let installedRelease: String
        /// The command that downloads it, for a machine without a network; nil where there is no build for this machine.
        public let downloadCommand: String?
        /// The library that is found; nil where there is none, or it cannot be opened.
        public let libraryPath: String?
        /// Its version.
        public let version: String?
        /// Why there is none, and what to do.
        public let fault: String?
    }

    /// Looks for them, and opens those that are found, in the background.
    ///
    /// - Throws: `FramegenError` with `.cancelled` only.
    public init() async throws(FramegenError) {
        self = try await runBlocking { () throws(FramegenError) in RuntimeList(EngineKind.all) }
    }

    private init(_ engines: [EngineKind]) {
        runtimes = engines.compactMap { engine in
            guard let runtime = engine.runtime else { return nil }
            let command = try? RuntimeWheel(of: runtime.kind).downloadCommand(into: "wheels").joined(separator: " ")
            var library: EngineKind.Library?
            var fault: String?
            do throws(FramegenError) { library = try runtime.locate() } catch { fault = error.message }
            return Entry(
                engine: engine.name, installedRelease: runtime.kind.release.version, downloadCommand: command,
                libraryPath: library?.path, version: library?.version, fault: fault)
        }
    }
}

package import FrameGeneration
package import Framegen

/// An inference runtime, as far as it was found, and whether a network runs on it.
public struct RuntimeDiagnosis: Sendable, Hashable, Encodable {
    /// The engine's name, such as `openvino`.
    public let name: String
    /// The library; nil where none was found.
    public let libraryPath: String?
    /// Its version; nil where none was found.
    public let version: String?
    /// What it can compute on by the names of `--provider`; that it was built with one does not
    /// mean that its device is there.
    public let providers: [String]
    /// Whether it ran a small network to the right result.
    public let works: Bool
    /// Seconds it took to load, compile and run the small network; nil where that failed.
    public let trialInSeconds: Double?
    /// Why it was not found or does not work, and what to do.
    public let fault: String?

    /// The runtimes that framegen knows.
    static func all() -> [RuntimeDiagnosis] {
        EngineKind.all.compactMap { kind in
            guard let runtime = kind.runtime else { return nil }
            return RuntimeDiagnosis(name: kind.name, locate: runtime.locate) { () throws(FramegenError) in
                try kind.make(EngineKind.Device()).engine
            }
        }
    }

    /// Finds and tries the runtime of an engine.
    package init(
        name: String, locate: () throws(FramegenError) -> EngineKind.Library,
        engine: () throws(FramegenError) -> any InferenceEngine
    ) {
        self.name = name
        var library: EngineKind.Library?
        var seconds: Double?
        var fault: String?
        do throws(FramegenError) {
            library = try locate()
            seconds = try EngineTrial.run(try engine()) / .seconds(1)
        } catch {
            fault = error.message
        }
        libraryPath = library?.path
        version = library?.version
        providers = library?.providers ?? []
        works = seconds != nil
        trialInSeconds = seconds
        self.fault = fault
    }
}

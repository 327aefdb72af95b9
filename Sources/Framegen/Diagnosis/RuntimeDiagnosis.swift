package import FrameGeneration
import ONNXRuntimeEngine
import OpenVINOEngine

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

    /// The library an engine was found in.
    package struct Library: Sendable {
        package let path: String
        package let version: String
        package let providers: [String]

        package init(path: String, version: String, providers: [String] = []) {
            self.path = path
            self.version = version
            self.providers = providers
        }
    }

    /// The runtimes that framegen knows.
    static func all() -> [RuntimeDiagnosis] {
        [
            RuntimeDiagnosis(of: OpenVINOEngine()) { () throws(FramegenError) in
                let runtime = try OpenVINOEngine.locateRuntime()
                return Library(path: runtime.libraryPath, version: runtime.version)
            },
            RuntimeDiagnosis(of: ONNXRuntimeEngine()) { () throws(FramegenError) in
                let runtime = try ONNXRuntimeEngine.locateRuntime()
                return Library(
                    path: runtime.libraryPath, version: runtime.version, providers: runtime.providers.map(\.rawValue))
            },
        ]
    }

    /// Finds and tries the runtime of `engine`.
    package init(of engine: any InferenceEngine, locate: () throws(FramegenError) -> Library) {
        name = engine.name
        var library: Library?
        var seconds: Double?
        var fault: String?
        do throws(FramegenError) {
            library = try locate()
            seconds = try EngineTrial.run(engine) / .seconds(1)
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

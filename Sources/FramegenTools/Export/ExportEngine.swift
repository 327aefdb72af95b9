import FrameGeneration
import Framegen

/// The engine that an export is validated with.
struct ExportEngine: Sendable {
    let engine: any InferenceEngine
    let options: SessionOptions
    var warnings: [String] = []
}

extension EngineSettings {
    /// The engine in `precision` with all threads, found in the background.
    ///
    /// - Throws: as `engine(in:)`.
    func exportEngine(in precision: Precision) async throws(FramegenError) -> ExportEngine {
        let found = try await engine(in: precision)
        return ExportEngine(
            engine: found.engine, options: SessionOptions(threads: try threadCount(), precision: precision),
            warnings: found.warning.map { [$0] } ?? [])
    }
}

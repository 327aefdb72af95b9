public import FrameGeneration

extension Take {
    /// Writes all frames to `outputs`.
    ///
    /// When this fails, or is cancelled, frames written as images stay, each of them whole; of a video nothing is left, and
    /// an older one stays.
    ///
    /// - Returns: what was made.
    /// - Throws: `FramegenError` of the outputs and the stages.
    @discardableResult
    public func write(to outputs: [Output]) async throws(FramegenError) -> TakeSummary {
        try await write(to: try await open(outputs))
    }

    /// A sink for each of `outputs`; what the user should know of them is reported.
    ///
    /// - Throws: `FramegenError` of the speech and the outputs.
    package func open(_ outputs: [Output]) async throws(FramegenError) -> [any FrameSink] {
        let format = try await format
        let sinks = try await runBlocking { () throws(FramegenError) in
            try outputs.map { output throws(FramegenError) in try output.open(format) }
        }
        for sink in sinks {
            if let warning = sink.warning { report(.warning(warning)) }
        }
        return sinks
    }
}

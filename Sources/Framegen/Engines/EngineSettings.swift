public import FrameGeneration

/// What runs the networks, and on how much of the machine.
public struct EngineSettings: Sendable, Codable, Hashable {
    /// The engine.
    public var choice = EngineChoice.automatic
    /// What ONNX Runtime computes on; nil for the processor, and for engines that have no choice.
    public var provider: ExecutionProvider?
    /// What Core ML may compute on; nil for the processor and the Neural Engine, and for other engines.
    public var computeUnits: ComputeUnits?
    /// Threads that networks may use; nil for one a processor.
    public var threads: Int?

    /// The automatic choice on all processors, to be changed as needed.
    public init() {}

    /// An engine by its name, on all processors.
    public init(_ choice: EngineChoice) { self.choice = choice }

    /// Reads settings of which all may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        choice = try container.decode(.choice, default: choice)
        provider = try container.decodeIfPresent(ExecutionProvider.self, forKey: .provider)
        computeUnits = try container.decodeIfPresent(ComputeUnits.self, forKey: .computeUnits)
        threads = try container.decodeIfPresent(Int.self, forKey: .threads)
    }

    /// Threads that networks may use.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` for less than one.
    package func threadCount() throws(FramegenError) -> Int {
        guard threads ?? 1 >= 1 else {
            throw FramegenError(.invalidRequest, "the number of threads is \(threads ?? 0), expected 1 or more")
        }
        return threads ?? processorCount
    }

    /// Finds the engine, in the background, and says what the user should know about it.
    ///
    /// - Throws: as `EngineChoice.resolve`.
    package func engine(
        in precision: Precision
    ) async throws(FramegenError) -> (engine: any InferenceEngine, warning: String?) {
        try await runBlocking { () throws(FramegenError) in
            try choice.resolve(provider: provider, computeUnits: computeUnits, precision: precision)
        }
    }

    /// The precision that may be faster than fp32 here; nil where there is none to try out.
    var fasterPrecision: Precision? {
        let mayBeCoreML = choice == .coreml || choice == .automatic && provider == nil
        if mayBeCoreML, EngineKind.isCoreMLHere { return .fp16 }
        return ProcessorFeatures.current.hasBF16 ? .bf16 : nil
    }
}

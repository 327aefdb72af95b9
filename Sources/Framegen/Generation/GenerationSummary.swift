public import FrameGeneration

/// What a request has made.
public struct GenerationSummary: Sendable, Codable, Hashable {
    /// The take alone, without the loading of the avatar.
    public let take: TakeSummary
    /// From the request to the completed outputs, the avatar's loading included.
    public let durationInSeconds: Double
    /// Where the frames went.
    public let outputs: [Output]
    /// The name of the generator that the avatar's file turned out to be.
    public let generatorName: String
    /// The name of the engine that ran the networks.
    public let engineName: String
    /// The arithmetic of the frames.
    public let precision: Precision
    /// Why that precision was chosen, where the request left it open and the processor has more than one.
    public let precisionReason: String?

    /// Frames written.
    public var frameCount: Int { take.frameCount }

    init(_ take: TakeSummary, _ request: GenerationRequest, _ avatar: Avatar, duration: Duration) {
        self.take = take
        durationInSeconds = duration / .seconds(1)
        outputs = request.outputs
        generatorName = avatar.generator.name
        engineName = avatar.engineName
        precision = avatar.precision
        precisionReason = avatar.precisionReason
    }
}

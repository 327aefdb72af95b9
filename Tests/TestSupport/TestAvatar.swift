package import FrameGeneration

extension Avatar {
    /// An avatar without weights, unless `model` has some: everything is kept, and the network runs in parts where the
    /// engine can do so.
    ///
    /// - Parameters:
    ///   - template: the person.
    ///   - generator: by default the one with the smallest network.
    ///   - model: the generator's network; nil for one of zeros.
    ///   - engine: by default one that computes nothing.
    ///   - threads: in all; so many sessions, up to 4, run side by side when the network runs in parts.
    ///   - templateCacheInBytes: 0 to run the network as a whole.
    ///   - platform: by default one without files.
    ///   - change: of what else there is to it.
    /// - Returns: the avatar.
    /// - Throws: what its initialiser throws.
    package static func test(
        _ template: Template, generator: Generator = .ultralight160Hubert, model: NetworkModel? = nil,
        engine: any InferenceEngine = StandInEngine(), threads: Int = 1, templateCacheInBytes: Int = 1 << 30,
        platform: Platform = .test(), changing change: (inout AvatarParts) -> Void = { _ in }
    ) async throws -> Avatar {
        var parts = AvatarParts(
            generator: generator, model: try model ?? .zeros(for: generator), template: template, engine: engine,
            platform: platform)
        parts.threads = ThreadBudget(threadCount: threads)
        parts.templateCacheInBytes = templateCacheInBytes
        change(&parts)
        return try await Avatar(parts)
    }
}

extension SpeechEncoder {
    /// The AVE encoder without weights on `engine`.
    package static func test(
        engine: any InferenceEngine, onLoad: @escaping @Sendable () throws(FramegenError) -> Void = {}
    ) -> SpeechEncoder {
        SpeechEncoder(.ave, engine: engine, options: SessionOptions(threads: 1)) { (batch) throws(FramegenError) in
            try onLoad()
            let network = AudioEncoder.ave.network(batch: batch)
            let weights = Dictionary(
                uniqueKeysWithValues: network.parameters.map { ($0.key, Tensor(zeros: $0.shape)) })
            return try NetworkModel(network: network, weights: weights)
        }
    }
}

/// Makes of each mel window a row of its mean, so that rows tell what they were made of.
package struct MeanEngine: InferenceEngine {
    package let name = "mean"
    package let computesAnyNetwork = true

    package init() {}

    package func makeSession(
        for model: NetworkModel, options: SessionOptions
    ) throws(FramegenError) -> sending any InferenceSession { Session() }

    private final class Session: InferenceSession {
        func run(_ inputs: [Tensor]) -> [Tensor] {
            let batch = inputs[0].shape[0]
            let size = inputs[0].values.count / batch
            let values = (0..<batch).flatMap { index in
                let window = inputs[0].values[index * size..<(index + 1) * size]
                return [Float](repeating: window.reduce(0, +) / Float(size), count: 512)
            }
            return [Tensor(shape: [batch, 512, 1, 1], values: values)]
        }
    }
}

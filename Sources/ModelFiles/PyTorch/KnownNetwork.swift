package import FrameGeneration

/// A network that a checkpoint may hold.
package struct KnownNetwork: Sendable {
    /// Such as `SyncTalk_2D 328 ave`.
    package let name: String
    /// For messages, such as `a SyncTalk_2D 328 ave generator`.
    package let title: String
    /// For one frame, or one row of features.
    package let network: NetworkGraph

    package init(_ generator: Generator) {
        name = generator.name
        title = "\(generator.name.hasPrefix("U") ? "an" : "a") \(generator.name) generator"
        network = generator.network
    }

    package init(_ encoder: AudioEncoder) {
        name = encoder.name
        title = "an \(encoder.name)"
        network = encoder.network(batch: 1)
    }

    /// The generators in the order of `Generator.all`, then the audio encoder.
    package static let all = Generator.all.map { KnownNetwork($0) } + [KnownNetwork(.ave)]
}

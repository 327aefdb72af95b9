import Foundation
import Framegen
import Synchronization
import TestSupport

/// Runs of the pipeline on one template, with what its network computes kept on disk.
struct StoredRuns {
    let template: TemplateFolder
    /// As many as the walk over three images takes to see each.
    static let frameCount = 5
    static let imageCount = 3

    var path: String { template.folder.file("framegen-cache") }

    init() throws {
        template = try TemplateFolder(images: [0, 1, 2], landmarks: [0, 1, 2])
    }

    /// What is different from one run to another.
    struct Settings: Sendable {
        var generator = Generator.ultralight160Hubert
        /// Every weight of the network.
        var weight: Float = 0.5
        var precision = NetworkPrecision(.fp32)
        var budgetInBytes = 1 << 30
        var engineName = "mixing"
        var isStored = true
        /// Takes of the same avatar, one after the other.
        var takeCount = 1
    }

    struct Result {
        var images: [PixelImage] = []
        /// Runs of the network's part that depends on template frames alone.
        let templateRuns: Int
        /// Of each take.
        let takeCounts: [TemplateFrameCounts]
        var counts: TemplateFrameCounts { takeCounts[0] }
        let warning: String?
    }

    func run(_ settings: Settings = Settings()) async throws -> Result {
        let runs = Mutex(0)
        // That part reads the face only.
        let engine = ObservedEngine(MixingEngine(name: settings.engineName)) { _, inputs in
            if inputs.count == 1 { runs.withLock { $0 += 1 } }
        }
        let network = settings.generator.network
        let model = try NetworkModel(
            network: network,
            weights: Dictionary(
                uniqueKeysWithValues: network.parameters.map { parameter in
                    let count = parameter.shape.reduce(1, *)
                    return (
                        parameter.key,
                        Tensor(shape: parameter.shape, values: [Float](repeating: settings.weight, count: count))
                    )
                }))
        let template = try template.open()
        let store = settings.isStored ? KeptValueFolder(for: template) : nil
        let rowShape = settings.generator.features.rowShape
        var platform = Platform.standard
        platform.imageDecoder = TextImageDecoder()
        var parts = AvatarParts(
            generator: settings.generator, model: model, template: template, engine: engine, platform: platform)
        parts.threads = ThreadBudget(threadCount: 2)
        parts.precision = settings.precision
        parts.templateCacheInBytes = settings.budgetInBytes
        parts.store = store
        let avatar = try await Avatar(parts)
        var (images, counts): ([PixelImage], [TemplateFrameCounts]) = ([], [])
        for _ in 0..<settings.takeCount {
            let features = FeatureRows(Tensor(zeros: [Self.frameCount] + rowShape))
            let take = avatar.speak(.rows(features))
            images += try await take.images()
            counts.append(take.times.templateFrames)
        }
        return Result(
            images: images, templateRuns: runs.withLock { $0 }, takeCounts: counts, warning: store?.warning)
    }

    /// Names in the folder, hidden ones too.
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: "\(path)/\(name)"))) }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
    }
}

/// Computes no network, but values that depend on all that it is given, at once.
private struct MixingEngine: InferenceEngine {
    let name: String
    let computesAnyNetwork = true

    func makeSession(
        for model: NetworkModel, options: SessionOptions
    ) throws(FramegenError) -> sending any InferenceSession {
        let network = model.network
        return Session(shapes: network.outputs.compactMap { name in network.nodes.first { $0.name == name }?.shape })
    }

    private final class Session: InferenceSession {
        private let shapes: [[Int]]

        init(shapes: [[Int]]) { self.shapes = shapes }

        func run(_ inputs: [Tensor]) -> [Tensor] {
            var mixed: UInt32 = 0
            for input in inputs { for value in input.values { mixed = mixed &* 31 &+ value.bitPattern } }
            return shapes.map { shape in
                Tensor(
                    shape: shape,
                    values: (0..<UInt32(shape.reduce(1, *))).map { Float((mixed &+ $0 &* 7919) >> 8 & 0xff) / 255 })
            }
        }
    }
}

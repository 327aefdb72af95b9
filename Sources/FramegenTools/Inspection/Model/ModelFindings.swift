import FrameGeneration
import Framegen
import ModelFiles

/// What is found in a model's file once it is read as a network, whatever its format.
struct ModelFindings {
    /// The generators, or the audio encoder, that the file is taken for, by what goes in and what comes out.
    let variants: [String]
    /// What the first of `variants` takes.
    let variantMultiplyAdds: Int?
    let multiplyAdds: Int?
    let parameterCount: Int?
    let suspiciousTensors: [SuspiciousTensor]
    /// Why framegen does not run the file; nil if it does.
    let problem: String?

    /// What `read`, which reads the network, throws is the problem, but for `.cancelled`.
    ///
    /// - Throws: `FramegenError` with `.cancelled`.
    init(of path: String, _ read: () throws(FramegenError) -> NetworkModel) throws(FramegenError) {
        var model: NetworkModel?
        var problem: String?
        do throws(FramegenError) {
            model = try read()
        } catch {
            guard error.code != .cancelled else { throw error }
            problem = error.message
        }
        let known = model.map { Self.variants(of: $0.network) } ?? []
        variants = known.map(\.name)
        variantMultiplyAdds = known.first?.multiplyAdds
        if model != nil, known.isEmpty {
            problem = "\(path) computes none of the family's networks: no generator has its inputs and output"
        }
        self.problem = problem
        multiplyAdds = model?.network.multiplyAdds
        parameterCount = model?.weights.values.reduce(0) { $0 + $1.values.count }
        suspiciousTensors =
            model.map { model in
                model.weights.sorted { $0.key < $1.key }
                    .flatMap { SuspiciousTensor.all(in: .success($0.value), key: $0.key) }
            } ?? []
    }

    private static func variants(of network: NetworkGraph) -> [CheckpointInspection.Variant] {
        let generators = Generator.all.filter { $0.hasInterface(of: network) }.map {
            CheckpointInspection.Variant(name: $0.name, multiplyAdds: $0.network.multiplyAdds)
        }
        let encoder = AudioEncoder.ave.network(batch: 1)
        // Exporters give the features as 1×512 or as 1×512×1×1.
        func outputSizes(_ network: NetworkGraph) -> [Int] { network.outputShapes.map { $0.reduce(1, *) } }
        let isEncoder =
            network.inputs.map(\.shape) == encoder.inputs.map(\.shape) && outputSizes(network) == outputSizes(encoder)
        return generators
            + (isEncoder
                ? [CheckpointInspection.Variant(name: AudioEncoder.ave.name, multiplyAdds: encoder.multiplyAdds)] : [])
    }
}

import FrameGeneration

/// Runs the first layers, then another engine's session, then the decoder's last levels.
final class FusedSession: InferenceSession {
    private let network: FusedNetwork
    private let rest: any InferenceSession
    private let firstMemory: [RowMemory]
    /// Of each level, the face's last.
    private let upMemory: [[RowMemory]]

    init(_ network: FusedNetwork, rest: sending any InferenceSession) {
        self.network = network
        self.rest = rest
        let threads = 0..<network.threads
        firstMemory = network.first.map { layers in threads.map { _ in layers.makeFirstMemory() } } ?? []
        let levels = network.ups + (network.last.map { [$0] } ?? [])
        upMemory = levels.map { layers in threads.map { _ in layers.makeUpMemory() } }
    }

    func run(_ inputs: [Tensor]) throws(FramegenError) -> [Tensor] { try run([], inputs) }

    func run(_ kept: [BFloat16Tensor], _ inputs: [Tensor]) throws(FramegenError) -> [Tensor] {
        let model = network.model
        let declared = model.model.network.inputs
        try declared.check(shapes: kept.map(\.shape) + inputs.map(\.shape))
        var values: [String: Tensor] = [:]
        for (input, tensor) in zip(declared.dropFirst(kept.count), inputs) { values[input.name] = tensor }
        if let first = model.first, let layers = network.first, let image = values[first.stem.image.name] {
            values[first.result.name] = result(first.result.shape, firstMemory) { result, rows, memory in
                image.values.withUnsafeBufferPointer { image in
                    guard let image = image.baseAddress else { return }
                    layers.runFirst(image, into: result, rows: rows, memory)
                }
            }
        }
        let restInputs = model.rest.network.inputs
        let names = Set(restInputs.map(\.name))
        let restKept = zip(declared, kept).filter { names.contains($0.0.name) }.map(\.1)
        let outputs = try rest.run(restKept, restInputs.dropFirst(restKept.count).compactMap { values[$0.name] })
        guard let last = model.last, let layers = network.last else { return outputs }
        for (name, tensor) in zip(model.rest.network.outputs, outputs) { values[name] = tensor }
        let skips = model.ups.map(\.convolutions.skipSource) + [last.source]
        for (input, tensor) in zip(declared, kept) where skips.contains(input) { values[input.name] = tensor.widened }
        for (level, (up, layers)) in zip(model.ups, network.ups).enumerated() {
            let read = [skips[level], up.convolutions.half]
            values[up.result.name] = try run(
                layers, read.map { values[$0.name] }, of: read, to: up.result.shape, upMemory[level])
        }
        let read = [last.source, last.convolutions.half]
        let face = try run(
            layers, read.map { values[$0.name] }, of: read, to: last.result.shape, upMemory[model.ups.count])
        return [face]
    }

    /// Runs a level of the decoder.
    private func run(
        _ layers: PreparedLayers, _ tensors: [Tensor?], of expected: [NetworkGraph.Value], to shape: [Int],
        _ memory: [RowMemory]
    ) throws(FramegenError) -> Tensor {
        let found = tensors.compactMap(\.self)
        guard found.map(\.shape) == expected.map(\.shape) else {
            throw FramegenError(
                .internalFailure,
                "the engine returned \(found.map(\.shape)) for \(expected.map(\.name)), expected \(expected.map(\.shape))"
            )
        }
        let (skip, half) = (found[0], found[1])
        return result(shape, memory) { result, rows, memory in
            skip.values.withUnsafeBufferPointer { skip in
                half.values.withUnsafeBufferPointer { half in
                    guard let skip = skip.baseAddress, let half = half.baseAddress else { return }
                    layers.runUp(skip, half, into: result, rows: rows, memory)
                }
            }
        }
    }

    /// A tensor whose rows the network's threads fill, each some of them.
    private func result(_ shape: [Int], _ memory: [RowMemory], _ fill: @escaping RowParts.Fill) -> Tensor {
        let values = PageArray<Float>(unsafeUninitializedCapacity: shape.reduce(1, *)) { buffer, filled in
            guard let base = buffer.baseAddress else { return }
            RowParts(result: base, memory: memory, fill: fill).run(shape[2])
            filled = buffer.count
        }
        return Tensor(shape: shape, values: values)
    }
}

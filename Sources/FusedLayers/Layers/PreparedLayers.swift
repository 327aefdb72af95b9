internal import CFusedLayers
import FrameGeneration

/// Layers with their weights as rows are computed with them.
///
/// Nothing in them changes once they are made, so any thread may run them.
final class PreparedLayers: Sendable {
    // A pointer, which Swift takes for unsafe to share whatever it points to.
    private let address: UInt

    private var pointer: OpaquePointer? { OpaquePointer(bitPattern: address) }

    /// - Throws: `FramegenError` with `.internalFailure` where memory is short.
    init(_ layers: FirstLayers, of model: NetworkModel, kind: RowsKind) throws(FramegenError) {
        let weights = LayerWeights(model)
        let prepared = withExtendedLifetime(weights) {
            var description = framegen_first_layers(
                side: Int32(layers.stem.side), stem: weights.stem(layers.stem), expand: weights[layers.expand],
                depthwise: weights[layers.depthwise], project: weights[layers.project])
            return framegen_first_layers_prepare(&description, kind.number)
        }
        address = try Self.checked(prepared)
    }

    /// - Throws: `FramegenError` with `.internalFailure` where memory is short.
    init(_ layers: UpLayers, of model: NetworkModel, kind: RowsKind) throws(FramegenError) {
        let weights = LayerWeights(model)
        let prepared = withExtendedLifetime(weights) {
            var (description, project) = (weights.up(layers.convolutions), weights[layers.secondProject])
            return framegen_up_layers_prepare(&description, &project, kind.number)
        }
        address = try Self.checked(prepared)
    }

    /// - Throws: `FramegenError` with `.internalFailure` where memory is short.
    init(_ layers: LastLayers, of model: NetworkModel, kind: RowsKind) throws(FramegenError) {
        let weights = LayerWeights(model)
        let prepared = withExtendedLifetime(weights) {
            var description = framegen_last_layers(
                up: weights.up(layers.convolutions), stem: nil,
                output_of_hidden: weights[layers.outputOfHidden], output_of_middle: weights[layers.outputOfMiddle])
            guard let stem = layers.stem else { return framegen_last_layers_prepare(&description, kind.number) }
            return withUnsafePointer(to: weights.stem(stem)) { stem in
                description.stem = stem
                return framegen_last_layers_prepare(&description, kind.number)
            }
        }
        address = try Self.checked(prepared)
    }

    deinit { framegen_prepared_layers_free(pointer) }

    private static func checked(_ pointer: OpaquePointer?) throws(FramegenError) -> UInt {
        guard let pointer else {
            throw FramegenError(.internalFailure, "there is no memory for the weights of the layers at full resolution")
        }
        return UInt(bitPattern: pointer)
    }

    /// Memory for one thread that runs the first layers.
    func makeFirstMemory() -> RowMemory { RowMemory(byteCount: framegen_first_layers_memory(pointer)) }

    /// Memory for one thread that runs layers after an upsampling.
    func makeUpMemory() -> RowMemory { RowMemory(byteCount: framegen_up_layers_memory(pointer)) }

    /// Computes rows of the first layers' result.
    ///
    /// - Parameters:
    ///   - image: channels×side×side.
    ///   - result: channels×side/2×side/2; rows outside of `rows` are left alone.
    ///   - rows: of the result.
    ///   - memory: made by `makeFirstMemory`, and used by nobody else.
    func runFirst(
        _ image: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>, rows: Range<Int>, _ memory: RowMemory
    ) {
        framegen_first_layers_run(
            pointer, memory.pointer, image, result, Int32(rows.lowerBound), Int32(rows.upperBound))
    }

    /// Computes rows of the result of layers after an upsampling.
    ///
    /// - Parameters:
    ///   - skip: channels×side×side, the image for the last layers.
    ///   - half: channels×side/2×side/2.
    ///   - result: channels×side×side; rows outside of `rows` are left alone.
    ///   - rows: of the result.
    ///   - memory: made by `makeUpMemory`, and used by nobody else.
    func runUp(
        _ skip: UnsafePointer<Float>, _ half: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>,
        rows: Range<Int>, _ memory: RowMemory
    ) {
        framegen_up_layers_run(
            pointer, memory.pointer, skip, half, result, Int32(rows.lowerBound), Int32(rows.upperBound))
    }
}

/// Weights where C finds them, for as long as it lives.
private final class LayerWeights {
    private let tensors: [String: Tensor]
    private var copies: [String: UnsafeMutableBufferPointer<Float>] = [:]

    init(_ model: NetworkModel) { tensors = model.weights }

    deinit { for copy in copies.values { copy.deallocate() } }

    func stem(_ layers: StemLayers) -> framegen_stem {
        framegen_stem(expand: self[layers.expand], depthwise: self[layers.depthwise])
    }

    func up(_ layers: UpConvolutions) -> framegen_up_layers {
        framegen_up_layers(
            side: Int32(layers.side), skip: self[layers.skip], upsampled: self[layers.upsampled],
            depthwise: self[layers.depthwise], project: self[layers.project], second_expand: self[layers.secondExpand],
            second_depthwise: self[layers.secondDepthwise])
    }

    subscript(convolution: Convolution) -> framegen_convolution {
        framegen_convolution(
            weight: pointer(convolution.weightKey), bias: convolution.biasKey.flatMap(pointer),
            inputs: Int32(convolution.inputChannels), outputs: Int32(convolution.outputChannels))
    }

    private func pointer(_ key: String) -> UnsafePointer<Float>? {
        if let copy = copies[key] { return UnsafePointer(copy.baseAddress) }
        guard let tensor = tensors[key] else { return nil }
        let copy = UnsafeMutableBufferPointer<Float>.allocate(capacity: tensor.values.count)
        _ = copy.initialize(from: tensor.values)
        copies[key] = copy
        return UnsafePointer(copy.baseAddress)
    }
}

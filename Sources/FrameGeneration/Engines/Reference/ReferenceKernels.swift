import Foundation

/// The operations of a `NetworkGraph`, each as its definition reads.
///
/// Tensors are N×C×H×W with N = 1 in every network of the
/// family; planes of any number are handled.
enum ReferenceKernels {
    static func convolution(
        _ convolution: Convolution, _ input: Tensor, weight: PageArray<Float>, bias: PageArray<Float>?,
        outputShape: [Int]
    ) -> Tensor {
        let geometry = ConvolutionGeometry(convolution, input: input.shape, output: outputShape)
        let groupInputs = convolution.inputChannels / convolution.groups
        let groupOutputs = convolution.outputChannels / convolution.groups
        let kernelArea = convolution.kernelSize * convolution.kernelSize
        let weights = weight.span
        var values: PageArray<Float> = []
        values.reserveCapacity(outputShape.reduce(1, *))
        for batch in 0..<outputShape[0] {
            let source = input.values.span.extracting(
                batch * geometry.inputBatch..<(batch + 1) * geometry.inputBatch)
            for channel in 0..<convolution.outputChannels {
                var plane = [Float](repeating: bias?[channel] ?? 0, count: geometry.outputPlane)
                let firstInput = channel / groupOutputs * groupInputs
                for offset in 0..<groupInputs {
                    let inputStart = (firstInput + offset) * geometry.inputPlane
                    let kernelStart = (channel * groupInputs + offset) * kernelArea
                    accumulate(
                        source.extracting(inputStart..<inputStart + geometry.inputPlane),
                        weights.extracting(kernelStart..<kernelStart + kernelArea), geometry, into: &plane)
                }
                values += plane
            }
        }
        return Tensor(shape: outputShape, values: values)
    }

    /// Adds to `output` one input plane convolved with one kernel.
    private static func accumulate(
        _ input: Span<Float>, _ kernel: Span<Float>, _ geometry: ConvolutionGeometry,
        into plane: inout [Float]
    ) {
        var output = plane.mutableSpan
        guard !geometry.isPointwise else { return addScaled(input, kernel[0], to: &output) }
        for row in 0..<geometry.outputHeight {
            for kernelRow in 0..<geometry.kernelSize {
                let y = row * geometry.stride.vertical + kernelRow - geometry.padding
                guard y >= 0, y < geometry.inputHeight else { continue }
                let inputRow = input.extracting(y * geometry.inputWidth..<(y + 1) * geometry.inputWidth)
                for kernelColumn in 0..<geometry.kernelSize {
                    let weight = kernel[kernelRow * geometry.kernelSize + kernelColumn]
                    addRow(inputRow, weight, kernelColumn, geometry, to: &output, at: row * geometry.outputWidth)
                }
            }
        }
    }

    private static func addScaled(_ input: Span<Float>, _ factor: Float, to output: inout MutableSpan<Float>) {
        let count = output.count
        precondition(input.count >= count)
        for index in 0..<count { output[unchecked: index] += factor * input[unchecked: index] }
    }

    /// Adds one row times one kernel value, over the columns for which the kernel is inside the row.
    private static func addRow(
        _ input: Span<Float>, _ weight: Float, _ kernelColumn: Int, _ geometry: ConvolutionGeometry,
        to output: inout MutableSpan<Float>, at start: Int
    ) {
        let columns = geometry.columns(for: kernelColumn)
        guard !columns.isEmpty else { return }
        let stride = geometry.stride.horizontal
        let shift = kernelColumn - geometry.padding
        precondition(
            columns.lowerBound * stride + shift >= 0 && (columns.upperBound - 1) * stride + shift < input.count)
        precondition(start >= 0 && columns.lowerBound >= 0 && start + columns.upperBound <= output.count)
        for column in columns {
            output[unchecked: start + column] += weight * input[unchecked: column * stride + shift]
        }
    }

    static func batchNormalization(
        _ input: Tensor, weight: PageArray<Float>, bias: PageArray<Float>, mean: PageArray<Float>,
        variance: PageArray<Float>, epsilon: Float
    ) -> Tensor {
        let scales = zip(weight, variance).map { $0 / ($1 + epsilon).squareRoot() }
        return mapPlanes(of: input) { channel, value in (value - mean[channel]) * scales[channel] + bias[channel] }
    }

    static func relu(_ input: Tensor) -> Tensor {
        Tensor(shape: input.shape, values: input.values.map { max($0, 0) })
    }

    static func sigmoid(_ input: Tensor) -> Tensor {
        Tensor(shape: input.shape, values: input.values.map { 1 / (1 + exp(-$0)) })
    }

    static func sum(_ first: Tensor, _ second: Tensor) -> Tensor {
        Tensor(shape: first.shape, values: zip(first.values, second.values).map { $0 + $1 })
    }

    static func channelConcatenation(_ inputs: [Tensor]) -> Tensor {
        var shape = inputs[0].shape
        shape[1] = inputs.reduce(0) { $0 + $1.shape[1] }
        var values: PageArray<Float> = []
        values.reserveCapacity(shape.reduce(1, *))
        for batch in 0..<shape[0] {
            for input in inputs {
                let count = input.values.count / shape[0]
                values += input.values[batch * count..<(batch + 1) * count]
            }
        }
        return Tensor(shape: shape, values: values)
    }

    static func bilinearUpsampling(_ input: Tensor) -> Tensor {
        let (height, width) = (input.shape[2], input.shape[3])
        let rows = UpsamplingTap.taps(from: height)
        let columns = UpsamplingTap.taps(from: width)
        var output = Tensor(zeros: [input.shape[0], input.shape[1], height * 2, width * 2])
        let planes = input.shape[0] * input.shape[1]
        let source = input.values.span
        var target = output.values.mutableSpan
        var index = 0
        for plane in 0..<planes {
            let values = source.extracting(plane * height * width..<(plane + 1) * height * width)
            for row in rows {
                let (upper, lower) = (row.first * width, row.second * width)
                for column in columns {
                    let top = mix(values[upper + column.first], values[upper + column.second], column.fraction)
                    let bottom = mix(values[lower + column.first], values[lower + column.second], column.fraction)
                    target[index] = mix(top, bottom, row.fraction)
                    index += 1
                }
            }
        }
        return output
    }

    private static func mix(_ first: Float, _ second: Float, _ fraction: Float) -> Float {
        (1 - fraction) * first + fraction * second
    }

    private static func mapPlanes(of input: Tensor, _ transform: (Int, Float) -> Float) -> Tensor {
        var result = input
        let plane = input.shape[2] * input.shape[3]
        let channels = input.shape[1]
        var values = result.values.mutableSpan
        for index in 0..<input.shape[0] * channels {
            let channel = index % channels
            for position in index * plane..<(index + 1) * plane {
                values[position] = transform(channel, values[position])
            }
        }
        return result
    }
}

/// The sizes of one convolution.
private struct ConvolutionGeometry {
    let inputHeight: Int
    let inputWidth: Int
    let outputHeight: Int
    let outputWidth: Int
    let inputBatch: Int
    let kernelSize: Int
    let padding: Int
    let stride: Convolution.Stride

    init(_ convolution: Convolution, input: [Int], output: [Int]) {
        inputHeight = input[2]
        inputWidth = input[3]
        outputHeight = output[2]
        outputWidth = output[3]
        inputBatch = input[1] * input[2] * input[3]
        kernelSize = convolution.kernelSize
        padding = convolution.padding
        stride = convolution.stride
    }

    var inputPlane: Int { inputHeight * inputWidth }
    var outputPlane: Int { outputHeight * outputWidth }
    var isPointwise: Bool { kernelSize == 1 && padding == 0 && stride == .one }

    /// Output columns for which the kernel's column reads inside the row.
    func columns(for kernelColumn: Int) -> Range<Int> {
        let shift = padding - kernelColumn
        let first = max(0, (shift + stride.horizontal - 1) / stride.horizontal)
        let last = (inputWidth - 1 + shift) / stride.horizontal
        return first..<max(first, min(outputWidth - 1, last) + 1)
    }
}

/// The two samples that an upsampled position lies between, and how far it is from the first.
private struct UpsamplingTap {
    let first: Int
    let second: Int
    let fraction: Float

    /// The taps of an axis of `count` samples upsampled to twice as many with aligned corners.
    static func taps(from count: Int) -> [UpsamplingTap] {
        let scale = Float(count - 1) / Float(2 * count - 1)
        return (0..<2 * count).map { position in
            let source = scale * Float(position)
            let first = min(Int(source), count - 1)
            return UpsamplingTap(first: first, second: min(first + 1, count - 1), fraction: source - Float(first))
        }
    }
}

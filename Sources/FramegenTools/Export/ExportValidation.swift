import FrameGeneration
import Framegen
import ModelFiles

/// Runs an exported file beside the checkpoint that it comes from.
struct ExportValidation {
    let request: ExportRequest
    let output: ModelOutput
    let network: ExportedNetwork
    let engine: ExportEngine

    /// Samples at once; two where the file leaves it open, so that an open batch is tried as one.
    private var batch: Int {
        switch request.batch {
        case .fixed(let count): count
        case .dynamic: 2
        }
    }

    /// Largest absolute difference of values up to 1; float16 keeps 11 bits of each weight.
    private var tolerance: Double {
        switch output.weights {
        case .fp32: 1e-4
        case .fp16: 1e-2
        }
    }

    /// Reads the file at `path` as any other, and compares what the engine makes of it with what the reference engine
    /// makes of the checkpoint, on the first and the last sample of a batch.
    ///
    /// - Throws: `FramegenError` with `.internalFailure` when they differ by more than is allowed.
    func run(_ path: String) throws(FramegenError) -> ExportSummary.Validation {
        let exported = try output.format.load(at: path, batch: batch)
        let expected = try network.model(batch: batch).network
        guard exported.network.inputs == expected.inputs, exported.network.outputs == expected.outputs,
            exported.network.outputShapes == expected.outputShapes
        else {
            throw FramegenError(.internalFailure, "the exported file has other inputs or outputs than the network")
        }
        let inputs = expected.inputs.enumerated().map { index, input in
            Self.numbers(of: input.shape, from: input.name == "mel" ? -4...4 : 0...Float(index + 1), seed: index)
        }
        let answers = try engine.engine.makeSession(for: exported, options: engine.options).run(inputs)
        let reference = try ReferenceEngine().makeSession(for: network.model, options: SessionOptions(threads: 1))

        var differences = Differences()
        let samples = batch == 1 ? [0] : [0, batch - 1]
        for sample in samples {
            let wanted = try reference.run(inputs.map { Self.sample(sample, of: $0) })
            for (answer, want) in zip(answers, wanted) {
                differences.add(Self.sample(sample, of: answer).values, want.values)
            }
        }
        let result = ExportSummary.Validation(
            engineName: engine.engine.name, sampleCount: samples.count, largestDifference: differences.largest,
            meanDifference: differences.mean, tolerance: tolerance * max(1, differences.largestExpected))
        // Also false where a difference is no number.
        guard result.largestDifference <= result.tolerance else {
            throw FramegenError(
                .internalFailure,
                "\(request.outputPath) was not written: \(engine.engine.name) answers otherwise with it than the "
                    + "reference engine with \(request.checkpointPath), by up to \(result.largestDifference) where "
                    + "\(result.tolerance) is allowed")
        }
        return result
    }

    private static func sample(_ index: Int, of tensor: Tensor) -> Tensor {
        let count = tensor.values.count / tensor.shape[0]
        return Tensor(
            shape: [1] + tensor.shape.dropFirst(), values: Array(tensor.values[index * count..<(index + 1) * count]))
    }

    /// The same numbers on every run.
    private static func numbers(of shape: [Int], from range: ClosedRange<Float>, seed: Int) -> Tensor {
        var random = SplitMix64(state: UInt64(seed))
        return Tensor(
            shape: shape, values: (0..<shape.reduce(1, *)).map { _ in Float.random(in: range, using: &random) })
    }
}

private struct Differences {
    private(set) var largest = 0.0
    private(set) var largestExpected = 0.0
    private var sum = 0.0
    private var count = 0

    var mean: Double { count == 0 ? .nan : sum / Double(count) }

    mutating func add(_ values: PageArray<Float>, _ expected: PageArray<Float>) {
        for (value, want) in zip(values, expected) {
            let difference = abs(Double(value) - Double(want))
            // Once it is no number it stays so.
            largest = difference.isNaN || largest.isNaN ? .nan : max(largest, difference)
            largestExpected = max(largestExpected, abs(Double(want)))
            sum += difference
            count += 1
        }
        if values.count != expected.count { largest = .nan }
    }
}

/// Sebastiano Vigna's generator.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}

import FrameGeneration
import TestSupport
import Testing

@testable import ModelFiles

@Suite("Rounding weights to float16 together")
struct HalfPrecisionRoundingTests {
    private func nearest(_ value: Float) -> Float { HalfPrecision.value(HalfPrecision.bits(value)) }

    private func nearest(_ model: NetworkModel) throws -> NetworkModel {
        try NetworkModel(
            network: model.network,
            weights: model.weights.mapValues { Tensor(shape: $0.shape, values: PageArray($0.values.map(nearest))) })
    }

    /// The mean square of what a model answers beside another.
    private func error(_ model: NetworkModel, beside wanted: [Tensor], _ inputs: [Tensor]) throws -> Double {
        let answer = try Rewriting.run(model, inputs)
        try #require(answer.count == wanted.count && !wanted.isEmpty)
        return zip(answer, wanted).reduce(0) { sum, pair in
            sum + zip(pair.0.values, pair.1.values).reduce(0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
        }
    }

    @Test(
        "leaves the network and answers more nearly the same than rounding each by itself",
        arguments: NetworkGolden.all.filter { $0.generator.network.inputs[0].shape[2] == 160 })
    func generators(golden: NetworkGolden.Case) throws {
        let golden = try golden.open()
        let model = golden.model.foldingBatchNormalization()
        let rounded = try model.roundedToHalfPrecision()
        #expect(rounded.network == model.network)
        for (key, tensor) in rounded.weights {
            #expect(tensor.values.allSatisfy { $0 == nearest($0) }, "\(key)")
        }
        let wanted = try Rewriting.run(model, golden.inputs)
        let (together, apart) = (
            try error(rounded, beside: wanted, golden.inputs),
            try error(nearest(model), beside: wanted, golden.inputs)
        )
        #expect(together < apart, "\(together / apart)")
    }

    @Test("leaves the audio encoder's answers nearer too")
    func encoder() throws {
        let model = try Rewriting.model(AudioEncoder.ave.network(batch: 1)).foldingBatchNormalization()
        let mel = [HashWeights.tensor(9003, shape: [1, 1, 80, 16]) { -4 + 8 * $0 }]
        let wanted = try Rewriting.run(model, mel)
        let (together, apart) = (
            try error(model.roundedToHalfPrecision(), beside: wanted, mel),
            try error(nearest(model), beside: wanted, mel)
        )
        #expect(together < apart, "\(together / apart)")
    }

    @Test("keeps what float16 holds already, where batch norms are kept")
    func exact() throws {
        let model = try nearest(Rewriting.model(AudioEncoder.ave.network(batch: 1)))
        let rounded = try model.roundedToHalfPrecision()
        #expect(rounded.weights == model.weights)
    }

    @Test("never makes a filter's error larger than the nearest numbers do", arguments: [1, 7, 9, 128])
    func filters(count: Int) {
        for filter in 0..<200 {
            func values(_ tensor: Int, _ value: (Double) -> Double) -> [Double] {
                (0..<count).map { value(HashWeights.uniform(tensor: 10 * filter + tensor, element: $0)) }
            }
            let isBiased = filter % 4 != 0
            let exact = values(0) { 2 * $0 - 1 } + (isBiased ? values(1) { 4 * $0 - 2 }.prefix(1) : [])
            let inputs = RoundedFilter.Inputs(
                means: values(2) { $0 }, common: values(3) { $0 / 2 }, own: values(4) { $0 }, isBiased: isBiased)
            let found = RoundedFilter(exact, inputs: inputs)

            func error(_ rounded: [Float]) -> Double {
                let deltas = zip(rounded, exact).map { Double($0) - $1 }
                let mean = (0..<count).reduce(isBiased ? deltas[count] : 0) { $0 + deltas[$1] * inputs.means[$1] }
                let common = (0..<count).reduce(0) { $0 + deltas[$1] * inputs.common[$1] }
                return (0..<count).reduce(mean * mean + common * common) { sum, index in
                    sum + deltas[index] * deltas[index] * inputs.own[index] * inputs.own[index]
                }
            }
            #expect(found.values.count == exact.count && found.values.allSatisfy { $0 == nearest($0) })
            let measured = error(found.values)
            #expect(abs(found.error - measured) <= 1e-9 * measured)
            #expect(measured <= error(exact.map { nearest(Float($0)) }))
        }
    }

    @Test(
        "knows the numbers of float16 on both sides",
        arguments: [1, 1.0001, -1.0001, 3e-8, -1e-9, 65510, 6.1e-5, -0.3] as [Float])
    func neighbours(value: Float) {
        let (near, other) = HalfPrecision.neighbours(of: value)
        #expect(near == nearest(value))
        #expect(other == nearest(other) && other.isFinite)
        if near == value || value > 65504 {
            #expect(other == near)
        } else {
            #expect(min(near, other) < value && value < max(near, other))
            #expect(nearest((near + other) / 2 + (other - near) / 8) == other)
            #expect(nearest((near + other) / 2 - (other - near) / 8) == near)
        }
    }

    @Test("leaves weights that scaling would take out of float16 as large as they are")
    func largeWeights() throws {
        let model = try Rewriting.model(AudioEncoder.ave.network(batch: 1)).foldingBatchNormalization()
        let large = try NetworkModel(
            network: model.network,
            weights: model.weights.mapValues { tensor in
                Tensor(shape: tensor.shape, values: tensor.values.map { $0 < 0 ? -65000 : 65000 })
            })
        let rounded = try large.roundedToHalfPrecision()
        for (key, tensor) in rounded.weights { #expect(tensor.values.allSatisfy { $0.isFinite }, "\(key)") }
    }
}

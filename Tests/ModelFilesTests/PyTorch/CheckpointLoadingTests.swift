import Foundation
import FrameGeneration
import ModelFiles
import TestSupport
import Testing

@Suite struct CheckpointLoadingTests {
    /// What the two `scheme-*.pth` hold, by the described network's keys.
    private static let schemeKeys = [
        "inc.inconv.0.conv.0.weight", "inc.inconv.0.conv.1.running_var",
        "down1.maxpool_conv.0.double_conv.0.conv.0.weight", "audio_model.conv3.weight",
        "up1.conv.double_conv.0.conv.0.weight", "outc.conv.bias",
    ]

    private static let schemeParameters = schemeKeys.map { NetworkGraph.Parameter(key: $0, shape: [2, 3]) }

    @Test(
        "Both key schemes give the same weights",
        arguments: [("scheme-wrapped.pth", KeyScheme.wrappedInSequential), ("scheme-bare.pth", .bare)])
    func schemes(name: String, scheme: KeyScheme) throws {
        let stateDict = try PyTorchCheckpoint.stateDict(at: fixture(name))
        let fit = try #require(stateDict.fits(of: Self.schemeParameters).first)
        #expect(fit.isComplete && fit.place.prefix.isEmpty && fit.place.scheme == scheme)
        let weights = try stateDict.weights(of: Self.schemeParameters, at: fit.place)
        #expect(weights.count == Self.schemeKeys.count)
        for (index, key) in Self.schemeKeys.enumerated() {
            #expect(weights[key] == eighths(2, 3, plus: Float(index)), "\(key)")
        }
    }

    @Test(
        "What does not fit is counted and named by the file's own keys",
        arguments: [("scheme-wrapped.pth", "inc.inconv.0", ".0"), ("scheme-bare.pth", "inc.inconv", "")])
    func faults(name: String, inc: String, wrapper: String) throws {
        let stateDict = try PyTorchCheckpoint.stateDict(at: fixture(name))
        var expected = Self.schemeParameters.filter { !$0.key.hasPrefix("outc") && !$0.key.hasPrefix("up1") }
        expected[1] = NetworkGraph.Parameter(key: expected[1].key, shape: [6])
        expected += [
            NetworkGraph.Parameter(key: "inc.inconv.0.conv.9.bias", shape: [1]),
            NetworkGraph.Parameter(key: "down9.maxpool_conv.0.double_conv.0.conv.0.weight", shape: [3, 2]),
            NetworkGraph.Parameter(key: "inc.inconv.0.conv.1.num_batches_tracked", shape: []),
            NetworkGraph.Parameter(key: "up2.weight", shape: [1]),
        ]
        let error = stateDict.refusal(as: "a test", of: expected)
        #expect(error.code == .invalidData)
        let down = "maxpool_conv\(wrapper).double_conv.0.conv.0.weight"
        // outc belongs to no module that is expected; up1 is one more of a kind that is.
        let faults =
            "4 of 8 tensors fit; 3 missing: \(inc).conv.9.bias, down9.\(down), up2.weight; "
            + "1 misshapen: \(inc).conv.1.running_var is [2, 3], expected [6]; "
            + "1 not floating point: \(inc).conv.1.num_batches_tracked; 1 extra: up1.conv.double_conv.0.conv.0.weight"
        #expect(error.message.hasPrefix("\(fixture(name)) is not a test: "), "\(error.message)")
        #expect(error.message.hasSuffix(faults), "\(error.message)")
    }

    @Test("A whole generator in the bare scheme is loaded")
    func wholeGenerator() throws {
        let generator = Generator.syncTalk328AVE
        let model = try PyTorchCheckpoint.load(generator, at: fixture("generator328-bare.pth"))
        #expect(model.network == generator.network)
        #expect(model.weights.count == generator.network.parameters.count)
        for (key, tensor) in model.weights {
            // The fixture's formula.
            let value = Float(key.utf8.reduce(0) { $0 + Int($1) }) / 8
            #expect(tensor.values.allSatisfy { $0 == value }, "\(key)")
        }
    }

    @Test("The demo generator is loaded, with the values PyTorch has")
    func demoGenerator() throws {
        let path = Fixtures.demoPath("checkpoint/unet_328.fp16.pth")
        let model = try PyTorchCheckpoint.load(.syncTalk328AVE, at: path)
        // Count, sum and sum of magnitudes over all tensors but num_batches_tracked, as PyTorch has them. The sums of
        // half-precision numbers are exact in float64, in any order.
        #expect(model.weights.values.reduce(0) { $0 + $1.values.count } == 12_251_495)
        var sum = 0.0
        var magnitude = 0.0
        for tensor in model.weights.values {
            for value in tensor.values {
                sum += Double(value)
                magnitude += Double(abs(value))
            }
        }
        #expect(sum == 143906.53713929653)
        #expect(magnitude == 419235.65617227554)
    }

    /// An audio encoder of which every value is `value`, with or without the prefix of the network it was trained in.
    private func encoder(of value: Float, prefix: String = "", in folder: TemporaryFolder) throws -> String {
        let storage = withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
        let items = AudioEncoder.ave.network(batch: 1).parameters.map { parameter in
            (
                prefix + parameter.key,
                Pickling.tensor(
                    storage: Pickling.storage("0", elementCount: 1), shape: parameter.shape,
                    strides: parameter.shape.map { _ in 0 })
            )
        }
        let zip = ZipFile.checkpoint(pickle: Pickling.dictionary(items), storages: [storage])
        return try folder.write(zip.bytes, to: "encoder.pth")
    }

    @Test("The audio encoder is read with bare and with prefixed keys", arguments: ["", "audio_encoder.", "module."])
    func encoderKeys(prefix: String) throws {
        let folder = try TemporaryFolder()
        let model = try PyTorchCheckpoint.load(.ave, batch: 1, at: encoder(of: 0.5, prefix: prefix, in: folder))
        #expect(model.weights.count == model.network.parameters.count)
        #expect(model.weights["12.conv_block.0.bias"]?.values == PageArray(repeating: 0.5, count: 512))
    }

    @Test(
        "Weights that are no numbers, and negative variances, are refused by name",
        arguments: [Float.nan, .infinity, -1])
    func unusable(value: Float) throws {
        let folder = try TemporaryFolder()
        let path = try encoder(of: value, in: folder)
        let error = #expect(throws: FramegenError.self) { try PyTorchCheckpoint.load(.ave, batch: 1, at: path) }
        #expect(error?.code == .invalidData)
        let key = value == -1 ? "0.conv_block.1.running_var" : "0.conv_block.0.weight"
        #expect(error?.message.contains("\(path) cannot be used: \(key)") == true, "\(error?.message ?? "")")
    }
}

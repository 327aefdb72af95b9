import Foundation
import FrameGeneration
import FramegenTools
import TestSupport
import Testing

@Suite("Inspecting a checkpoint") struct CheckpointInspectionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func inspect(_ checkpoint: SmallCheckpoint) async throws -> CheckpointInspection {
        try await inspect(try folder.write(checkpoint.bytes, to: "\(UUID()).pth"))
    }

    private func inspect(_ path: String) async throws -> CheckpointInspection {
        guard case .checkpoint(let checkpoint) = try await Inspection(path: path) else {
            throw FramegenError(.internalFailure, "\(path) was not taken for a checkpoint")
        }
        return checkpoint
    }

    @Test("the demo's are recognised and counted")
    func demo() async throws {
        let generator = try await inspect(Fixtures.demoPath("checkpoint/unet_328.fp16.pth"))
        #expect(generator.variants.map(\.name) == ["SyncTalk_2D 328 ave", "SyncTalk_2D 328 hubert"])
        #expect(generator.parameterCount == 12_186_935)
        // What PyTorch counts in all floating-point tensors.
        #expect(generator.parameterCount + generator.statisticCount == 12_251_495)
        #expect(generator.storage.map(\.type) == ["float16", "int64"])
        #expect(generator.storage.map(\.tensorCount).reduce(0, +) == generator.tensorCount)
        #expect(generator.mismatches.isEmpty && generator.suspiciousTensors.isEmpty && generator.isUsable)
        #expect(generator.keyScheme == "wrappedInSequential" && generator.allValuesWereRead)
        let encoder = try await inspect(Fixtures.demoPath("checkpoint/audio_encoder.fp16.pth"))
        #expect(encoder.variants.map(\.name) == ["AVE audio encoder"] && encoder.isUsable)
    }

    /// Multiply-adds in millions and parameters as the specification has them
    /// (Documentation/model-family/generator.md).
    private static let known: [(Generator, multiplyAdds: Double, parameters: Int)] = [
        (.syncTalk328AVE, 4885.84, 12_186_935), (.syncTalk328Hubert, 4910.76, 12_186_935),
        (.syncTalk328Wenet, 5226.18, 12_986_871), (.syncTalk160AVE, 3142.68, 12_163_591),
    ]

    @Test("multiply-adds and parameters are those of the specification", arguments: known.indices)
    func counts(index: Int) async throws {
        let (generator, multiplyAdds, parameters) = Self.known[index]
        let inspection = try await inspect(SmallCheckpoint(of: generator.network))
        let variant = try #require(inspection.variants.first { $0.name == generator.name })
        #expect(abs(Double(variant.multiplyAdds) / 1e6 - multiplyAdds) < 0.005)
        #expect(inspection.parameterCount == parameters && inspection.isUsable)
    }

    @Test("every generator is among the variants of its own tensors", arguments: Generator.all)
    func everyVariant(generator: Generator) async throws {
        let inspection = try await inspect(SmallCheckpoint(of: generator.network))
        #expect(inspection.variants.contains { $0.name == generator.name })
        #expect(inspection.variants.count == (generator.features == .wenet || generator.audioShape[0] == 16 ? 1 : 2))
    }

    @Test("key scheme and prefix are told")
    func places() async throws {
        var checkpoint = SmallCheckpoint(of: Generator.ultralight160Hubert.network) { key in
            "module." + key.replacing("inconv.0.", with: "inconv.").replacing("maxpool_conv.0.", with: "maxpool_conv.")
        }
        checkpoint.wrappers = ["model", "state_dict"]
        let inspection = try await inspect(checkpoint)
        #expect(inspection.variants.map(\.name) == ["Ultralight 160 hubert"])
        #expect(inspection.keyScheme == "bare" && inspection.prefix == "model.state_dict.module.")
        #expect(inspection.otherPrefixes.isEmpty && inspection.beside.isEmpty && inspection.isUsable)
    }

    @Test(
        "what stands beside the network is counted by place, and neither its values nor its parameters are the network's"
    )
    func beside() async throws {
        var checkpoint = SmallCheckpoint(of: Generator.syncTalk160AVE.network) { "model." + $0 }
        let others = [("loss.vgg.0.weight", [8, 3]), ("loss.vgg.0.bias", [8]), ("model.head.weight", [2])]
        checkpoint.items += SmallCheckpoint(others.map { (key: $0.0, shape: $0.1, value: Float.nan) }).items
        checkpoint.wrappers = ["state_dict"]
        let state = [("exp_avg", SmallCheckpoint.tensor(repeating: 0, shape: [4]))]
        checkpoint.beside = [
            ("optimizer", Pickling.items([("state", Pickling.items([("a", Pickling.items(state))]))])),
            ("options", Pickling.object("argparse", "Namespace")),
        ]
        let inspection = try await inspect(checkpoint)
        #expect(inspection.prefix == "state_dict.model." && inspection.isUsable && inspection.mismatches.isEmpty)
        #expect(
            inspection.beside.map { "\($0.prefix) \($0.tensorCount)" } == [
                "state_dict.loss 2", "state_dict.model.head 1", "optimizer 1",
            ])
        #expect(inspection.passedOver == ["argparse.Namespace"])
        #expect(inspection.parameterCount == 12_163_591)
        #expect(inspection.suspiciousTensors.isEmpty)
    }

    @Test("two whole networks are both named; with different weights it cannot be told which is meant")
    func ambiguous() async throws {
        var checkpoint = SmallCheckpoint(of: Generator.syncTalk160Wenet.network) { "model." + $0 }
        checkpoint.items += SmallCheckpoint(of: Generator.syncTalk160Wenet.network) { "ema." + $0 }.items
        var inspection = try await inspect(checkpoint)
        #expect(inspection.prefix == "model." && inspection.otherPrefixes == ["ema."] && inspection.isUsable)
        checkpoint.set("ema.outc.conv.bias", to: 2)
        inspection = try await inspect(checkpoint)
        #expect(inspection.variants.map(\.name) == ["SyncTalk_2D 160 wenet"] && !inspection.isUsable)
        let ambiguity = try #require(inspection.ambiguity)
        for part in ["under model", "under ema", "different weights"] { #expect(ambiguity.contains(part)) }
    }

    @Test("a generator with the audio encoder beside it is a generator, and both places are told")
    func both() async throws {
        var checkpoint = SmallCheckpoint(of: AudioEncoder.ave.network(batch: 1)) { "audio_encoder." + $0 }
        checkpoint.items += SmallCheckpoint(of: Generator.syncTalk160Wenet.network) { "net." + $0 }.items
        let inspection = try await inspect(checkpoint)
        #expect(inspection.variants.map(\.name) == ["SyncTalk_2D 160 wenet"] && inspection.isUsable)
        #expect(inspection.prefix == "net." && inspection.otherPrefixes == ["audio_encoder."])
        checkpoint.items.removeAll { $0.key.hasPrefix("net.up") }
        let encoder = try await inspect(checkpoint)
        #expect(encoder.variants.map(\.name) == ["AVE audio encoder"] && encoder.prefix == "audio_encoder.")
    }

    @Test("a file of another network, or of an optimizer, says what it seems to be")
    func appearance() async throws {
        let other = try await inspect(SmallCheckpoint([("layer1.0.conv1.weight", [64, 64, 3, 3], 1)]))
        #expect(
            other.variants.isEmpty && other.appearance == "another network, with layer1.0.conv1.weight [64, 64, 3, 3]")
        let optimizer = try await inspect(SmallCheckpoint([("state.0.exp_avg", [64], 1), ("state.0.step", [], 1)]))
        #expect(optimizer.appearance == "the state of an optimizer without its network" && !optimizer.isUsable)
        #expect(try await inspect(SmallCheckpoint(of: Generator.syncTalk160Wenet.network)).appearance == nil)
    }

    @Test("missing, extra and misshapen tensors are named, with the variant that is closest")
    func mismatches() async throws {
        var checkpoint = SmallCheckpoint(of: Generator.syncTalk328Wenet.network)
        let missing = checkpoint.items.remove(at: 7)
        checkpoint.items[20].shape[0] += 1
        checkpoint.items.append(SmallCheckpoint([("up6.weight", [3], 1)]).items[0])
        let inspection = try await inspect(checkpoint)
        #expect(inspection.variants.isEmpty && !inspection.isUsable)
        #expect(inspection.closestVariant?.name == "SyncTalk_2D 328 wenet" && inspection.appearance == nil)
        #expect(Set(inspection.mismatches.map(\.kind)) == [.missing, .misshapen, .extra])
        #expect(inspection.mismatches.count == 3)
        #expect(inspection.mismatches.first?.key == missing.key)
        #expect(inspection.mismatches.first?.expectedShape == missing.shape)
        #expect(inspection.mismatches.last?.key == "up6.weight" && inspection.mismatches.last?.shape == [3])
    }

    @Test("suspicious values are named by key")
    func suspicious() async throws {
        let network = Generator.syncTalk328AVE.network
        let expected: [(key: String, value: Float, kind: SuspiciousTensor.Kind)] = [
            ("inc.inconv.0.conv.0.weight", .nan, .notFinite), ("inc.inconv.0.conv.1.running_var", 0, .zeroVariance),
            ("inc.inconv.0.conv.4.running_var", -1, .negativeVariance), ("outc.conv.weight", 0, .allZero),
            ("outc.conv.bias", -20_000, .huge), ("inc.inconv.0.conv.7.running_var", 2e8, .huge),
            ("audio_model.bn3.running_mean", -.infinity, .notFinite),
        ]
        var checkpoint = SmallCheckpoint(of: network)
        for (key, value, _) in expected { checkpoint.set(key, to: value) }
        // None of these is suspicious: an even start, a large variance.
        checkpoint.set("inc.inconv.0.conv.4.running_mean", to: 0)
        checkpoint.set("audio_model.bn3.running_var", to: 20_000)
        checkpoint.set("outc.conv.bias", to: -20_000)
        let inspection = try await inspect(checkpoint)
        let found = Dictionary(grouping: inspection.suspiciousTensors, by: \.key)
        #expect(inspection.suspiciousTensors.count == expected.count)
        for (key, value, kind) in expected {
            let tensor = try #require(found[key]?.first, "\(key)")
            #expect(tensor.kind == kind && tensor.count == tensor.valueCount && tensor.firstIndex == nil)
            #expect(tensor.value?.isNaN == true && value.isNaN || tensor.value == Double(value), "\(key)")
        }
        #expect(inspection.variants.count == 2 && !inspection.isUsable)
    }

    @Test("single values are counted and the first is placed")
    func singleValues() async throws {
        let inspection = try await inspect(Fixtures.path("checkpoints/under-model.pth"))
        let tensor = try #require(inspection.suspiciousTensors.first)
        // A running_var of 0, 1, 2 eighths.
        #expect(tensor.kind == .zeroVariance && tensor.count == 1 && tensor.valueCount == 3 && tensor.firstIndex == 0)
        #expect(inspection.closestVariant == nil && inspection.keyScheme == nil && inspection.prefix == nil)
    }

    @Test("whole numbers for weights are told, a damaged tensor too, and the rest is read")
    func damaged() async throws {
        let small = SmallCheckpoint([("a.weight", [2], 3), ("b.weight", [2], 0)])
        var bytes = small.bytes
        // The one float of 3: 00 00 40 40.
        let place = try #require((0..<bytes.count - 4).first { Array(bytes[$0..<$0 + 4]) == [0, 0, 0x40, 0x40] })
        bytes[place] = 1
        let inspection = try await inspect(try folder.write(bytes, to: "damaged.pth"))
        #expect(inspection.suspiciousTensors.map(\.kind) == [.unreadable, .allZero])
        #expect(inspection.suspiciousTensors.first?.message?.contains("checksum") == true)
        #expect(!inspection.isUsable)
    }

    @Test("a small file that stands for more values than can be looked at says so")
    func tooManyValues() async throws {
        let many = (0..<3).map { (key: "w\($0)", shape: [1 << 26], value: Float(1)) }
        let inspection = try await inspect(SmallCheckpoint(many))
        #expect(!inspection.allValuesWereRead && inspection.tensorCount == 3)
    }
}

import FrameGeneration
import ModelFiles
import TestSupport
import Testing

/// Checkpoints as training, compiling and saving leave them: what counts is that the network gets the weights that it
/// gets from its plain state dict.
@Suite("A network in a checkpoint")
struct NetworkPlaceTests {
    private typealias P = Pickling

    private let folder: TemporaryFolder
    private static let generator = Generator.ultralight160Hubert
    private static let encoder = KnownNetwork(AudioEncoder.ave)

    init() throws { folder = try TemporaryFolder() }

    /// The audio encoder, each tensor with a value of its own.
    private func encoder(prefix: String = "", from first: Float = 1) -> SmallCheckpoint {
        var checkpoint = SmallCheckpoint(of: Self.encoder.network) { prefix + $0 }
        checkpoint.number(from: first)
        return checkpoint
    }

    private func write(_ checkpoint: SmallCheckpoint) throws -> String {
        try folder.write(checkpoint.bytes, to: "x.pth")
    }

    private func encoderWeights(_ checkpoint: SmallCheckpoint) throws -> [String: Tensor] {
        try PyTorchCheckpoint.load(.ave, batch: 1, at: write(checkpoint)).weights
    }

    private func expectError(
        _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation, _ load: () throws -> Void
    ) {
        let error = #expect(throws: FramegenError.self, sourceLocation: sourceLocation) { try load() }
        let message = error?.message ?? ""
        #expect(error?.code == .invalidData, sourceLocation: sourceLocation)
        for part in [folder.file("x.pth")] + parts {
            #expect(message.contains(part), "\(part) in \(message)", sourceLocation: sourceLocation)
        }
        #expect(isOneLine(message) && message.utf8.count < 2000, "\(message)", sourceLocation: sourceLocation)
    }

    // MARK: - Found

    @Test(
        "is found under any prefix",
        arguments: [
            "module.", "_orig_mod.", "module._orig_mod.", "_orig_mod.module.", "module.module.", "model.", "net.",
            "generator._orig_mod.", "audio_encoder.", "a.0.b.1.",
        ], [[], ["state_dict"], ["model"], ["params_ema"], ["checkpoint", "net_g"]])
    func prefixes(prefix: String, wrappers: [String]) throws {
        var checkpoint = encoder(prefix: prefix)
        checkpoint.wrappers = wrappers
        #expect(try encoderWeights(checkpoint) == encoderWeights(encoder()))
    }

    @Test("that is a generator is found so too, in either key scheme", arguments: KeyScheme.allCases)
    func generators(scheme: KeyScheme) throws {
        var plain = SmallCheckpoint(of: Self.generator.network)
        plain.number()
        var checkpoint = SmallCheckpoint(of: Self.generator.network) { "model._orig_mod." + scheme.fileKey(for: $0) }
        checkpoint.number()
        checkpoint.wrappers = ["state_dict"]
        let weights = try PyTorchCheckpoint.load(Self.generator, at: write(plain)).weights
        let stateDict = try PyTorchCheckpoint.stateDict(at: write(checkpoint))
        #expect(try stateDict.generators().map(\.name) == [Self.generator.name])
        #expect(try stateDict.model(of: Self.generator).weights == weights)
        #expect(try stateDict.warning(of: Self.generator) == nil)
    }

    @Test("of Lightning is found beside its options, callbacks, loops and optimizers, of which nothing is run")
    func lightning() throws {
        var checkpoint = encoder(prefix: "model.")
        checkpoint.items += SmallCheckpoint([("loss.vgg.0.weight", [64, 3, 3, 3], 0.5)]).items
        checkpoint.wrappers = ["state_dict"]
        let one = SmallCheckpoint.tensor(repeating: 0, shape: [])
        let moments = P.items([("step", one), ("exp_avg", SmallCheckpoint.tensor(repeating: 1, shape: [32, 1, 3, 3]))])
        let state = P.emptyDictionary + P.integer(0) + moments + P.setItem
        checkpoint.beside = [
            ("epoch", P.integer(12)), ("global_step", P.integer(48_000)),
            ("pytorch-lightning_version", P.text("2.4.0")),
            ("hyper_parameters", P.object("lightning.fabric.utilities.data", "AttributeDict", attributes: [])),
            (
                "hparams_type", P.global("omegaconf.dictconfig", "DictConfig")
            ),
            ("options", P.object("argparse", "Namespace", attributes: [("lr", P.integer(1))])),
            (
                "callbacks",
                P.items([
                    (
                        "ModelCheckpoint{'monitor': 'val.loss'}",
                        P.items([
                            ("best_model_score", one),
                            ("dirpath", P.global("pathlib", "PosixPath") + P.tuple([P.text("/")]) + P.call),
                        ])
                    )
                ])
            ),
            ("loops", P.items([("fit_loop", P.items([("state_dict", P.emptyDictionary)]))])),
            ("optimizer_states", P.emptyList + P.items([("state", state)]) + P.append),
            ("lr_schedulers", P.emptyList),
        ]
        #expect(try encoderWeights(checkpoint) == encoderWeights(encoder()))
    }

    @Test("that is the audio encoder is found in the network it was trained in")
    func syncNet() throws {
        var checkpoint = encoder(prefix: "audio_encoder.")
        // The face's encoder has the same names, and other shapes.
        let face = checkpoint.items.map {
            (key: $0.key.replacing("audio_encoder.", with: "face_encoder."), shape: $0.shape + [1], value: $0.value)
        }
        checkpoint.items = SmallCheckpoint(face).items + checkpoint.items
        #expect(try encoderWeights(checkpoint) == encoderWeights(encoder()))
    }

    @Test("is found without a prefix beside an optimizer, a counter and the network of a loss, which are named")
    func beside() throws {
        var plain = SmallCheckpoint(of: Self.generator.network)
        plain.number()
        var checkpoint = plain
        checkpoint.items += SmallCheckpoint([("vgg.0.weight", [64, 3], 0.5), ("vgg.0.bias", [64], 0.5)]).items
        checkpoint.beside = [
            ("step", P.integer(7)), ("inc.inconv.0.conv.1.num_batches_tracked", P.integer(3)),
            (
                "optimizer", P.items([("param_groups", P.emptyList), ("state", P.emptyDictionary)])
            ),
        ]
        let weights = try PyTorchCheckpoint.load(Self.generator, at: write(plain)).weights
        let path = try write(checkpoint)
        #expect(try PyTorchCheckpoint.load(Self.generator, at: path).weights == weights)
        let warning = try PyTorchCheckpoint.stateDict(at: path).warning(of: Self.generator)
        #expect(
            warning == "\(path) holds tensors among the generator's that are not used: 2, such as vgg.0.weight",
            "\(warning ?? "")")
    }

    // MARK: - Several

    @Test("that stands twice with different weights is refused with both places")
    func ambiguous() throws {
        var checkpoint = encoder(prefix: "model.")
        checkpoint.items += encoder(prefix: "ema.", from: 1000).items
        for wrappers in [[], ["state_dict"]] {
            checkpoint.wrappers = wrappers
            let place = wrappers.map { "\($0)." }.joined()
            expectError(
                "an AVE audio encoder under \(place)model and an AVE audio encoder under \(place)ema",
                "different weights"
            ) { _ = try encoderWeights(checkpoint) }
        }
    }

    @Test("that stands twice is the one under the key that is said; a key with none is refused with where they are")
    func weightsKey() throws {
        var checkpoint = SmallCheckpoint(of: Self.generator.network) { "model." + $0 }
        checkpoint.items += SmallCheckpoint(of: Self.generator.network) { "ema.module." + $0 }.items
        checkpoint.number()
        let path = try write(checkpoint)
        func weights(_ key: String?) throws -> [String: Tensor] {
            try PyTorchCheckpoint.stateDict(at: path, weightsKey: key).model(of: Self.generator).weights
        }
        let (model, averaged) = (try weights("model"), try weights("ema"))
        #expect(model != averaged)
        let parameters = Self.generator.network.parameters
        for (key, values) in [("model.", model), ("ema.module.", averaged)] {
            let tensor = try PyTorchCheckpoint.stateDict(at: path).tensor("\(key)outc.conv.bias")
            #expect(values[parameters.last?.key ?? ""] == tensor)
        }
        expectError("under model and", "under ema.module", "choose one by its weights key") { _ = try weights(nil) }
        expectError("holds no whole network under em, but") { _ = try weights("em") }
    }

    @Test("that differs in one value only is refused too, and with the same weights throughout it is taken")
    func copies() throws {
        var checkpoint = encoder(prefix: "model.")
        checkpoint.items += encoder(prefix: "ema.").items
        #expect(try encoderWeights(checkpoint) == encoderWeights(encoder()))
        checkpoint.set("ema.12.conv_block.1.running_var", to: 0.5)
        expectError("under model and", "under ema") { _ = try encoderWeights(checkpoint) }
    }

    @Test("that stands twice is taken from where training scripts put it", arguments: ["model", "state_dict"])
    func usualPlace(wrapper: String) throws {
        var checkpoint = encoder(prefix: "module.")
        checkpoint.wrappers = [wrapper]
        // Each tensor of this one repeats the first value.
        let other = Self.encoder.network.parameters.map {
            ($0.key, SmallCheckpoint.tensor(repeating: 0, shape: $0.shape))
        }
        checkpoint.beside = [("ema", P.items(other))]
        #expect(try encoderWeights(checkpoint) == encoderWeights(encoder()))
        // Where scripts put it, there is none: the other one is the only one.
        checkpoint.items.removeLast()
        let ema = try encoderWeights(checkpoint)
        #expect(ema["12.conv_block.0.bias"]?.values == PageArray(repeating: 1, count: 512))
    }

    @Test("of two different generators is refused with both places")
    func twoGenerators() throws {
        var checkpoint = SmallCheckpoint(of: Self.generator.network) { "small." + $0 }
        checkpoint.items += SmallCheckpoint(of: Generator.syncTalk328Wenet.network) { "large." + $0 }.items
        expectError(
            "a SyncTalk_2D 328 wenet generator under large", "an Ultralight 160 hubert generator under small"
        ) { _ = try PyTorchCheckpoint.stateDict(at: write(checkpoint)).generators() }
    }

    // MARK: - Not found

    @Test("that is another than wanted is said to be it")
    func anotherNetwork() throws {
        expectError(
            "is an AVE audio encoder under audio_encoder, expected a SyncTalk_2D 328 ave generator"
        ) { _ = try PyTorchCheckpoint.load(.syncTalk328AVE, at: write(encoder(prefix: "audio_encoder."))) }
        expectError("is an AVE audio encoder, expected a generator of the family") {
            throw try PyTorchCheckpoint.stateDict(at: write(encoder())).refusalAsGenerator()
        }
        let generator = SmallCheckpoint(of: Generator.syncTalk328AVE.network)
        expectError(
            "is a SyncTalk_2D 328 ave generator or a SyncTalk_2D 328 hubert generator, expected an AVE audio encoder"
        ) { _ = try encoderWeights(generator) }
        expectError(
            "is a SyncTalk_2D 328 ave generator or a SyncTalk_2D 328 hubert generator, expected a SyncTalk_2D 160"
        ) {
            _ = try PyTorchCheckpoint.load(.syncTalk160AVE, at: write(generator))
        }
    }

    @Test("of another family, or an optimizer alone, is said to be that, with examples")
    func stranger() throws {
        let layers = (0..<900).map { (key: "layers.\($0).weight", shape: [64, 3, 7, 7], value: Float(1)) }
        expectError(
            "is not an AVE audio encoder: it seems to be another network, with layers.0.weight [64, 3, 7, 7], "
                + "layers.1.weight", "897 more", "0 of 78 tensors fit"
        ) { _ = try encoderWeights(SmallCheckpoint(layers)) }
        let moments = (0..<900).flatMap { index in
            ["step", "exp_avg", "exp_avg_sq"].map { (key: "\(index).\($0)", shape: [64], value: Float(1)) }
        }
        var optimizer = SmallCheckpoint(moments)
        optimizer.wrappers = ["state"]
        expectError("it seems to be the state of an optimizer without its network") {
            _ = try encoderWeights(optimizer)
        }
    }

    @Test("that is nearly whole is refused with what is missing, misshapen or too much, under its prefix")
    func nearly() throws {
        var checkpoint = encoder(prefix: "net.")
        checkpoint.items.removeFirst(2)
        checkpoint.items[0].shape = [33]
        checkpoint.items += SmallCheckpoint([("net.13.conv_block.0.weight", [3], 1), ("loss.weight", [3], 1)]).items
        checkpoint.wrappers = ["state_dict"]
        expectError(
            "is not an AVE audio encoder: the closest is under state_dict.net; 75 of 78 tensors fit; 2 missing: "
                + "0.conv_block.0.weight, 0.conv_block.0.bias; "
                + "1 misshapen: 0.conv_block.1.weight is [33], expected [32]; 1 extra: 13.conv_block.0.weight"
        ) { _ = try encoderWeights(checkpoint) }
    }

    @Test("that has one more layer in a module of its own is another network")
    func moreLayers() throws {
        var checkpoint = encoder()
        checkpoint.items += SmallCheckpoint([("13.conv_block.0.weight", [512, 512, 1, 1], 1)]).items
        expectError("78 of 78 tensors fit; 1 extra: 13.conv_block.0.weight") { _ = try encoderWeights(checkpoint) }
    }

    @Test("whose file has names and shapes of any length is refused as briefly")
    func longNames() throws {
        let name = String(repeating: "ü", count: 60)
        var checkpoint = SmallCheckpoint(
            (0..<1000).map { (key: "\(name).\($0)", shape: [Int](repeating: 1, count: 60), value: Float(1)) })
        expectError("another network") { _ = try encoderWeights(checkpoint) }
        checkpoint = encoder(prefix: name + ".")
        for index in 3..<70 {
            checkpoint.items[index].shape = [Int](repeating: 1 << 18, count: 1) + [1, 1, 1, 1, 1, 1]
        }
        checkpoint.items += (100..<300).map { .init(key: "\(name).\($0).\(name)", shape: [1], value: 1) }
        expectError("misshapen", "extra", "197 more") { _ = try encoderWeights(checkpoint) }
    }
}

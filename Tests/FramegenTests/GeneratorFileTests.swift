import Foundation
import Framegen
import TestSupport
import Testing

@Suite("A generator's file")
struct GeneratorFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func checkpoint(_ generator: Generator, _ scheme: KeyScheme = .wrappedInSequential) throws -> String {
        let bytes = SmallCheckpoint(of: generator.network) { scheme.fileKey(for: $0) }.bytes
        return try folder.write(bytes, to: "\(generator.name) \(scheme.rawValue).pth")
    }

    private func features(_ shape: [Int]) -> FeatureRows { FeatureRows(Tensor(zeros: [1] + shape)) }

    @Test("is recognised by its tensors, and where they do not tell, by the features", arguments: Generator.all)
    func recognised(generator: Generator) throws {
        for scheme in [KeyScheme.wrappedInSequential, .bare] {
            let file = try GeneratorFile(checkpointPath: checkpoint(generator, scheme))
            #expect(file.candidates.map(\.name).contains(generator.name))
            // Of the family only ave and hubert share their tensors.
            #expect(
                file.candidates.count == (generator.name.hasPrefix("SyncTalk") && generator.features != .wenet ? 2 : 1))
            let found = try file.generator(for: features(generator.features.rowShape))
            #expect(found.name == generator.name)
            #expect(try file.generator(for: features(generator.audioShape)).name == generator.name)
            #expect(try file.model(of: found).network == generator.network)
        }
    }

    @Test("resizes crops as the program does whose keys it has, and as it is told")
    func resizing() throws {
        func resampling(_ scheme: KeyScheme, _ wanted: Resampling? = nil) throws -> Resampling? {
            let path = try checkpoint(.ultralight160Hubert, scheme)
            return try GeneratorFile(checkpointPath: path, cropResampling: wanted).candidates.first?.face.cropResampling
        }
        #expect(try resampling(.wrappedInSequential) == .bilinear)
        #expect(try resampling(.bare) == .area)
        #expect(try resampling(.bare, .bilinear) == .bilinear)
        #expect(try resampling(.wrappedInSequential, .area) == .area)
        let path = try checkpoint(.syncTalk328AVE)
        let error = #expect(throws: FramegenError.self) {
            try GeneratorFile(checkpointPath: path, cropResampling: .area)
        }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains(path) == true && error?.message.contains("bicubic") == true)
    }

    @Test("that takes other features than asked for, or given, is an error that says both sides")
    func contradictions() throws {
        let path = try checkpoint(.syncTalk160Wenet)
        var error = #expect(throws: FramegenError.self) { try GeneratorFile(checkpointPath: path, features: .ave) }
        #expect(error?.code == .invalidRequest)
        for part in [path, "SyncTalk_2D 160 wenet", "ave"] { #expect(error?.message.contains(part) == true) }

        error = #expect(throws: FramegenError.self) {
            try GeneratorFile(checkpointPath: path).generator(for: features([512]))
        }
        #expect(error?.code == .invalidData)
        for part in [path, "ave features", "[512]", "SyncTalk_2D 160 wenet", "[16, 512]"] {
            #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
        }
        // What the tensors leave open, the mode decides.
        let open = try checkpoint(.syncTalk328AVE)
        let hubert = try GeneratorFile(checkpointPath: open, features: .hubert)
        #expect(hubert.candidates.map(\.name) == [Generator.syncTalk328Hubert.name])
        #expect(throws: FramegenError.self) { try hubert.generator(for: features([512])) }
    }

    @Test("that is nearly one says what is missing")
    func nearly() throws {
        var checkpoint = SmallCheckpoint(of: Generator.syncTalk160AVE.network)
        checkpoint.items.removeAll { $0.key == "outc.conv.bias" }
        let path = try folder.write(checkpoint.bytes, to: "nearly.pth")
        let error = #expect(throws: FramegenError.self) { try GeneratorFile(checkpointPath: path) }
        #expect(error?.code == .invalidData)
        let count = Generator.syncTalk160AVE.network.parameters.count
        #expect(
            error?.message == "\(path) is not a SyncTalk_2D 160 ave generator: \(count - 1) of \(count) tensors fit; "
                + "1 missing: outc.conv.bias")
    }

    @Test("that holds the audio encoder, or nothing that fits, says so in one short line")
    func another() throws {
        let encoder = SmallCheckpoint(of: AudioEncoder.ave.network(batch: 1)) { "audio_encoder." + $0 }
        let strange = SmallCheckpoint((0..<900).map { (key: "layers.\($0).weight", shape: [64, 64], value: Float(1)) })
        for (checkpoint, words) in [
            (encoder, "is an AVE audio encoder under audio_encoder, expected a generator of the family"),
            (strange, "is not a generator of the family: it seems to be another network"),
        ] {
            let path = try folder.write(checkpoint.bytes, to: "another.pth")
            let error = #expect(throws: FramegenError.self) { try GeneratorFile(checkpointPath: path) }
            let message = error?.message ?? ""
            #expect(error?.code == .invalidData)
            #expect(
                message.hasPrefix("\(path) \(words)"), "\(message)"
            )
            #expect(message.utf8.count < 2000 && !message.contains { $0.isNewline })
        }
    }

    @Test(
        "is the same under any prefix, with a loss and an optimizer beside it, and warns of what stands within the prefix"
    )
    func places() throws {
        let generator = Generator.ultralight160Wenet
        var plain = SmallCheckpoint(of: generator.network)
        plain.number()
        var nested = SmallCheckpoint(of: generator.network) { "model._orig_mod." + $0 }
        nested.number()
        nested.items += SmallCheckpoint([("loss.0.weight", [3], 1)]).items
        nested.wrappers = ["state_dict"]
        nested.beside = [("optimizer_states", Pickling.emptyList), ("epoch", Pickling.integer(3))]
        func open(_ checkpoint: SmallCheckpoint) throws -> GeneratorFile {
            try GeneratorFile(checkpointPath: folder.write(checkpoint.bytes, to: "places.pth"))
        }
        let weights = try open(plain).model(of: generator).weights
        let file = try open(nested)
        #expect(file.candidates.map(\.name) == [generator.name] && file.warning == nil)
        #expect(try file.model(of: generator).weights == weights)
        plain.items += SmallCheckpoint([("loss.0.weight", [3], 1)]).items
        let mixed = try open(plain)
        #expect(mixed.warning?.hasSuffix("not used: 1, such as loss.0.weight") == true, "\(mixed.warning ?? "")")
        #expect(try mixed.model(of: generator).weights == weights)
    }
}

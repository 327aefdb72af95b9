import Foundation
import FrameGeneration
import ModelFiles
import TestSupport
import Testing

/// Every damage must end in a `FramegenError` or leave the tensors as they were: archives carry checksums.
@Suite struct DamagedFileTests {
    private func content(of name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: fixture(name))))
    }

    /// All tensors of the file, or nil if it is refused.
    private func tensors(_ path: String) throws -> [String: Tensor]? {
        do {
            let stateDict = try PyTorchCheckpoint.stateDict(at: path)
            // A damaged shape can be large and still lie in its storage, by repeating it.
            let small = stateDict.keys.filter { (stateDict.shape(of: $0) ?? []).reduce(1, *) < 10_000 }
            return try stateDict.tensors(small)
        } catch {
            #expect(error.code == .invalidData)
            #expect(error.message.contains(path))
            #expect(isOneLine(error.message))
            return nil
        }
    }

    @Test("A file cut short anywhere is refused", arguments: ["module.pth", "rezipped.pth"])
    func truncation(name: String) throws {
        let folder = try TemporaryFolder()
        let whole = try content(of: name)
        // Every length near the ends, where the headers and the directory's end lie; a prime step between.
        let lengths = Array(0..<64) + Array(stride(from: 64, to: whole.count - 200, by: 7))
        for length in lengths + Array(whole.count - 200..<whole.count) {
            #expect(try tensors(folder.write(Array(whole.prefix(length)), to: "x.pth")) == nil, "\(length) bytes")
        }
        #expect(try tensors(folder.write(whole, to: "x.pth")) != nil)
    }

    @Test("A flipped bit is detected or without effect", arguments: ["module.pth", "rezipped.pth"])
    func bitFlips(name: String) throws {
        let folder = try TemporaryFolder()
        let whole = try content(of: name)
        let original = try #require(try tensors(fixture(name)))
        var random = SeededGenerator(seed: 1)
        var detected = 0
        for position in whole.indices {
            var damaged = whole
            damaged[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            let found = try tensors(folder.write(damaged, to: "x.pth"))
            if found == nil { detected += 1 }
            #expect(found == nil || found == original, "byte \(position)")
        }
        #expect(detected > whole.count / 3)
    }

    @Test("A pickle damaged beneath a right checksum is refused or read, and nothing else")
    func damagedPickles() throws {
        let folder = try TemporaryFolder()
        let weight = Pickling.tensor(
            storage: Pickling.storage("0", elementCount: 6), shape: [2, 3], strides: [3, 1])
        let pickles = [
            try pickle(of: "module.pth"), try pickle(of: "protocol5.pth"),
            try pickle(of: "under-model_state_dict.pth"), Pickling.dictionary([("w", weight), ("v", weight)]),
        ]
        var random = SeededGenerator(seed: 2)
        for (index, pickle) in pickles.enumerated() {
            let storages = (0..<64).map { _ in [UInt8](repeating: 1, count: 24) }
            for round in 0..<250 {
                var damaged = pickle
                for _ in 0...round % 3 {
                    let position = Int.random(in: 0..<damaged.count, using: &random)
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: damaged[position] = UInt8.random(in: 0...255, using: &random)
                    case 1: damaged[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                    case 2: damaged.remove(at: position)
                    default: damaged.insert(damaged[Int.random(in: 0..<damaged.count, using: &random)], at: position)
                    }
                }
                let zip = ZipFile.checkpoint(pickle: damaged, storages: storages)
                let path = try folder.write(zip.bytes, to: "x.pth")
                _ = try tensors(path)
            }
            for length in stride(from: 0, to: pickle.count, by: 5) {
                let zip = ZipFile.checkpoint(pickle: Array(pickle.prefix(length)), storages: storages)
                let path = try folder.write(zip.bytes, to: "x.pth")
                #expect(try tensors(path) == nil, "pickle \(index) cut to \(length) bytes")
            }
        }
    }

    /// The pickle of a fixture: what lies between the first local header and the last STOP before the next.
    private func pickle(of name: String) throws -> [UInt8] {
        let file = try content(of: name)
        let start = try #require(file.indices.first { file[$0...].starts(with: [0x80]) && file[..<$0].count >= 30 })
        let next = try #require(
            file.indices.first { $0 > start && file[$0...].starts(with: [0x50, 0x4b, 0x07, 0x08]) })
        return Array(file[start..<next])
    }
}

/// SplitMix64: the same numbers on every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
        return value ^ value >> 31
    }
}

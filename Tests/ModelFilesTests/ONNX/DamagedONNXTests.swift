import Foundation
import FrameGeneration
import ModelFiles
import TestSupport
import Testing

/// Every damage must end in a `FramegenError` or in a network that can be used: ONNX carries no checksums.
@Suite("Damaged ONNX files")
struct DamagedONNXTests {
    private func content(of name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(filePath: ONNXExports.path(name))))
    }

    /// Whether the file is read; then what was read must also be one that can be written.
    private func isRead(_ bytes: [UInt8], in folder: TemporaryFolder) throws -> Bool {
        let path = try folder.write(bytes, to: "x.onnx")
        do throws(FramegenError) {
            let model = try ONNXModelFile(path: path).model(batch: 1, openSizes: ONNXExports.openSizes)
            #expect(!ONNXWriter.model(model).isEmpty)
            return true
        } catch {
            #expect(error.code == .invalidData || error.code == .notFound)
            #expect(error.message.contains(path), "\(error.message)")
            #expect(isOneLine(error.message))
            return false
        }
    }

    @Test("cut short anywhere are refused", arguments: ["script13-open-batch.onnx", "dynamo21-encoder.onnx"])
    func truncation(name: String) throws {
        let folder = try TemporaryFolder()
        let whole = try content(of: name)
        for length in Array(0..<64) + Array(stride(from: 64, to: whole.count - 100, by: 23)) {
            #expect(try !isRead(Array(whole.prefix(length)), in: folder), "\(length) bytes")
        }
        #expect(try isRead(whole, in: folder))
    }

    @Test(
        "with flipped bits are read or refused",
        arguments: [
            "script11-open-sizes.onnx", "script17-half-typed.onnx", "dynamo18-unoptimised.onnx",
            "script17-unfolded.onnx", "dynamo21-encoder.onnx",
        ])
    func bitFlips(name: String) throws {
        let folder = try TemporaryFolder()
        let whole = try content(of: name)
        var random = SeededGenerator(seed: 3)
        var refused = 0
        for _ in 0..<1500 {
            var damaged = whole
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                let position = Int.random(in: damaged.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: damaged[position] = UInt8.random(in: 0...255, using: &random)
                case 1: damaged[position] = 0xff
                case 2: damaged.remove(at: position)
                default: damaged[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                }
            }
            if try !isRead(damaged, in: folder) { refused += 1 }
        }
        #expect(refused > 100)
    }
}

import Foundation
import FrameGeneration
import ModelFiles
import TestSupport
import Testing

/// Every damage must end in a `FramegenError` or in a network that can be used: packages carry no checksums.
@Suite("Damaged Core ML packages")
struct DamagedCoreMLTests {
    private let folder: TemporaryFolder
    private var path: String { folder.file("x.mlpackage") }

    /// A small generator's package.
    init() throws {
        folder = try TemporaryFolder()
        let model = try ONNXExports.model(ONNXExports.path("script17-unfolded.onnx"))
        try FileManager.default.createDirectory(atPath: folder.file("x.mlpackage"), withIntermediateDirectories: true)
        try CoreMLWriter.write(model, to: folder.file("x.mlpackage"))
    }

    private func content(of name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(filePath: "\(path)/\(name)")))
    }

    /// Whether the package is read with a file of it replaced; then what was read must be one that can be written.
    private func isRead(with bytes: [UInt8], as name: String) throws -> Bool {
        try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
        do throws(FramegenError) {
            #expect(!ONNXWriter.model(try CoreMLPackage.load(at: path)).isEmpty)
            return true
        } catch {
            #expect(error.code == .invalidData || error.code == .notFound)
            #expect(error.message.contains(path), "\(error.message)")
            #expect(isOneLine(error.message))
            return false
        }
    }

    @Test("cut short anywhere are refused", arguments: [CoreMLFiles.model, CoreMLFiles.weights, CoreMLFiles.manifest])
    func truncation(name: String) throws {
        let whole = try content(of: name)
        for length in Array(0..<64) + Array(stride(from: 64, to: whole.count - 1, by: whole.count / 300 + 1)) {
            #expect(try !isRead(with: Array(whole.prefix(length)), as: name), "\(length) bytes")
        }
        #expect(try isRead(with: whole, as: name))
    }

    @Test("with flipped bits are read or refused", arguments: [CoreMLFiles.model, CoreMLFiles.weights])
    func bitFlips(name: String) throws {
        let whole = try content(of: name)
        var random = SeededGenerator(seed: 5)
        var refused = 0
        for _ in 0..<1000 {
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
            if try !isRead(with: damaged, as: name) { refused += 1 }
        }
        #expect(refused > 100)
    }
}

import Foundation
import FrameGeneration
import ModelFiles
import TestSupport
import Testing

@Suite("Writing .npy files")
struct NPYWriterTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(named: "npy 数组") }

    /// All written by NumPy: one of each number of dimensions that matters, and real data.
    private static let arrays =
        ["scalar", "vector", "matrix", "none", "exact-fit", "two-blocks"].map { Fixtures.path("arrays/\($0).npy") } + [
            Fixtures.demoPath("audio/aud_ave.npy"), Fixtures.path("golden/network/unet328_ave_out_f32.npy"),
        ]

    private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

    @Test("gives every byte that numpy.save gives", arguments: arrays)
    func sameAsNumPy(path: String) throws {
        try NPYFile.write(try NPYFile.tensor(at: path), to: folder.file("a.npy"))
        #expect(try bytes(folder.file("a.npy")) == bytes(path))
    }

    @Test("gives the same bytes slice by slice", arguments: arrays.filter { !$0.contains("scalar") })
    func streaming(path: String) throws {
        let tensor = try NPYFile.tensor(at: path)
        let sliceShape = Array(tensor.shape.dropFirst())
        let sliceSize = sliceShape.reduce(1, *)
        let writer = try NPYWriter(path: folder.file("a.npy"), sliceShape: sliceShape, overwrites: false)
        for index in 0..<tensor.shape[0] {
            try writer.append(Array(tensor.values[index * sliceSize..<(index + 1) * sliceSize]))
        }
        #expect(!FileManager.default.fileExists(atPath: folder.file("a.npy")))
        try writer.finish()
        #expect(try bytes(folder.file("a.npy")) == bytes(path))
    }

    @Test("keeps infinities, negative zero and the bits of what is no number")
    func specialValues() throws {
        let values: [Float] = [.infinity, -.infinity, -0.0, Float(bitPattern: 0x7FC1_2345), .leastNonzeroMagnitude]
        try NPYFile.write(Tensor(shape: [5], values: values), to: folder.file("a.npy"))
        #expect(try NPYFile.tensor(at: folder.file("a.npy")).values.map(\.bitPattern) == values.map(\.bitPattern))
    }

    @Test("let go before its end it leaves nothing, and an older file stays")
    func letGo() throws {
        let path = try folder.write([1, 2, 3], to: "a.npy")
        do {
            let writer = try NPYWriter(path: path, sliceShape: [2], overwrites: true)
            try writer.append([1, 2])
        }
        #expect(try bytes(path) == Data([1, 2, 3]))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.npy"])
    }

    @Test("a file in a folder that is a file is named, and a folder that is not there is made for a long one")
    func nowhere() throws {
        try folder.write([1], to: "taken")
        let path = folder.file("taken/a.npy")
        for write in [
            { () throws in try NPYFile.write(Tensor(zeros: [2]), to: path) },
            { () throws in _ = try NPYWriter(path: path, sliceShape: [2], overwrites: true) },
        ] {
            let error = #expect(throws: FramegenError.self) { try write() }
            #expect(error?.code == .cannotWrite)
            #expect(error?.message.contains(folder.file("taken")) == true)
        }
        let made = folder.file("new/a.npy")
        let writer = try NPYWriter(path: made, sliceShape: [2], overwrites: false)
        try writer.finish()
        #expect(FileManager.default.fileExists(atPath: made))
    }
}

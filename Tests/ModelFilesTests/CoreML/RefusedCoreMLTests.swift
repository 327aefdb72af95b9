import Foundation
import FrameGeneration
import ModelFiles
import TestSupport
import Testing

@Suite("Core ML packages are refused by name")
struct RefusedCoreMLTests {
    private let folder: TemporaryFolder
    private var path: String { folder.file("x.mlpackage") }

    init() throws { folder = try TemporaryFolder() }

    private func expectRefusal(
        _ code: FramegenError.Code = .invalidData, saying words: String..., of file: CoreMLFile
    ) throws {
        try file.write(to: path)
        try expectRefusal(code, saying: words)
    }

    private func expectRefusal(_ code: FramegenError.Code = .invalidData, saying words: [String]) throws {
        let error = #expect(throws: FramegenError.self) { try CoreMLPackage.load(at: path) }
        #expect(error?.code == code)
        for word in [path] + words { #expect(error?.message.contains(word) == true, "\(error?.message ?? "")") }
    }

    @Test("but not the one that all others here are made of")
    func readable() throws {
        try CoreMLFile().write(to: path)
        let model = try CoreMLPackage.load(at: path)
        #expect(model.network.nodes.map(\.operation).first == .channelConcatenation)
        #expect(model.weights.values.first?.values == PageArray((0..<24).map { Float($0) }))
    }

    @Test("for versions, functions and descriptions that are not known or contradict the program")
    func versions() throws {
        var file = CoreMLFile()
        file.specificationVersion = 11
        try expectRefusal(saying: "version 11", of: file)
        file.specificationVersion = 6
        try expectRefusal(saying: "CoreML6", "CoreML5", of: file)
        file = CoreMLFile()
        file.opset = "Else1"
        try expectRefusal(saying: "Else1", of: file)
        file = CoreMLFile()
        file.function = "other"
        try expectRefusal(saying: "other", "main", of: file)
        file = CoreMLFile()
        file.described[1] = ("audio", [1, 3, 8, 8])
        try expectRefusal(saying: "contradicts itself", "audio", of: file)
        file.described = []
        try expectRefusal(saying: "contradicts itself", "none", of: file)
        file = CoreMLFile()
        file.inputs[1] = ("audio", [2, 2, 8, 8])
        file.described = file.inputs
        try expectRefusal(saying: "batches [1, 2]", of: file)
    }

    @Test("for operations, arguments and results that are not known")
    func operations() throws {
        func between(_ type: String, _ inputs: [String: [String]], shape: [Int] = [1, 8, 8, 8]) -> CoreMLFile {
            var file = CoreMLFile()
            file.operations.append(CoreMLFile.operation(type, inputs, "middle", shape))
            file.convolved = "middle"
            return file
        }
        try expectRefusal(saying: "softmax", "middle", "upsample_bilinear", of: between("softmax", ["x": ["both"]]))
        try expectRefusal(saying: "compressed", of: between("constexpr_lut_to_dense", [:]))
        try expectRefusal(saying: "argument beta", of: between("relu", ["x": ["both"], "beta": ["one"]]))
        try expectRefusal(saying: "no x", of: between("relu", [:]))
        try expectRefusal(saying: "2 values for x", of: between("relu", ["x": ["both", "both"]]))
        try expectRefusal(saying: "has no x", of: between("relu", ["x": ["w"]]))
        try expectRefusal(
            saying: "declared as float32 [1, 9, 8, 8]", of: between("relu", ["x": ["both"]], shape: [1, 9, 8, 8]))
        try expectRefusal(saying: "reads nothing-there", of: between("relu", ["x": ["nothing-there"]]))
        try expectRefusal(saying: "adds", of: between("add", ["x": ["both"], "y": ["input"]]))
        try expectRefusal(saying: "resizes by [1.0, 1.0]", of: between("upsample_bilinear", ["x": ["both"]]))
        try expectRefusal(saying: "casts to", of: between("cast", ["x": ["both"]]))
        var file = CoreMLFile()
        file.operations = [CoreMLFile.operation("concat", ["values": ["input", "audio"]], "both", [1, 8, 8, 8])]
        try expectRefusal(saying: "axis []", of: file)
        file = CoreMLFile()
        file.convolutionArguments = ["dilations": ["one"]]
        try expectRefusal(saying: "dilated", of: file)
        file.convolutionArguments = ["groups": ["both"]]
        try expectRefusal(saying: "groups that depends on", of: file)
    }

    @Test("for values that read themselves or each other, and names that are there twice")
    func cycles() throws {
        var file = CoreMLFile()
        let relu = CoreMLFile.operation("relu", ["x": ["second"]], "first", [1, 8, 8, 8])
        file.operations += [relu, CoreMLFile.operation("relu", ["x": ["first"]], "second", [1, 8, 8, 8])]
        file.convolved = "second"
        try expectRefusal(saying: "reads second, which nothing before it makes", of: file)
        file = CoreMLFile()
        file.operations.append(CoreMLFile.operation("relu", ["x": ["both"]], "both", [1, 8, 8, 8]))
        try expectRefusal(saying: "both twice", of: file)
        file = CoreMLFile()
        file.operations.append(CoreMLFile.operation("relu", ["x": ["both"]], "input", [1, 8, 8, 8]))
        try expectRefusal(saying: "input twice", of: file)
    }

    @Test("for weights that are not where the program says, are others, or are too large")
    func weights() throws {
        for offset in [0, 32, 65, 1 << 20, Int.max, -64] {
            var file = CoreMLFile()
            file.offset = offset
            try expectRefusal(saying: offset == -64 ? "byte" : "weight w", of: file)
        }
        for start in [100, 129, 1 << 40, Int.max] {
            var file = CoreMLFile()
            file.record.start = start
            try expectRefusal(saying: "weight w", "\(start)", of: file)
        }
        for shape in [[3, 8, 1, 1 << 40], [1 << 31, 1 << 31, 1 << 31, 4], [3, 8, -1, 1], [3, 8, 0, 0]] {
            var file = CoreMLFile()
            file.weightShape = shape
            try expectRefusal(saying: "conv operation output", of: file)
        }
        var file = CoreMLFile()
        file.record.type = 1
        try expectRefusal(saying: "type 1", of: file)
        file = CoreMLFile()
        file.record.size = 48
        try expectRefusal(saying: "48 bytes", of: file)
        file = CoreMLFile()
        file.record.mark = 7
        try expectRefusal(saying: "no record", of: file)
        file = CoreMLFile()
        file.weightVersion = 3
        try expectRefusal(saying: "weight.bin", of: file)
        file = CoreMLFile()
        file.weightShape = [3, 8, 2, 2]
        file.resultShape = [1, 3, 7, 7]
        try expectRefusal(saying: "384 bytes", "96", of: file)
    }
}

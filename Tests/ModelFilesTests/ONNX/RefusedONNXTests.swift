import FrameGeneration
import ModelFiles
import TestSupport
import Testing

@Suite("ONNX files that are refused")
struct RefusedONNXTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Expects an error of one line that names the file and says `words`.
    private func expectRefusal(
        _ bytes: [UInt8], saying words: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let path = try folder.write(bytes, to: "x.onnx")
        let error = #expect(throws: FramegenError.self, sourceLocation: sourceLocation) {
            try ONNXModelFile.load(at: path)
        }
        #expect(error?.code == .invalidData, sourceLocation: sourceLocation)
        let message = error?.message ?? ""
        #expect(message.contains(path) && isOneLine(message), "\(message)", sourceLocation: sourceLocation)
        for word in words { #expect(message.contains(word), "\(message)", sourceLocation: sourceLocation) }
    }

    @Test("the one they are all made from is read")
    func readable() throws {
        let model = try ONNXModelFile.load(at: folder.write(ONNXFile.readable.bytes, to: "x.onnx"))
        #expect(model.network.nodes.map(\.shape) == [[1, 8, 8, 8], [1, 3, 8, 8]])
        #expect(model.network.nodes.map(\.name) == ["both", "output"])
    }

    @Test("for an operator, with its node and what is read instead")
    func operators() throws {
        try expectRefusal(
            ONNXFile.around("MaxPool").bytes, saying: "MaxPool", "the-middle", "not supported", "BatchNormalization")
        try expectRefusal(
            ONNXFile.around("Fancy", domain: "com.example").bytes, saying: "com.example, Fancy", "not supported")
        try expectRefusal(
            ONNXFile.around("DynamicQuantizeLinear").bytes, saying: "the model is quantised", "float16")
        try expectRefusal(ONNXFile.around("Exp").bytes, saying: "Exp", "not supported")
        try expectRefusal(ONNXFile.around("Mul", ["both", "both"]).bytes, saying: "Mul", "not supported")
    }

    @Test("for settings that no network of the family has, with the setting")
    func settings() throws {
        try expectRefusal(
            ONNXFile.around("Concat", ["both", "both"], [ONNXFile.attribute("axis", 2)]).bytes, saying: "axis 2")
        try expectRefusal(
            ONNXFile.around("Concat", ["both", "both"], [ONNXFile.attribute("axis", "one")]).bytes, saying: "axis")
        let scales = ONNXFile.tensor("scales", [4], [1, 1, 2, 2])
        try expectRefusal(
            ONNXFile.around("Resize", ["both", "", "scales"], constants: [scales]).bytes,
            saying: "nearest, half_pixel", "linear, align_corners")
        let linear = [
            ONNXFile.attribute("mode", "linear"), ONNXFile.attribute("coordinate_transformation_mode", "align_corners"),
        ]
        try expectRefusal(
            ONNXFile.around(
                "Resize", ["both", "", "scales"], linear, constants: [ONNXFile.tensor("scales", [4], [1, 1, 3, 3])]
            ).bytes, saying: "[1, 8, 8, 8] to [1, 8, 24, 24]", "twice")
        try expectRefusal(
            ONNXFile.around(
                "Resize", ["both", "", "scales"], linear, constants: [ONNXFile.tensor("scales", [4], [1, 1, 1e30, 2])]
            ).bytes, saying: "scales")
        try expectRefusal(
            ONNXFile.around("Pad", ["both", "pads"], constants: [ONNXFile.tensor("pads", [0, 0, 1, 1, 0, 0, 0, 0])])
                .bytes, saying: "pads by [0, 0, 1, 1, 0, 0, 0, 0]")
        try expectRefusal(
            ONNXFile.around("Cast", ["both"], [ONNXFile.attribute("to", 7)]).bytes, saying: "int64", "floating-point")
        try expectRefusal(
            ONNXFile.around("Unsqueeze", ["both", "axes"], constants: [ONNXFile.tensor("axes", [0])]).bytes,
            saying: "reshaped to [1, 1, 8, 8, 8]")
    }

    @Test(
        "for convolutions that are dilated, pad unevenly or do not fit",
        arguments: [
            ("dilations", [2, 2], "dilated"), ("pads", [1, 0, 0, 0], "pads by [1, 0, 0, 0]"),
            ("pads", [-1, -1, -1, -1], "pads"), ("strides", [0, 1], "strides"), ("strides", [1], "strides"),
            ("kernel_shape", [3, 3], "contradicts"), ("pads", [Int.max, Int.max, Int.max, Int.max], "pads"),
        ])
    func convolutions(name: String, values: [Int], word: String) throws {
        var file = ONNXFile.readable
        file.nodes[1] = ONNXFile.node("Conv", ["both", "w"], "output", [ONNXFile.attribute(name, values)])
        try expectRefusal(file.bytes, saying: word, "the-output")
    }

    @Test("for weights of a wrong shape")
    func weightShapes() throws {
        for (shape, groups) in [
            ([3, 7, 1, 1], 1), ([3, 8, 1, 2], 1), ([3, 8, 1], 1), ([3, 4, 1, 1], 2), ([3, 8, 9, 9], 1),
        ] {
            var file = ONNXFile.readable
            file.nodes[1] = ONNXFile.node("Conv", ["both", "w"], "output", [ONNXFile.attribute("group", groups)])
            file.initializers = [
                ONNXFile.tensor("w", shape, [Float](repeating: 0, count: shape.reduce(1, *)))
            ]
            try expectRefusal(file.bytes, saying: "the-output")
        }
        var file = ONNXFile.readable
        file.nodes[1] = ONNXFile.node("Conv", ["both", "w"], "output", [ONNXFile.attribute("group", 0)])
        try expectRefusal(file.bytes, saying: "0 groups")
        file = .readable
        file.nodes[1] = ONNXFile.node("Conv", ["both", "w", "b"], "output")
        file.initializers.append(ONNXFile.tensor("b", [4], [0, 0, 0, 0]))
        try expectRefusal(file.bytes, saying: "bias of [4]")
        let parameters = ["s", "b", "m", "v"].map { ONNXFile.tensor($0, [7], [1, 1, 1, 1, 1, 1, 1]) }
        try expectRefusal(
            ONNXFile.around("BatchNormalization", ["both", "s", "b", "m", "v"], constants: parameters).bytes,
            saying: "[7]", "[8]")
    }

    @Test("for training exports, and for weights that are no numbers")
    func uselessWeights() throws {
        let ones = [Float](repeating: 1, count: 8)
        let names = ["s", "b", "m", "v"]
        let good = names.map { ONNXFile.tensor($0, [8], ones) }
        try expectRefusal(
            ONNXFile.around(
                "BatchNormalization", ["both"] + names, [ONNXFile.attribute("training_mode", 1)], constants: good
            ).bytes, saying: "training")
        let negative = good.dropLast() + [ONNXFile.tensor("v", [8], ones.map { -$0 })]
        try expectRefusal(
            ONNXFile.around("BatchNormalization", ["both"] + names, constants: Array(negative)).bytes,
            saying: "variance")
        var file = ONNXFile.readable
        file.initializers = [ONNXFile.tensor("w", [3, 8, 1, 1], [Float](repeating: .nan, count: 24))]
        try expectRefusal(file.bytes, saying: "w holds nan")
        file.initializers = [
            ONNXFile.tensor("w", [3, 8, 1, 1], type: 3) {
                $0.add(9, rawBytesOf: PageArray<Float>(repeating: 0, count: 6))
            }
        ]
        try expectRefusal(file.bytes, saying: "w is int8", "quantised")
        file.initializers = [ONNXFile.tensor("w", [3, 8, 1, 1], type: 8) { _ in }]
        try expectRefusal(file.bytes, saying: "w is string")
    }

    @Test("for tensors of absurd shapes or with too few or too many bytes")
    func tensors() throws {
        for shape in [
            [3, 8, 1, 2], [1 << 40, 1 << 40, 1 << 40, 1], [-3, 8, 1, 1], [0, 1 << 62, 1 << 62, 4], [3, 8, 1],
        ] {
            var file = ONNXFile.readable
            file.initializers = [ONNXFile.tensor("w", shape, [Float](repeating: 0, count: 24))]
            try expectRefusal(file.bytes)
        }
        var file = ONNXFile.readable
        file.initializers = [ONNXFile.tensor("w", [3, 8, 1, 1], [0])]
        try expectRefusal(file.bytes, saying: "w of [3, 8, 1, 1] float32", "4 bytes, expected 96")
    }

    @Test("for values that are defined twice or not at all, so for circles too")
    func names() throws {
        var file = ONNXFile.readable
        file.nodes.append(ONNXFile.node("Relu", ["both"], "output"))
        try expectRefusal(file.bytes, saying: "output twice")
        file = .readable
        file.initializers.append(file.initializers[0])
        try expectRefusal(file.bytes, saying: "w twice")
        file = .readable
        file.nodes.reverse()
        try expectRefusal(file.bytes, saying: "reads both, which nothing before it makes")
        file = .around("Add", ["both", "middle"])
        try expectRefusal(file.bytes, saying: "middle")
        file = .readable
        file.outputs = [ONNXFile.value("nothing", [1])]
        try expectRefusal(file.bytes, saying: "nothing")
        file.outputs = [ONNXFile.value("input", [1])]
        try expectRefusal(file.bytes, saying: "input")
    }

    @Test("for inputs and outputs of another number, shape or type")
    func signatures() throws {
        var file = ONNXFile.readable
        file.inputs.append(ONNXFile.value("third", [1]))
        try expectRefusal(file.bytes, saying: "3 inputs")
        file = .readable
        file.outputs.append(ONNXFile.value("both", [1]))
        try expectRefusal(file.bytes, saying: "2 outputs")
        file = .readable
        file.inputs[0] = ONNXFile.value("input", [1, 6, 64])
        try expectRefusal(file.bytes, saying: "input 1×6×64")
        file.inputs[0] = ONNXFile.value("input", [1, 6, 8, 1 << 40])
        try expectRefusal(file.bytes, saying: "\(1 << 40)")
        file.inputs[0] = ONNXFile.value("input", [1, 6, 8, 9])
        try expectRefusal(file.bytes, saying: "joins", "[1, 2, 8, 8]")
        file.inputs[0] = ONNXFile.value("input", [1, 6, 8, 8], type: 2)
        try expectRefusal(file.bytes, saying: "uint8")
    }

    @Test("for networks that would take more than twenty of the family's")
    func costs() throws {
        var file = ONNXFile.readable
        file.inputs = [ONNXFile.value("input", [1, 6, 8192, 8192]), ONNXFile.value("audio", [1, 2, 8192, 8192])]
        try expectRefusal(file.bytes, saying: "expected at most")
        file = .readable
        file.inputs = [ONNXFile.value("input", [1, 6, 2048, 2048]), ONNXFile.value("audio", [1, 2, 2048, 2048])]
        file.nodes = [file.nodes[0]]
        var name = "both"
        for index in 0..<200 {
            file.nodes.append(ONNXFile.node("Relu", [name], "r\(index)"))
            name = "r\(index)"
        }
        file.nodes.append(ONNXFile.node("Conv", [name, "w"], "output"))
        try expectRefusal(file.bytes, saying: "twenty times")
    }

    @Test("for another operator set, or none", arguments: [0, 9, 10, 24, 1 << 40])
    func operatorSets(opset: Int) throws {
        var file = ONNXFile.readable
        file.opset = opset
        try expectRefusal(file.bytes, saying: "operator set \(opset)", "11 to")
    }

    @Test("when they are something else")
    func otherFiles() throws {
        try expectRefusal([])
        try expectRefusal(Array("PK\u{3}\u{4} a zip archive of a checkpoint, perhaps".utf8))
        try expectRefusal(Array("a text".utf8))
        try expectRefusal([UInt8](repeating: 0xff, count: 1000))
        #expect(throws: FramegenError.self) { try ONNXModelFile.load(at: folder.file("nowhere.onnx")) }
    }

    @Test("and names of theirs that could trouble a terminal or a runtime are made plain")
    func plainNames() throws {
        var file = ONNXFile.readable
        let odd = "w\u{1b}[2J\n\u{0}\"; 猫"
        file.nodes[0] = ONNXFile.node("Concat", ["input", "audio"], odd, [ONNXFile.attribute("axis", 1)])
        file.nodes[1] = ONNXFile.node("Conv", [odd, "\(odd)2"], "output")
        file.initializers = [ONNXFile.tensor("\(odd)2", [3, 8, 1, 1], [Float](repeating: 0, count: 24))]
        let model = try ONNXModelFile.load(at: folder.write(file.bytes, to: "x.onnx"))
        for name in model.network.nodes.map(\.name) + model.weights.keys {
            #expect(name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-/".contains($0)) })
        }
        file.nodes[1] = ONNXFile.node("Conv", ["\(odd)3", "\(odd)2"], "output")
        try expectRefusal(file.bytes, saying: "\\u{1b}")
    }
}

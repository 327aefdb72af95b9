import Foundation
import FrameGeneration
import ModelFiles
import TestSupport

/// Where the files of a package are.
enum CoreMLFiles {
    static let manifest = "Manifest.json"
    static let model = "Data/com.apple.CoreML/model.mlmodel"
    static let weights = "Data/com.apple.CoreML/weights/weight.bin"
}

/// A Core ML package made field by field, so that it can be wrong in any way: `input` and `audio` joined, and a
/// convolution to 3 channels.
///
/// The numbers are those of Model.proto and MIL.proto.
struct CoreMLFile {
    var specificationVersion = 7
    var opset = "CoreML6"
    var function = "main"
    var fileName = "@model_path/weights/weight.bin"
    var offset = 64
    var weightShape = [3, 8, 1, 1]
    /// What the record of the weight says: the mark, the type, bytes, and where they begin.
    var record: (mark: Int, type: Int, size: Int, start: Int) = (0xdead_beef, 2, 96, 128)
    var weightVersion = 2
    var described = [("input", [1, 6, 8, 8]), ("audio", [1, 2, 8, 8])]
    var inputs = [("input", [1, 6, 8, 8]), ("audio", [1, 2, 8, 8])]
    /// Between the weight and the convolution.
    var operations = [
        Self.operation("concat", ["values": ["input", "audio"], "axis": ["one"]], "both", [1, 8, 8, 8])
    ]
    var convolved = "both"
    var resultShape = [1, 3, 8, 8]
    var convolutionArguments: [String: [String]] = [:]
    var manifest = #"""
        {"fileFormatVersion": "1.0.0", "rootModelIdentifier": "m", "itemInfoEntries": {"m": {"author":
        "com.apple.CoreML", "description": "", "name": "model.mlmodel", "path": "com.apple.CoreML/model.mlmodel"}}}
        """#

    var model: [UInt8] {
        var block = ProtobufMessage()
        block.add(2, "output")
        let one = Self.value(23, [], 2, [1])
        block.add(3, Self.operation("const", [:], "one", [], type: 23, value: one))
        var blob = ProtobufMessage()
        blob.add(1, fileName)
        blob.add(2, offset)
        var weight = ProtobufMessage()
        weight.add(2, Self.type(11, weightShape))
        weight.add(5, blob)
        block.add(3, Self.operation("const", [:], "w", weightShape, value: weight))
        for operation in operations { block.add(3, operation) }
        let arguments = ["x": [convolved], "weight": ["w"]].merging(convolutionArguments) { $1 }
        block.add(3, Self.operation("conv", arguments, "output", resultShape))

        var main = ProtobufMessage()
        for (name, shape) in inputs { main.add(1, Self.named(name, 11, shape)) }
        main.add(2, opset)
        main.add(3, Self.entry(opset, block))
        var program = ProtobufMessage()
        program.add(1, 1)
        program.add(2, Self.entry(function, main))
        var description = ProtobufMessage()
        for (name, shape) in described { description.add(1, Self.feature(name, shape)) }
        description.add(10, Self.feature("output", resultShape))
        var model = ProtobufMessage()
        model.add(1, specificationVersion)
        model.add(2, description)
        model.add(502, program)
        return model.serialized()
    }

    var weights: [UInt8] {
        func bytes(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
        let header = bytes(UInt32(1)) + bytes(UInt32(weightVersion)) + [UInt8](repeating: 0, count: 56)
        let numbers = bytes(UInt32(record.mark)) + bytes(UInt32(record.type))
        let record = numbers + bytes(UInt64(record.size)) + bytes(UInt64(record.start))
        let values = (0..<24).flatMap { bytes(Float($0).bitPattern) }
        return header + record + [UInt8](repeating: 0, count: 40) + values
    }

    /// Writes the package into a new folder.
    func write(to path: String) throws {
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(
            atPath: "\(path)/Data/com.apple.CoreML/weights", withIntermediateDirectories: true)
        try Data(manifest.utf8).write(to: URL(filePath: "\(path)/\(CoreMLFiles.manifest)"))
        try Data(model).write(to: URL(filePath: "\(path)/\(CoreMLFiles.model)"))
        try Data(weights).write(to: URL(filePath: "\(path)/\(CoreMLFiles.weights)"))
    }
}

extension CoreMLFile {
    static func operation(
        _ operation: String, _ inputs: [String: [String]], _ result: String, _ shape: [Int], type: Int = 11,
        value: ProtobufMessage? = nil
    ) -> ProtobufMessage {
        var message = ProtobufMessage()
        message.add(1, operation)
        for (argument, names) in inputs.sorted(by: { $0.key < $1.key }) {
            var bindings = ProtobufMessage()
            for name in names {
                var binding = ProtobufMessage()
                binding.add(1, name)
                bindings.add(1, binding)
            }
            message.add(2, entry(argument, bindings))
        }
        message.add(3, named(result, type, shape))
        if let value { message.add(5, entry("val", value)) }
        return message
    }

    /// A constant of int32, or of bool.
    static func value(_ type: Int, _ shape: [Int], _ field: UInt64, _ numbers: [Int]) -> ProtobufMessage {
        var values = ProtobufMessage()
        values.add(1, packed: numbers)
        var tensor = ProtobufMessage()
        tensor.add(field, values)
        var immediate = ProtobufMessage()
        immediate.add(1, tensor)
        var message = ProtobufMessage()
        message.add(2, self.type(type, shape))
        message.add(3, immediate)
        return message
    }

    static func entry(_ key: String, _ value: ProtobufMessage) -> ProtobufMessage {
        var entry = ProtobufMessage()
        entry.add(1, key)
        entry.add(2, value)
        return entry
    }

    static func named(_ name: String, _ type: Int, _ shape: [Int]) -> ProtobufMessage {
        var message = ProtobufMessage()
        message.add(1, name)
        message.add(2, self.type(type, shape))
        return message
    }

    private static func type(_ type: Int, _ shape: [Int]) -> ProtobufMessage {
        var tensor = ProtobufMessage()
        tensor.add(1, type)
        if !shape.isEmpty { tensor.add(2, shape.count) }
        for size in shape {
            var constant = ProtobufMessage()
            constant.add(1, size)
            var dimension = ProtobufMessage()
            dimension.add(1, constant)
            tensor.add(3, dimension)
        }
        var message = ProtobufMessage()
        message.add(1, tensor)
        return message
    }

    private static func feature(_ name: String, _ shape: [Int]) -> ProtobufMessage {
        var array = ProtobufMessage()
        array.add(1, packed: shape)
        array.add(2, 65568)
        var type = ProtobufMessage()
        type.add(5, array)
        var message = ProtobufMessage()
        message.add(1, name)
        message.add(3, type)
        return message
    }
}

internal import FrameGeneration

/// The messages of MIL.proto that a program consists of.
enum MILMessages {
    static func type(_ type: MILType) -> ProtobufMessage {
        var tensor = ProtobufMessage()
        tensor.add(MILTypeField.dataType, type.dataType.code)
        if !type.shape.isEmpty { tensor.add(MILTypeField.rank, type.shape.count) }
        for size in type.shape {
            var constant = ProtobufMessage()
            constant.add(MILTypeField.size, size)
            var dimension = ProtobufMessage()
            dimension.add(MILTypeField.constant, constant)
            tensor.add(MILTypeField.dimension, dimension)
        }
        var message = ProtobufMessage()
        message.add(MILTypeField.tensor, tensor)
        return message
    }

    static func named(_ name: String, _ type: MILType) -> ProtobufMessage {
        var message = ProtobufMessage()
        message.add(MILNamedTypeField.name, name)
        message.add(MILNamedTypeField.type, self.type(type))
        return message
    }

    static func string(_ text: String) -> ProtobufMessage {
        immediate(MILType(dataType: .string), MILTensorField.strings) { $0.add(MILTensorField.values, text) }
    }

    static func bool(_ value: Bool) -> ProtobufMessage {
        immediate(MILType(dataType: .bool), MILTensorField.booleans) {
            $0.add(MILTensorField.values, packed: [value ? 1 : 0])
        }
    }

    /// A scalar.
    static func integer(_ value: Int) -> ProtobufMessage { integers([value], shape: []) }

    static func integers(_ values: [Int]) -> ProtobufMessage { integers(values, shape: [values.count]) }

    private static func integers(_ values: [Int], shape: [Int]) -> ProtobufMessage {
        immediate(MILType(dataType: .int32, shape: shape), MILTensorField.integers) {
            $0.add(MILTensorField.values, packed: values)
        }
    }

    static func floats(_ values: PageArray<Float>, shape: [Int]) -> ProtobufMessage {
        immediate(MILType(dataType: .float32, shape: shape), MILTensorField.floats) {
            $0.add(MILTensorField.values, rawBytesOf: values)
        }
    }

    /// float16 by its bits.
    static func halves(_ values: [UInt16], shape: [Int]) -> ProtobufMessage {
        immediate(MILType(dataType: .float16, shape: shape), MILTensorField.bytes) {
            $0.add(MILTensorField.values, rawBytesOf: values)
        }
    }

    /// A value in the weight file.
    static func blob(_ type: MILType, at offset: Int) -> ProtobufMessage {
        var blob = ProtobufMessage()
        blob.add(
            MILBlobField.fileName, "\(CoreMLFormat.modelFolder)\(CoreMLFormat.weights)/\(CoreMLFormat.weightFile)")
        blob.add(MILBlobField.offset, offset)
        var message = ProtobufMessage()
        message.add(MILValueField.type, self.type(type))
        message.add(MILValueField.blob, blob)
        return message
    }

    /// An operation of one result.
    static func operation(
        _ operation: String, _ inputs: [(argument: String, values: [String])], _ result: String, _ type: MILType,
        value: ProtobufMessage? = nil
    ) -> ProtobufMessage {
        var message = ProtobufMessage()
        message.add(MILOperationField.type, operation)
        for (argument, values) in inputs {
            var bindings = ProtobufMessage()
            for value in values {
                var binding = ProtobufMessage()
                binding.add(MILArgumentField.name, value)
                bindings.add(MILArgumentField.binding, binding)
            }
            message.add(MILOperationField.input, key: argument, bindings)
        }
        message.add(MILOperationField.output, named(result, type))
        message.add(MILOperationField.attribute, key: "name", string(result))
        if let value { message.add(MILOperationField.attribute, key: "val", value) }
        return message
    }

    private static func immediate(
        _ type: MILType, _ field: UInt64, _ fill: (inout ProtobufMessage) -> Void
    ) -> ProtobufMessage {
        var values = ProtobufMessage()
        fill(&values)
        var tensor = ProtobufMessage()
        tensor.add(field, values)
        var immediate = ProtobufMessage()
        immediate.add(MILValueField.tensor, tensor)
        var message = ProtobufMessage()
        message.add(MILValueField.type, self.type(type))
        message.add(MILValueField.immediate, immediate)
        return message
    }
}

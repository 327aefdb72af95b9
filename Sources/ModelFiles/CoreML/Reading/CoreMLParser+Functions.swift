internal import FrameGeneration

extension CoreMLParser {
    /// The family's networks have four hundred, constants among them.
    private static let mostOperations = 1 << 14

    static func function(_ message: ProtobufReader) throws(FramegenError) -> MILFunction {
        var reader = message
        var function = MILFunction()
        var blocks: [String: Range<Int>] = [:]
        while let field = try reader.next() {
            guard case .bytes(let range) = field.value else { continue }
            switch field.number {
            case MILFunctionField.input: function.inputs.append(try namedType(reader.message(range)))
            case MILFunctionField.opset: function.opset = try reader.text(range)
            case MILFunctionField.block:
                let (opset, block) = try entry(reader.message(range))
                guard let block, blocks.updateValue(block, forKey: opset) == nil else {
                    throw reader.fault("the operation set \(Printable.text(opset)) twice, or without a block")
                }
            default: continue
            }
            guard max(function.inputs.count, blocks.count) <= mostItems else {
                throw reader.fault("a function of more than \(mostItems) inputs or blocks")
            }
        }
        function.blockOpsets = blocks.keys.sorted()
        if let block = blocks[function.opset] { try parse(block: reader.message(block), into: &function) }
        return function
    }

    private static func parse(
        block message: ProtobufReader, into function: inout MILFunction
    ) throws(FramegenError) {
        var reader = message
        while let field = try reader.next() {
            guard case .bytes(let range) = field.value else { continue }
            switch field.number {
            case MILBlockField.input: throw reader.fault("a function's block with inputs of its own")
            case MILBlockField.output: function.outputs.append(try reader.text(range))
            case MILBlockField.operation: function.operations.append(try operation(reader.message(range)))
            default: continue
            }
            guard function.operations.count <= mostOperations, function.outputs.count <= mostItems else {
                throw reader.fault("more than \(mostOperations) operations or \(mostItems) outputs")
            }
        }
    }

    private static func operation(_ message: ProtobufReader) throws(FramegenError) -> MILOperation {
        var reader = message
        var operation = MILOperation()
        while let field = try reader.next() {
            guard case .bytes(let range) = field.value else { continue }
            switch field.number {
            case MILOperationField.type: operation.type = try reader.text(range)
            case MILOperationField.output: operation.outputs.append(try namedType(reader.message(range)))
            case MILOperationField.block:
                throw reader.fault("an operation with blocks, such as a loop, at byte \(range.lowerBound)")
            case MILOperationField.input:
                let (name, value) = try entry(reader.message(range))
                var bound: [MILBinding] = []
                if let value { bound = try bindings(reader.message(value)) }
                guard operation.inputs.updateValue(bound, forKey: name) == nil else {
                    throw reader.fault("the argument \(Printable.text(name)) twice at byte \(range.lowerBound)")
                }
            case MILOperationField.attribute:
                let (name, value) = try entry(reader.message(range))
                var parsed = MILValue()
                if let value { parsed = try Self.value(reader.message(value)) }
                guard operation.attributes.updateValue(parsed, forKey: name) == nil else {
                    throw reader.fault("the attribute \(Printable.text(name)) twice at byte \(range.lowerBound)")
                }
            default: continue
            }
            guard max(operation.inputs.count, operation.outputs.count, operation.attributes.count) <= mostItems else {
                throw reader.fault("an operation with more than \(mostItems) arguments, results or attributes")
            }
        }
        return operation
    }

    private static func bindings(_ message: ProtobufReader) throws(FramegenError) -> [MILBinding] {
        var reader = message
        var bindings: [MILBinding] = []
        while let field = try reader.next() {
            guard field.number == MILArgumentField.binding, case .bytes(let range) = field.value else { continue }
            var binding = reader.message(range)
            while let field = try binding.next() {
                guard case .bytes(let range) = field.value else { continue }
                switch field.number {
                case MILArgumentField.name: bindings.append(.name(try binding.text(range)))
                case MILArgumentField.value: bindings.append(.value(try value(binding.message(range))))
                default: continue
                }
            }
            guard bindings.count <= mostItems else { throw reader.fault("an argument of over \(mostItems) values") }
        }
        return bindings
    }
}

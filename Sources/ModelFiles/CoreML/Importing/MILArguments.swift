internal import FrameGeneration

extension MILImporter {
    /// An argument of whole numbers, one or several; `defaultValue` where it is left out.
    func integers(
        _ operation: MILOperation, _ argument: String, default defaultValue: [Int]
    ) throws(FramegenError) -> [Int] {
        guard let value = try constant(operation, argument) else { return defaultValue }
        guard value.type.dataType == .int32, case .integers(let numbers) = value.content,
            value.type.elementCount == numbers.count
        else { throw fault(operation, "has a \(argument) that is no int32") }
        // Sign-extended from what protobuf stores.
        return numbers.map { Int(Int32(truncatingIfNeeded: $0)) }
    }

    func bool(
        _ operation: MILOperation, _ argument: String, default defaultValue: Bool
    ) throws(FramegenError) -> Bool {
        guard let value = try constant(operation, argument) else { return defaultValue }
        guard value.type == MILType(dataType: .bool), case .booleans(let values) = value.content, values.count == 1
        else { throw fault(operation, "has a \(argument) that is no bool") }
        return values[0] != 0
    }

    func string(
        _ operation: MILOperation, _ argument: String, default defaultValue: String
    ) throws(FramegenError) -> String {
        guard let value = try constant(operation, argument) else { return defaultValue }
        guard value.type == MILType(dataType: .string), case .strings(let values) = value.content, values.count == 1
        else { throw fault(operation, "has a \(argument) that is no text") }
        return values[0]
    }

    /// A scalar of floating point, or a whole number.
    func float(
        _ operation: MILOperation, _ argument: String, default defaultValue: Float
    ) throws(FramegenError) -> Float {
        guard let value = try constant(operation, argument) else { return defaultValue }
        guard value.type.shape.isEmpty else { throw fault(operation, "has a \(argument) of \(value.type.shape)") }
        let type: TensorDataType
        let bytes: [UInt8]
        switch (value.type.dataType, value.content) {
        case (.float32, .floats(let found)): (type, bytes) = (.float32, found)
        case (.float16, .bytes(let found)): (type, bytes) = (.float16, found)
        case (.int32, .integers(let numbers)) where numbers.count == 1: return Float(numbers[0])
        default: throw fault(operation, "has a \(argument) that is no number")
        }
        guard bytes.count == type.byteCount,
            let tensor = StoredTensor.contiguous(argument, type, shape: [], bytes), tensor.values.count == 1
        else { throw fault(operation, "has a \(argument) that is no number") }
        return tensor.values[0]
    }
}

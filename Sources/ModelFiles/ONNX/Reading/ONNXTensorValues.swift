internal import FrameGeneration

/// Fetches the values of a model's tensors, out of the model file or of the files beside it that it names.
struct ONNXTensorValues: Sendable {
    let path: String
    /// The whole model file.
    let bytes: [UInt8]

    /// The values as float32.
    ///
    /// - Throws: `FramegenError`: `.invalidData` when the tensor has no floating-point type or its bytes are not where
    ///   the model says.
    func floats(of tensor: ONNXTensor) throws(FramegenError) -> Tensor {
        guard let type = tensor.dataType.elementType, type.isFloatingPoint else {
            let hint = tensor.dataType.elementType == nil ? "" : "; a quantised model has to be exported anew"
            throw FramegenError(
                .invalidData,
                "\(path): the weight \(Printable.text(tensor.name)) is \(tensor.dataType.name), expected floating "
                    + "point\(hint)")
        }
        let bytes = try storedBytes(of: tensor, type)
        guard let values = StoredTensor.contiguous(tensor.name, type, shape: tensor.shape, bytes)
        else {
            throw FramegenError(
                .invalidData,
                "\(path): the tensor \(Printable.text(tensor.name)) of \(tensor.shape) has too few bytes")
        }
        return values
    }

    /// The values of a small tensor of any type that shapes are computed with.
    func constant(of tensor: ONNXTensor) throws(FramegenError) -> ONNXConstant {
        guard let type = tensor.dataType.elementType, tensor.elementCount <= ONNXConstant.mostElements else {
            throw FramegenError(
                .invalidData,
                "\(path): the tensor \(Printable.text(tensor.name)) of \(tensor.shape) \(tensor.dataType.name) takes "
                    + "part in arithmetic on shapes, expected at most \(ONNXConstant.mostElements) numbers")
        }
        if type.isFloatingPoint {
            return ONNXConstant(
                shape: tensor.shape, numbers: .floats(try floats(of: tensor).values.map(Double.init)))
        }
        let bytes = try storedBytes(of: tensor, type)[...]
        func widened<T: FixedWidthInteger>(_: T.Type) -> [Int] {
            LittleEndian.integers(T.self, bytes).map { Int(truncatingIfNeeded: $0) }
        }
        let integers =
            switch type {
            case .int8: widened(Int8.self)
            case .int16: widened(Int16.self)
            case .int32: widened(Int32.self)
            case .uint8, .bool: widened(UInt8.self)
            case .uint16: widened(UInt16.self)
            case .uint32: widened(UInt32.self)
            default: widened(Int64.self)
            }
        return ONNXConstant(shape: tensor.shape, numbers: .integers(integers))
    }

    private func storedBytes(of tensor: ONNXTensor, _ type: TensorDataType) throws(FramegenError) -> [UInt8] {
        switch tensor.storage {
        case .inline(let range): Array(bytes[range])
        case .bytes(let bytes): bytes
        case .external(let data): try external(data, tensor, byteCount: tensor.elementCount * type.byteCount)
        }
    }
}

extension ONNXTensorValues {
    /// Reads external data, which may only lie in the model's own folder or in folders below it.
    private func external(
        _ data: ONNXExternalData, _ tensor: ONNXTensor, byteCount: Int
    ) throws(FramegenError) -> [UInt8] {
        let owner = "\(path): the tensor \(Printable.text(tensor.name))"
        let parent = Folder.parent(of: path)
        let folder = parent.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : parent
        let file = try ContainedFile.open(data.location, in: folder, owner: owner)
        guard byteCount <= file.byteCount, data.offset <= file.byteCount - byteCount else {
            throw FramegenError(
                .invalidData,
                "\(owner) is \(byteCount) bytes from byte \(data.offset) of \(Printable.text(data.location)), which "
                    + "has \(file.byteCount)")
        }
        return try file.bytes(in: data.offset..<data.offset + byteCount)
    }
}

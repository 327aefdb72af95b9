import Foundation
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
        var strides = [Int](repeating: 1, count: tensor.shape.count)
        for index in tensor.shape.indices.dropLast().reversed() {
            strides[index] = strides[index + 1] * max(tensor.shape[index + 1], 1)
        }
        let storage = StoredStorage(key: tensor.name, dataType: type, byteCount: bytes.count)
        guard
            let stored = StoredTensor(
                storage: storage, dataType: type, offset: 0, shape: tensor.shape, strides: strides),
            let values = stored.tensor(from: bytes)
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
        let file = try externalFile(data.location, owner: owner)
        guard byteCount <= file.byteCount, data.offset <= file.byteCount - byteCount else {
            throw FramegenError(
                .invalidData,
                "\(owner) is \(byteCount) bytes from byte \(data.offset) of \(Printable.text(data.location)), which "
                    + "has \(file.byteCount)")
        }
        return try file.bytes(in: data.offset..<data.offset + byteCount)
    }

    private func externalFile(_ location: String, owner: String) throws(FramegenError) -> RegularFile {
        let shown = Printable.text(location)
        let components = location.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = components.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
        guard isPlain, !location.utf8.contains(0), !location.contains("\\") else {
            throw FramegenError(
                .invalidData,
                "\(owner) is in \(shown.isEmpty ? "a file without a name" : shown), expected a file in the model's own "
                    + "folder")
        }
        let parent = Folder.parent(of: path)
        let folder = parent.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : parent
        guard let realFolder = Self.realPath(folder) else {
            throw FramegenError(.notFound, "\(folder), the folder of \(path), cannot be read")
        }
        guard let realFile = Self.realPath("\(folder)/\(location)") else {
            throw FramegenError(.notFound, "\(owner) is in \(shown), which is not beside the model")
        }
        guard realFile.hasPrefix(realFolder.hasSuffix("/") ? realFolder : "\(realFolder)/") else {
            throw FramegenError(
                .invalidData,
                "\(owner) is in \(shown), a link to a file outside of the model's folder, which is not followed")
        }
        return try RegularFile(realFile)
    }

    /// The path without links and dots; nil if there is no such file.
    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(validatingCString: resolved)
    }
}

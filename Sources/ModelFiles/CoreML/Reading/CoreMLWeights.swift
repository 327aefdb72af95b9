internal import FrameGeneration
import Synchronization

/// Fetches the values of a package's weights, out of its program or of the weight file that it names.
final class CoreMLWeights: Sendable {
    private let package: String
    /// The folder that the model is in, below which its weight file has to lie.
    private let folder: String
    private let file = Mutex<OpenFile?>(nil)

    private struct OpenFile {
        let name: String
        let file: RegularFile
        /// Records that were read already, which may be read again.
        var records: Set<Int> = []
        /// Of all of them, which are no longer than the file together.
        var byteCount = 0
    }

    init(package: String, folder: String) {
        self.package = package
        self.folder = folder
    }

    /// The values as float32; `name` is the program's name of the weight, for messages.
    ///
    /// - Throws: `FramegenError`: `.invalidData` when its bytes are not where the program says, or are others than its
    ///   type says; `.notFound` when there is no weight file.
    func floats(of value: MILValue, _ name: String) throws(FramegenError) -> Tensor {
        guard value.type.dataType.isFloatingPoint else {
            throw fault(name, "is \(value.type.dataType.name), expected float16 or float32")
        }
        let isHalf = value.type.dataType == .float16
        guard let count = value.type.elementCount else {
            throw fault(name, "is \(value.type.shape), which is too large")
        }
        let byteCount = count * (isHalf ? 2 : 4)
        let bytes: [UInt8]
        switch value.content {
        case .bytes(let found) where isHalf: bytes = found
        case .floats(let found) where !isHalf: bytes = found
        case .blob(let fileName, let offset):
            bytes = try blob(fileName, offset, value.type.dataType, byteCount: byteCount, name)
        default: throw fault(name, "has no values of its type, \(value.type.dataType.name)")
        }
        guard bytes.count == byteCount,
            let tensor = StoredTensor.contiguous(name, isHalf ? .float16 : .float32, shape: value.type.shape, bytes)
        else { throw fault(name, "of \(value.type.text) has \(bytes.count) bytes, expected \(byteCount)") }
        return tensor
    }

    private func blob(
        _ fileName: String, _ offset: Int, _ type: MILDataType, byteCount: Int, _ name: String
    ) throws(FramegenError) -> [UInt8] {
        let result = file.withLock { open -> Result<[UInt8], FramegenError> in
            do throws(FramegenError) {
                var weights: OpenFile
                if let open { weights = open } else { weights = try self.open(fileName, name) }
                guard weights.name == fileName else {
                    throw fault(
                        name, "is in \(Printable.text(fileName)), others in \(weights.name): expected one weight file")
                }
                let start = try dataOffset(in: weights.file, offset, type, byteCount: byteCount, name)
                if weights.records.insert(offset).inserted { weights.byteCount += byteCount }
                guard weights.byteCount <= weights.file.byteCount else {
                    throw fault(name, "lies where other weights lie")
                }
                open = weights
                return .success(try weights.file.bytes(in: start..<start + byteCount))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func open(_ fileName: String, _ name: String) throws(FramegenError) -> OpenFile {
        guard fileName.hasPrefix(CoreMLFormat.modelFolder) else {
            throw fault(name, "is in \(Printable.text(fileName)), expected a file in \(CoreMLFormat.modelFolder)")
        }
        let location = String(fileName.dropFirst(CoreMLFormat.modelFolder.count))
        let file = try ContainedFile.open(location, in: folder, owner: "\(package): the weight \(Printable.text(name))")
        let header = try file.bytes(in: 0..<min(file.byteCount, 8))
        guard header.count == 8, LittleEndian.integers(UInt32.self, header[4...]) == [WeightFileLayout.version] else {
            throw FramegenError(
                .invalidData, "\(package): \(Printable.text(location)) is no weight file, or of another version than 2")
        }
        return OpenFile(name: fileName, file: file)
    }

    /// Where the values are whose record is at `offset`.
    private func dataOffset(
        in file: RegularFile, _ offset: Int, _ type: MILDataType, byteCount: Int, _ name: String
    ) throws(FramegenError) -> Int {
        let alignment = WeightFileLayout.alignment
        guard offset >= alignment, offset % alignment == 0, offset <= file.byteCount - alignment else {
            throw fault(name, "has its record at byte \(offset) of \(file.byteCount), where none can be")
        }
        let record = try file.bytes(in: offset..<offset + alignment)
        let codes = LittleEndian.integers(UInt32.self, record[..<8])
        let sizes = LittleEndian.integers(UInt64.self, record[8..<24])
        guard codes[0] == WeightFileLayout.mark else { throw fault(name, "has no record at byte \(offset)") }
        guard codes[1] == WeightFileLayout.typeCode(of: type), sizes[0] == byteCount else {
            throw fault(
                name,
                "is \(byteCount) bytes of \(type.name), but its record at byte \(offset) tells of \(sizes[0]) bytes of "
                    + "type \(codes[1])")
        }
        guard let start = Int(exactly: sizes[1]), start >= offset + alignment, byteCount <= file.byteCount,
            start <= file.byteCount - byteCount
        else {
            throw fault(name, "is \(byteCount) bytes from byte \(sizes[1]) of a file of \(file.byteCount)")
        }
        return start
    }

    private func fault(_ name: String, _ what: String) -> FramegenError {
        FramegenError(.invalidData, "\(package): the weight \(Printable.text(name)) \(what)")
    }
}

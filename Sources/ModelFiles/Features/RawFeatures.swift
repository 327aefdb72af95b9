import Foundation
import FrameGeneration

/// Raw little-endian float32 features, with or without a JSON file beside them that says their shape.
enum RawFeatures {
    private struct Description: Decodable {
        let frameCount: Int?
        let rowSize: Int?
        let shape: [Int]?

        enum CodingKeys: String, CodingKey {
            case frameCount = "num_frames"
            case rowSize = "feature_size"
            case shape
        }
    }

    /// The values, and whether a JSON file says their shape.
    ///
    /// - Throws: `FramegenError` naming the file, or its JSON: `.notFound` or `.invalidData`.
    static func open(
        _ path: String, defaultRowSize: Int
    ) throws(FramegenError) -> (file: ArrayFile, isDescribed: Bool) {
        let file = try RegularFile(path)
        let jsonPath = "\(path).json"
        // A link to nowhere is there too, and says something that cannot be read.
        var status = stat()
        guard lstat(jsonPath, &status) == 0 else {
            try checkKind(of: file)
            return (try openUndescribed(file, rowSize: defaultRowSize), false)
        }
        let shape = try shape(saidBy: jsonPath)
        return (try ArrayFile(file, offset: 0, shape: shape, type: .float32), true)
    }

    /// Any bytes may be numbers, but a file of another kind hardly is meant as that, whatever its name.
    private static func checkKind(of file: RegularFile) throws(FramegenError) {
        let name = file.path.lowercased()
        let torch = [".pt", ".pth"].contains { name.hasSuffix($0) }
        guard !name.hasSuffix(".bin"), let content = try FileContent(of: file) else { return }
        let found = torch && content.role == .checkpoint ? "a file of PyTorch's" : content.name
        throw FramegenError(
            .invalidData,
            "\(file.path) is \(found), expected features: .npy, or raw float32 as .bin"
                + (name.hasSuffix(".npz") ? "; an .npz is a zip archive of them, to be unpacked first" : ""))
    }

    private static func openUndescribed(_ file: RegularFile, rowSize: Int) throws(FramegenError) -> ArrayFile {
        let rowByteCount = rowSize * ArrayFile.ElementType.float32.byteCount
        guard file.byteCount > 0, file.byteCount % rowByteCount == 0 else {
            throw FramegenError(
                .invalidData,
                "\(file.path), no .npy and so taken for raw float32, has \(file.byteCount) bytes and no \(file.path).json beside it, expected a multiple of "
                    + "\(rowByteCount) (rows of \(rowSize) float32 values)")
        }
        return try ArrayFile(file, offset: 0, shape: [file.byteCount / rowByteCount, rowSize], type: .float32)
    }

    private static func shape(saidBy path: String) throws(FramegenError) -> [Int] {
        let text = try TextFile.text(at: path, limitInBytes: 1 << 20)
        let description: Description
        do {
            description = try JSONDecoder().decode(Description.self, from: Data(text.utf8))
        } catch {
            throw FramegenError(
                .invalidData, "\(path) is not JSON with the whole numbers num_frames, feature_size and shape",
                cause: error)
        }
        guard let shape = description.shape ?? rows(of: description), (2...8).contains(shape.count),
            shape.allSatisfy({ $0 > 0 })
        else {
            throw FramegenError(.invalidData, "\(path) says no valid shape, expected \"shape\": [rows, values]")
        }
        let rowSize = shape.dropFirst().reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
        guard description.frameCount ?? shape[0] == shape[0], description.rowSize ?? rowSize == rowSize else {
            throw FramegenError(
                .invalidData,
                "\(path) contradicts itself: shape \(shape), num_frames \(description.frameCount ?? shape[0]), "
                    + "feature_size \(description.rowSize ?? rowSize)")
        }
        return shape
    }

    private static func rows(of description: Description) -> [Int]? {
        guard let frameCount = description.frameCount, let rowSize = description.rowSize else { return nil }
        return [frameCount, rowSize]
    }
}

import Foundation
public import FrameGeneration

/// Writes audio features row by row as a file that `FeatureFile` and the older pipelines read
/// (Documentation/model-family/formats.md, "Feature files").
///
/// What the file's name ends in says the format: `.npy`, or `.bin` for raw little-endian float32 with `<path>.json`
/// beside it. Nothing is seen under the final names before the features are finished. Memory does not grow with the
/// number of rows.
public actor FeatureFileWriter {
    /// Extensions, in lower case, that the file's name may have.
    public static let fileExtensions = ["npy", "bin"]

    private enum Output {
        case npy(NPYWriter)
        case raw(PartialFile)
    }

    private let path: String
    private let rowShape: [Int]
    private let overwrites: Bool
    private var output: Output?
    private var rowCount = 0
    /// Why nothing more can be written; set by the first failure and by the end.
    private var closed: FramegenError?
    private let executor = StageExecutor(name: "features file")

    /// Writing blocks, so it runs on a thread of its own.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// A writer for a file at `path`; nothing is written before the first row.
    ///
    /// - Parameters:
    ///   - path: a name that ends in `.npy` or `.bin`; missing folders are made with the first row.
    ///   - rowShape: sizes of a row: `[512]` for AVE features.
    ///   - overwrites: whether files that are there already may be replaced, which happens only by whole new ones.
    /// - Throws: `FramegenError` naming the file: `.invalidRequest` for another extension, `.cannotWrite` when its name,
    ///   or that of its JSON, is taken.
    public init(path: String, rowShape: [Int], overwrites: Bool = false) throws(FramegenError) {
        try Self.check(path, overwrites: overwrites)
        self.path = path
        self.rowShape = rowShape
        self.overwrites = overwrites
    }

    /// Adds a row.
    ///
    /// - Throws: `FramegenError`: `.cannotWrite` naming the file, of which nothing is left then; `.invalidData` for a row
    ///   of another size, or with a value that is no finite number.
    public func write(_ row: [Float]) throws(FramegenError) {
        try closingOnFailure { () throws(FramegenError) in
            guard row.count == rowShape.reduce(1, *), row.allSatisfy(\.isFinite) else {
                throw FramegenError(
                    .invalidData,
                    "row \(rowCount) of \(path) would have \(row.count) values, expected finite numbers, \(rowShape)")
            }
            switch try openOutput() {
            case .npy(let writer): try writer.append(row)
            case .raw(let file): try file.append(row.span.littleEndianBytes)
            }
            rowCount += 1
        }
    }

    /// Completes the file, and gives it its name.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file, of which nothing is left then.
    public func finish() throws(FramegenError) {
        try closingOnFailure { () throws(FramegenError) in
            switch output {
            case nil: throw FramegenError(.cannotWrite, "\(path) cannot hold features of no rows")
            case .npy(let writer): try writer.finish()
            case .raw(let file): try finish(file)
            }
        }
        close(FramegenError(.cannotWrite, "\(path) is finished already"))
    }

    /// Removes what was written; does nothing after `finish`.
    public func abandon() {
        close(FramegenError(.cannotWrite, "\(path) was abandoned"))
    }

    /// Checks before any work that features may be written at `path`.
    package static func check(_ path: String, overwrites: Bool) throws(FramegenError) {
        try OutputFile.check(path, contents: "features", extensions: fileExtensions, overwrites: overwrites)
        try OutputFile.checkIdle(path)
        guard isRaw(path) else { return }
        try OutputFile.checkFree("\(path).json", contents: "features", overwrites: overwrites)
        try OutputFile.checkPlace("\(path).json")
    }

    /// All that is written for features at `path`: raw ones have a description beside them.
    package static func paths(for path: String) -> [String] { isRaw(path) ? [path, "\(path).json"] : [path] }

    private static func isRaw(_ path: String) -> Bool { OutputFile.fileExtension(of: path) == "bin" }

    private func openOutput() throws(FramegenError) -> Output {
        if let output { return output }
        let opened: Output =
            Self.isRaw(path)
            ? .raw(try PartialFile(path, overwrites: overwrites, makesFolder: true))
            : .npy(try NPYWriter(path: path, sliceShape: rowShape, overwrites: overwrites))
        output = opened
        return opened
    }

    private func finish(_ file: PartialFile) throws(FramegenError) {
        let json = try PartialFile("\(path).json", overwrites: overwrites)
        let shape = ([rowCount] + rowShape).map { "\($0)" }.joined(separator: ",")
        let text = "{\"num_frames\":\(rowCount),\"feature_size\":\(rowShape.reduce(1, *)),\"shape\":[\(shape)]}\n"
        try json.append(Array(text.utf8))
        // The values first: for a moment they are features without their JSON, not a JSON without features.
        try file.finish()
        try json.finish()
    }

    private func closingOnFailure(_ work: () throws(FramegenError) -> Void) throws(FramegenError) {
        if let closed { throw closed }
        do {
            try work()
        } catch {
            close(error)
            throw error
        }
    }

    /// What is not finished is removed when it goes.
    private func close(_ reason: FramegenError) {
        closed = closed ?? reason
        output = nil
    }
}

import Foundation

/// A regular file opened for reading at any place; folders, pipes and devices are refused.
///
/// The error of every call names the path as the user gave it.
package final class RegularFile {
    package let path: String
    /// Size when the file was opened.
    package let byteCount: Int
    private let handle: FileHandle

    /// - Throws: `.notFound` when there is no such file, it is no regular file or it may not be read.
    package init(path: String) throws(FramegenError) {
        let attributes: [FileAttributeKey: Any]
        do {
            let resolved = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
            attributes = try FileManager.default.attributesOfItem(atPath: resolved)
        } catch {
            throw Self.unreadable(path, error)
        }
        guard let type = attributes[.type] as? FileAttributeType, type == .typeRegular else {
            let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
            throw FramegenError(
                .notFound, "\(path) is \(isFolder ? "a folder" : "not a regular file"), expected a file")
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw FramegenError(.notFound, "\(path) may not be read (permission denied)")
        }
        self.path = path
        self.handle = handle
        byteCount = (attributes[.size] as? NSNumber)?.intValue ?? 0
    }

    deinit { try? handle.close() }

    /// Exactly `count` bytes from `offset` on.
    ///
    /// - Throws: `.invalidData` when the file ends before.
    package func read(at offset: Int, count: Int) throws(FramegenError) -> [UInt8] {
        let end = offset.addingReportingOverflow(count)
        guard offset >= 0, count >= 0, !end.overflow, end.partialValue <= byteCount else {
            throw FramegenError(
                .invalidData,
                "\(path) is cut short: \(count) bytes expected at \(offset), the file ends at \(byteCount)")
        }
        do {
            try handle.seek(toOffset: UInt64(offset))
            var bytes: [UInt8] = []
            bytes.reserveCapacity(count)
            while bytes.count < count, let chunk = try handle.read(upToCount: count - bytes.count), !chunk.isEmpty {
                bytes += chunk
            }
            guard bytes.count == count else {
                throw FramegenError(.invalidData, "\(path) became shorter while it was read")
            }
            return bytes
        } catch let error as FramegenError {
            throw error
        } catch {
            throw Self.unreadable(path, error)
        }
    }

    /// The whole file.
    ///
    /// - Throws: also `.invalidData` when it is longer than `limitInBytes`.
    package static func bytes(at path: String, limitInBytes: Int) throws(FramegenError) -> [UInt8] {
        let file = try RegularFile(path: path)
        guard file.byteCount <= limitInBytes else {
            throw FramegenError(
                .invalidData, "\(path) has \(file.byteCount) bytes, more than the \(limitInBytes) expected at most")
        }
        return try file.read(at: 0, count: file.byteCount)
    }

    /// The names in a folder, hidden ones left out.
    ///
    /// - Throws: `.notFound` when there is no such folder or it may not be read.
    package static func names(inFolder path: String) throws(FramegenError) -> [String] {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue {
            throw FramegenError(.notFound, "\(path) is a file, expected a folder")
        }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }
        } catch {
            throw unreadable(path, error)
        }
    }

    private static func unreadable(_ path: String, _ error: any Error) -> FramegenError {
        let reason: String
        switch (error as? CocoaError)?.code {
        case .fileReadNoSuchFile?, .fileNoSuchFile?: reason = "does not exist"
        case .fileReadNoPermission?: reason = "may not be read (permission denied)"
        default: reason = "cannot be read (\(error.localizedDescription))"
        }
        return FramegenError(.notFound, "\(path) \(reason)", cause: error)
    }
}

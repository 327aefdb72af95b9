import Foundation
import FrameGeneration
import FramegenTools
import Synchronization

/// A file that grows by a line with each job that ends, so that it is whole as far as it goes whenever the program is ended.
final class BatchResultLog: Sendable {
    private let path: String
    private let handle: Mutex<FileHandle>
    private let failure = Mutex<FramegenError?>(nil)

    /// Opens the file to add to it; its folder is made when it is not there.
    ///
    /// - Parameters:
    ///   - path: a file of results, or one that is not there yet.
    ///   - jobs: whose results come; what they read and make is not written to.
    ///   - jobsPath: the file that the jobs were read from.
    /// - Throws: `FramegenError` naming `path`: `.invalidRequest` when it is a file of the batch, `.cannotWrite` when it holds
    ///   something else than results.
    init(_ path: String, of jobs: [BatchJob], from jobsPath: String?) throws(FramegenError) {
        self.path = path
        if let jobsPath { try OutputFile.checkApart(path, from: [jobsPath]) }
        for job in jobs {
            try job.request.checkApart(path)
            guard !FileName.isSame(path, job.outputPath) else {
                throw FramegenError(
                    .invalidRequest,
                    "\(path) is to hold results, and is the video of job \(job.number) too, expected a name of its own")
            }
        }
        try Self.checkHoldsResults(path)
        if case let folder = Folder.parent(of: path), !folder.isEmpty { try Folder.make(folder) }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Folder.unwritable(path, errno) }
        handle = Mutex(FileHandle(fileDescriptor: descriptor, closeOnDealloc: true))
    }

    /// Why not all results could be added.
    var fault: FramegenError? { failure.withLock { $0 } }

    func add(_ result: Batch.Result) {
        let line = BatchMessage(result).line + "\n"
        do {
            try handle.withLock { handle in
                let end = try? handle.seekToEnd()
                do {
                    try handle.write(contentsOf: Data(line.utf8))
                } catch {
                    // A full disk may have taken the start of the line, which the next one would be added to.
                    if let end { try? handle.truncate(atOffset: end) }
                    throw error
                }
            }
        } catch {
            let path = path
            failure.withLock { failure in
                failure = failure ?? FramegenError(.cannotWrite, "\(path) cannot be written: \(error)", cause: error)
            }
        }
    }

    /// Lines must not be added to somebody's file of another kind; pipes and terminals hold nothing.
    ///
    /// - Throws: `FramegenError` naming `path`: `.cannotWrite`, or `.notFound` when it may not be read.
    private static func checkHoldsResults(_ path: String) throws(FramegenError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        let file = try RegularFile(path)
        let start = try file.bytes(in: 0..<min(file.byteCount, longestLine))
        guard !start.isEmpty else { return }
        let line = start.prefix { $0 != UInt8(ascii: "\n") }
        guard (try? JSONDecoder().decode(Line.self, from: Data(line))) != nil else {
            throw FramegenError(
                .cannotWrite,
                "\(path) is there and holds no results of a batch, expected a new name, or a file that results were "
                    + "written to before")
        }
    }

    /// Far longer than a result with its message.
    private static let longestLine = 1 << 20

    /// What every result has.
    private struct Line: Decodable {
        let event: String
        let job: Int
        let output: String
    }
}

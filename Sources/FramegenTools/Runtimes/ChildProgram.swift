import Foundation
import FrameGeneration
import Synchronization

/// A program that is run to its end, and ended with the task that runs it.
enum ChildProgram {
    /// What is left of a program.
    struct Result: Sendable {
        let exitCode: Int32
        /// What it wrote to standard error.
        let errors: String

        /// Whether there was no such program to run.
        var isMissing: Bool { exitCode == 127 }
    }

    /// Runs a program that is found as a shell finds it; what it writes to standard output is dropped.
    ///
    /// - Parameter arguments: its name and its arguments.
    /// - Returns: how it ended, and what it wrote to standard error.
    /// - Throws: `FramegenError` with `.cancelled`, and `.internalFailure` when no program can be started.
    static func run(_ arguments: [String]) async throws(FramegenError) -> Result {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardError = pipe
        do {
            try process.run()
        } catch {
            throw FramegenError(.internalFailure, "\(arguments[0]) cannot be started: \(error)", cause: error)
        }
        let errors = pipe.fileHandleForReading
        let running = RunningProgram(process)
        let outcome = await withTaskCancellationHandler {
            await blocking { () throws(FramegenError) in
                // It ends with the program.
                let text = (try? errors.readToEnd()) ?? Data()
                return Result(exitCode: running.waitForExitCode(), errors: String(decoding: text, as: UTF8.self))
            }
        } onCancel: {
            running.end()
        }
        try Task.checkNotCancelled()
        return try outcome.get()
    }

    /// What `runBlocking` returns or throws, for a caller that does not pass on typed errors.
    private static func blocking(
        _ work: @Sendable () throws(FramegenError) -> Result
    ) async -> Swift.Result<Result, FramegenError> {
        do throws(FramegenError) {
            return .success(try await runBlocking(work))
        } catch {
            return .failure(error)
        }
    }
}

/// A process that one thread waits for and another may end.
private final class RunningProgram: Sendable {
    private let process: Mutex<Process>

    init(_ process: sending Process) { self.process = Mutex(process) }

    func end() {
        process.withLock { process in
            guard process.isRunning else { return }
            let identifier = process.processIdentifier
            // With what it has started, where it leads a group. Not a request: the threads of queues block signals, and
            // programs that are started from them inherit that.
            kill(getpgid(identifier) == identifier ? -identifier : identifier, SIGKILL)
        }
    }

    func waitForExitCode() -> Int32 {
        process.withLock { process in
            process.waitUntilExit()
            return process.terminationStatus
        }
    }
}

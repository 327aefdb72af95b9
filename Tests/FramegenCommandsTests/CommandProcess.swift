import Foundation
import Synchronization
import TestSupport

/// The built `framegen` program, run as users run it.
struct CommandProcess {
    struct Result {
        let exitCode: Int32
        let output: String
        let errors: String

        /// What is left of standard error without progress lines.
        var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
    }

    static var path: String { get throws { try path(of: "framegen") } }

    /// Programs are built beside the tests.
    static func path(of name: String) throws -> String {
        let folder = Bundle.main.executableURL?.deletingLastPathComponent()
        let candidates = [folder, folder?.deletingLastPathComponent()].compactMap {
            $0?.appending(path: name).path(percentEncoded: false)
        }
        guard let path = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw CocoaError(.fileNoSuchFile)
        }
        return path
    }

    private static let memoryFolder = FileManager.default.temporaryDirectory
        .appending(path: "framegen-test-memory").path(percentEncoded: false)

    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - arguments: without the program's name.
    ///   - program: which of those that are built.
    ///   - launcher: a program that runs the rest of its arguments, such as one that drops privileges.
    ///   - environment: added to the tests' own, with a folder for what is remembered that is not the user's.
    ///   - onErrorText: is given the process and each piece of standard error as it comes.
    /// - Returns: what it printed and its exit code.
    /// - Throws: when it cannot be started.
    @discardableResult
    static func run(
        _ arguments: [String], of program: String = "framegen", launcher: [String] = [],
        environment: [String: String] = [:],
        onErrorText: @escaping @Sendable (Process, String) -> Void = { _, _ in }
    ) async throws -> Result {
        let process = Process()
        let command = launcher + [try path(of: program)] + arguments
        process.executableURL = URL(filePath: command[0])
        process.arguments = Array(command.dropFirst())
        process.environment = ProcessInfo.processInfo.environment
            .merging(["FRAMEGEN_CACHE": memoryFolder]) { $1 }
            .merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let running = RunningProcess(process)
        async let outputText = read(output) { _ in }
        async let errorText = read(errors) { text in running.with { onErrorText($0, text) } }
        let texts = await (outputText, errorText)
        await running.waitUntilExit()
        return Result(exitCode: process.terminationStatus, output: texts.0, errors: texts.1)
    }

    private static func read(_ pipe: Pipe, onText: @escaping @Sendable (String) -> Void) async -> String {
        let handle = pipe.fileHandleForReading
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var data = Data()
                while case let chunk = handle.availableData, !chunk.isEmpty {
                    data += chunk
                    onText(String(decoding: chunk, as: UTF8.self))
                }
                continuation.resume(returning: String(decoding: data, as: UTF8.self))
            }
        }
    }
}

/// A process that is looked at from several threads.
private final class RunningProcess: Sendable {
    private let process: Mutex<Process>

    init(_ process: sending Process) { self.process = Mutex(process) }

    func with(_ body: (Process) -> Void) { process.withLock { body($0) } }

    func waitUntilExit() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            DispatchQueue.global().async {
                self.process.withLock { $0.waitUntilExit() }
                continuation.resume()
            }
        }
    }
}

import Foundation
import FrameGeneration
import Hummingbird
import Logging
import Synchronization
import TestSupport

@testable import FramegenServer

/// A store of jobs in a folder of its own, with what stands in for sound.
struct JobBench {
    let folder: TemporaryFolder
    let store: JobStore

    /// - Parameters:
    ///   - folder: with what was there before; nil for an empty one.
    ///   - change: of the limits.
    ///   - now: the time.
    /// - Throws: when the folder cannot be used.
    init(
        folder: TemporaryFolder? = nil, limits change: (inout JobLimits) -> Void = { _ in },
        now: @escaping @Sendable () -> Date = { Date() }
    ) async throws {
        var limits = JobLimits()
        change(&limits)
        self.folder = try folder ?? TemporaryFolder()
        store = try await JobStore(
            path: self.folder.path, limits: limits, checkSound: Self.check, logger: Logger(label: "test"), now: now)
    }

    /// Takes what begins as a WAV file does for sound.
    static let check: SoundCheck = { path throws(FramegenError) in
        guard try RegularFile(path).bytes(in: 0..<4) == Array("RIFF".utf8) else {
            throw FramegenError(.invalidData, "\(path) has no sound")
        }
    }

    static let sound = Array("RIFF and so on".utf8)

    /// What a process that is killed now would leave.
    func copyOfFolder() throws -> TemporaryFolder {
        let copy = try TemporaryFolder()
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where !name.hasSuffix("-shm") {
            try FileManager.default.copyItem(atPath: folder.file(name), toPath: copy.file(name))
        }
        return copy
    }

    func names(_ subfolder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.file(subfolder)).sorted()
    }

    func upload(_ bytes: [UInt8] = Self.sound, client: String = "") async throws -> Upload {
        let incoming = store.incomingUpload()
        try await incoming.append(bytes)
        return try await store.keep(incoming, for: client)
    }

    func submit(client: String = "", key: String? = nil, upload: Upload? = nil) async throws -> Job {
        let given = upload
        let upload: Upload
        if let given { upload = given } else { upload = try await self.upload(client: client) }
        return try await store.submit(
            avatar: "demo", uploadID: upload.id, settings: JobSettings(), client: client, key: key)
    }

    /// Waits until a job has come to a state.
    func wait(for id: String, client: String = "", until condition: (Job) -> Bool) async throws -> Job {
        for await _ in store.board.ticks(of: id) {
            let job = try await store.job(id, of: client)
            if condition(job) { return job }
        }
        throw CancellationError()
    }
}

/// Runs jobs up to a gate that tests open.
final class GatedRunner: Sendable {
    /// Jobs that have come to their gate.
    let starts: AsyncStream<JobWork>
    private let start: AsyncStream<JobWork>.Continuation
    private let gates = Mutex<[String: AsyncStream<Bool>.Continuation]>([:])
    static let video = Array("a video of some bytes".utf8)

    init() { (starts, start) = AsyncStream.makeStream() }

    func run(_ work: JobWork, _ report: @Sendable (JobProgress) -> Void) async throws -> Int {
        let (gate, opening) = AsyncStream.makeStream(of: Bool.self)
        gates.withLock { $0[work.id] = opening }
        try Data(Self.video.prefix(3)).write(to: URL(filePath: FileName.hidden(for: work.videoPath)))
        report(JobProgress(framesMade: 25, frameCount: 50))
        start.yield(work)
        var isWell = false
        for await passed in gate {
            isWell = passed
            break
        }
        unlink(FileName.hidden(for: work.videoPath))
        try Task.checkCancellation()
        guard isWell else { throw FramegenError(.invalidData, "\(work.soundPath) is damaged: no more of it") }
        try Data(Self.video).write(to: URL(filePath: work.videoPath))
        return 50
    }

    /// Lets a job that is at its gate come to its end.
    func open(_ id: String, isWell: Bool = true) { gates.withLock { $0[id] }?.yield(isWell) }
}

/// A queue at work until the test lets it go.
struct RunningQueue {
    let runner = GatedRunner()
    private let task: Task<Void, Never>

    init(_ store: JobStore) {
        let queue = JobQueue(store: store, pauseAfterFailure: .milliseconds(1), runner: runner.run)
        task = Task { await queue.run() }
    }

    /// Stops it as a server that ends does.
    func stop() async {
        task.cancel()
        await task.value
    }
}

/// Avatars for routes: all but one of that name.
struct NoAvatars: AvatarLending {
    func checkAvatar(_ name: String) async throws(Problem) {
        guard name != "nobody" else { throw Problem(.notFound, "there is no avatar nobody") }
    }

    func withAvatar<Value: Sendable>(
        _ name: String, _ work: @Sendable (Avatar) async throws(FramegenError) -> Value
    ) async throws -> Value {
        throw FramegenError(.notFound, "there is no avatar \(name)")
    }
}

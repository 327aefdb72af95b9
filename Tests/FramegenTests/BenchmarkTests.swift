import Foundation
import FrameGeneration
import FramegenTools
import Media
import Synchronization
import TestSupport
import Testing

@Suite("Measuring a rendering")
struct BenchmarkTests {
    private let folder: TemporaryFolder
    private let otherFolder: TemporaryFolder
    private var request: BenchmarkRequest

    init() throws {
        folder = try TemporaryFolder()
        otherFolder = try TemporaryFolder()
        // Three images are all used after four frames.
        let template = try ImageTemplate(boxes: [(8, 40, 4), (8, 40, 4), (8, 40, 4)], in: folder)
        var generation = Demo.request(.sound(path: Demo.voice), template: template.path, engine: .passthrough)
        generation.settings.engine.threads = 2
        generation.take.frameLimit = 30
        request = BenchmarkRequest(generation)
        request.repetitions = 1
    }

    /// Expects times that may be.
    private func expectSane(_ part: BenchmarkSummary.Part) {
        #expect(part.duration > .zero && part.processorTime > .zero && part.framesPerSecond > 0)
        for (stage, time) in part.stages {
            #expect(time.busy >= .zero && time.starved >= .zero && time.blocked >= .zero, "\(stage)")
        }
    }

    @Test("what is measured of a run fits together")
    func run() async throws {
        let summary = try await request.run()
        let run = try #require(summary.runs.first)
        #expect(summary.runs.count == 1 && run.whole.frameCount == 30 && summary.engineName == "passthrough")
        #expect(Set(run.whole.stages.keys) == Set(Stage.allCases))
        expectSane(run.whole)
        for (stage, time) in run.whole.stages {
            // Each session spends its time on one thing.
            let sessions = stage == .infer ? 2 : 1
            #expect(time.busy > .zero, "\(stage)")
            #expect(time.busy + time.starved + time.blocked <= run.whole.duration * sessions, "\(stage)")
        }
        let before = summary.threads.filter { $0.key != .encode }
        #expect(before == [.audio: 1, .cut: 1, .infer: 2, .paste: 1])
        #expect(summary.threads[.encode] ?? 0 >= 1)
        #expect(run.templateFrames.kept + run.templateFrames.prepared == 30 && run.templateFrames.prepared == 3)
        #expect(abs(run.templateFrames.keptShare - 0.9) < 1e-9)
        // Three pictures, and three face crops.
        let bytes = 3 * (64 * 48 * 3 + 328 * 328 * 3)
        #expect(run.templateFrames.keptBytes >= bytes && run.templateFrames.keptBytes <= summary.templateCacheInBytes)

        let warm = try #require(run.warm)
        #expect(warm.frameCount == 26 && warm.duration < run.whole.duration)
        #expect(warm.processorTime < run.whole.processorTime)
        expectSane(warm)
        for (stage, time) in warm.stages { #expect(time.busy <= run.whole.stages[stage]?.busy ?? .zero) }

        #expect(run.timeToReady > .zero && run.timeToReady < run.timeToFirstFrame)
        #expect(run.timeToFirstFrame <= run.timeToFirstEncodedFrame)
        #expect(run.timeToFirstEncodedFrame < run.whole.duration)
        let ready = try #require(summary.sinceProcessStart(\.timeToReady))
        #expect(ready >= run.timeToReady)
        #expect(run.whole.processorShare(of: summary.processorCount) > 0)
        #expect(try #require(summary.peakMemoryInBytes) > 10_000_000)

        let first = try #require(run.firstPass)
        #expect(first.frameCount == 4 && first.duration < run.whole.duration)
        expectSane(first)
        let next = summary.nextTake
        #expect(next.secondsToFirstFrame > 0 && next.secondsToFirstPacket > 0 && next.memoryInBytes ?? 0 >= 0)
    }

    @Test("nothing is warm before the template has been used once, and nothing kept where nothing may be")
    func cold() async throws {
        var request = request
        request.generation.take.frameLimit = 4
        request.generation.settings.template.cacheInBytes = 0
        var run = try await request.run().median
        #expect(run.warm == nil)
        #expect(run.templateFrames.keptBytes == 0)
        // Of three images the first comes back so soon that it may be in use still; of six all four frames' are others.
        let longer = try ImageTemplate(
            boxes: Array(repeating: (left: 8, right: 40, top: 4), count: 6), in: otherFolder)
        request.generation.source.templatePath = longer.path
        run = try await request.run().median
        #expect(run.warm == nil)
        #expect(run.templateFrames.kept == 0 && run.templateFrames.prepared == 4)
        #expect(run.templateFrames.keptBytes == 0)
    }

    @Test("the median of the repetitions is told, and each has its events")
    func repetitions() async throws {
        var request = request
        request.repetitions = 3
        request.generation.take.frameLimit = 6
        request.generation.source.audioEncoderPath = nil
        request.generation.speech = Demo.features
        // Outputs of its own are left aside.
        request.generation.outputs = [.frames(FrameFolder(path: folder.file("frames")))]
        let starts = Mutex(0)
        let frames = Mutex(0)
        let summary = try await request.run { event in
            switch event {
            case .started: starts.withLock { $0 += 1 }
            case .framesFinished: frames.withLock { $0 += 1 }
            case .warning, .ended: break
            }
        }
        #expect(starts.withLock { $0 } == 3 && frames.withLock { $0 } == 18)
        #expect(!FileManager.default.fileExists(atPath: folder.file("frames")))
        let speeds = summary.runs.map(\.whole.framesPerSecond).sorted()
        #expect(speeds.count == 3 && summary.median.whole.framesPerSecond == speeds[1])
        #expect(summary.median.whole.stages[.audio] == nil && summary.threads[.audio] == nil)
    }

    @Test("an absurd number of repetitions is refused", arguments: [0, -1, 1001])
    func badRepetitions(count: Int) async throws {
        var request = request
        request.repetitions = count
        let error = await #expect(throws: FramegenError.self) { try await request.run() }
        #expect(error?.code == .invalidRequest && error?.message.contains("\(count)") == true)
    }

    #if os(Linux)
        @Test("the age of a process is read whatever its name")
        func processAge() {
            let rest = (0..<18).map { "\($0)" }.joined(separator: " ")
            for name in ["framegen", "a) (b", ""] {
                let status = "12 (\(name)) S \(rest) 1250 99 98\n"
                #expect(ProcessClock.age(status: status, sinceBoot: .seconds(20), ticksPerSecond: 100) == .seconds(7.5))
            }
            for status in ["", "12 (x) S 1 2", "12 (x) S \(rest) y 99"] {
                #expect(ProcessClock.age(status: status, sinceBoot: .seconds(20), ticksPerSecond: 100) == nil)
            }
        }
    #endif
}

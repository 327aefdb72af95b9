import CoreMLEngine
import FakeCoreML
import Foundation
import FrameGeneration
import Synchronization
import TestSupport
import Testing

@Suite("Networks that Core ML has compiled")
struct CompiledModelTests {
    private let folder: EngineFolder
    private let counts = FakeBehaviour.Counts()

    init() throws { folder = try EngineFolder() }

    private var kept: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.cache).sorted() }
    }

    private var loads: Int { counts.loads.load(ordering: .relaxed) }
    private var compilations: Int { counts.compilations.load(ordering: .relaxed) }

    private func run(bias: Float = 1, precision: Precision = .fp32) throws {
        let answer = try withBehaviour({ $0.counts = counts }) { try folder.run(bias: bias, precision: precision) }
        #expect(largestDifference(answer, try SmallModel.expected(bias: bias)) < (precision == .fp32 ? 1e-5 : 5e-3))
    }

    @Test("are kept, and found again by another engine", arguments: [Precision.fp32, .fp16])
    func keeping(precision: Precision) throws {
        try run(precision: precision)
        try run(precision: precision)
        #expect(compilations == 1 && loads == 2)
        let names = try kept
        #expect(names.count == 1 && names[0].hasSuffix(".mlmodelc") && !names[0].hasPrefix("."))
    }

    @Test("are others for other weights and another precision")
    func keys() throws {
        try run()
        try run(bias: 2)
        try run(precision: .fp16)
        #expect(compilations == 3)
        #expect(try kept.count == 3)
    }

    @Test("are loaded once for each session, and compiled once for all")
    func sessions() throws {
        try withBehaviour({ $0.counts = counts }) {
            let options = SessionOptions(threads: 1)
            let prepared = try folder.engine.prepare(SmallModel.make(), options: options, sessionCount: 2)
            let (first, second) = (try prepared.makeSession(), try prepared.makeSession())
            #expect(try first.run([SmallModel.input]) == second.run([SmallModel.input]))
        }
        #expect(compilations == 1 && loads == 2)
    }

    @Test("are made anew where they have come to harm", arguments: ["coremldata.bin", "package.mlpackage"])
    func damage(file: String) throws {
        try run()
        let name = try kept[0]
        try FileManager.default.removeItem(atPath: "\(folder.cache)/\(name)/\(file)")
        try run()
        #expect(compilations == 2)
        #expect(try kept == [name])
        try run()
        #expect(compilations == 2)
    }

    @Test("that are damaged and cannot be made anew are an error, and no endless attempt")
    func damageForGood() throws {
        try run()
        let error = #expect(throws: FramegenError.self) {
            try withBehaviour({ $0.loadError = "no" }) { _ = try folder.run() }
        }
        #expect(error?.message == "Core ML cannot load the network: no")
    }

    @Test("by two at once are whole, and one is kept")
    func together() async throws {
        let folder = folder
        let both = Barrier(count: 2)
        var behaviour = FakeBehaviour()
        behaviour.counts = counts
        // Neither has found what the other makes.
        behaviour.onCompile = { both.wait() }
        let answers = try await FakeBehaviour.$current.withValue(behaviour) {
            try await withThrowingTaskGroup(of: Tensor.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        try await runBlocking { () throws(FramegenError) in
                            do { return try folder.run() } catch {
                                throw error as? FramegenError ?? FramegenError(.internalFailure, "\(error)")
                            }
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        let expected = try SmallModel.expected()
        #expect(answers.count == 2 && answers.allSatisfy { largestDifference($0, expected) < 1e-5 })
        #expect(compilations == 2)
        #expect(try kept.count == 1)
    }

    @Test("are used where they are when their folder cannot be written")
    func unwritable() throws {
        try folder.folder.write([], to: "cache")
        try run()
        try run()
        #expect(compilations == 2)
    }

    @Test("leave no package behind, and nothing of a compilation that fails")
    func leftovers() throws {
        func temporary() throws -> Set<String> {
            Set(
                try FileManager.default.contentsOfDirectory(
                    atPath: FileManager.default.temporaryDirectory.path(percentEncoded: false)
                ).filter { $0.hasSuffix(".mlpackage") })
        }
        let before = try temporary()
        #expect(throws: FramegenError.self) {
            try withBehaviour({ $0.compileError = "no" }) { _ = try folder.run() }
        }
        #expect(!FileManager.default.fileExists(atPath: folder.cache))
        try run()
        #expect(try temporary().subtracting(before).isEmpty)
    }
}

/// Lets threads through when so many are there.
private final class Barrier: Sendable {
    private let condition = NSCondition()
    /// Under the condition's lock.
    private nonisolated(unsafe) var missing: Int

    init(count: Int) { missing = count }

    func wait() {
        condition.lock()
        missing -= 1
        condition.broadcast()
        while missing > 0 { condition.wait() }
        condition.unlock()
    }
}

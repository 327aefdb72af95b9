import Foundation
import Framegen
import TestSupport
import Testing

@Suite("What the network computes for a template, kept on disk")
struct KeptValueFolderTests {
    private let runs: StoredRuns

    init() throws { runs = try StoredRuns() }

    @Test("a second run computes nothing, and its frames are the same to the byte", arguments: Precision.allCases)
    func secondRun(precision: Precision) async throws {
        var settings = StoredRuns.Settings(precision: NetworkPrecision(precision), isStored: false)
        let without = try await runs.run(settings)
        #expect(!FileManager.default.fileExists(atPath: runs.path))
        settings.isStored = true
        let cold = try await runs.run(settings)
        let warm = try await runs.run(settings)
        #expect(without.images.count == StoredRuns.frameCount)
        #expect(cold.images == without.images && warm.images == without.images)
        #expect(cold.templateRuns == StoredRuns.imageCount && cold.counts.stored == 0)
        #expect(warm.templateRuns == 0 && warm.counts.stored == StoredRuns.imageCount)
        #expect(warm.counts.prepared == cold.counts.prepared && warm.counts.kept == cold.counts.kept)
        #expect(cold.warning == nil && warm.warning == nil)
        #expect(try runs.names().count == StoredRuns.imageCount)
    }

    @Test("what does not stay in memory is computed once all the same")
    func smallBudget() async throws {
        let result = try await runs.run(StoredRuns.Settings(budgetInBytes: 1000, takeCount: 2))
        #expect(result.templateRuns == StoredRuns.imageCount)
        for (take, counts) in result.takeCounts.enumerated() {
            // A frame that is still under way when the walk comes back to it is not prepared a second time.
            #expect(counts.kept + counts.prepared == StoredRuns.frameCount && counts.keptBytes == 0)
            #expect(counts.prepared >= StoredRuns.imageCount)
            #expect(counts.stored == counts.prepared - (take == 0 ? StoredRuns.imageCount : 0))
        }
    }

    @Test(
        "other weights, networks, parts of them and precisions find nothing of each other",
        arguments: [
            StoredRuns.Settings(weight: 0.25), StoredRuns.Settings(generator: .syncTalk328AVE),
            StoredRuns.Settings(precision: NetworkPrecision(.bf16)), StoredRuns.Settings(budgetInBytes: 1000),
        ])
    func otherSource(settings: StoredRuns.Settings) async throws {
        _ = try await runs.run()
        #expect(try await runs.run(settings).templateRuns == StoredRuns.imageCount)
        #expect(try await runs.run(settings).templateRuns == 0)
        #expect(try await runs.run().templateRuns == 0)
    }

    @Test("what is kept is the same for every precision of the frames and every engine, and found by each")
    func otherPrecision() async throws {
        _ = try await runs.run()
        #expect(
            try await runs.run(StoredRuns.Settings(precision: NetworkPrecision(perFrame: .bf16, template: .fp32)))
                .templateRuns == 0)
        #expect(try await runs.run(StoredRuns.Settings(engineName: "another")).templateRuns == 0)
    }

    @Test("a changed image is computed anew, and the others are not; a changed landmark matters by the crop alone")
    func changedFrame() async throws {
        _ = try await runs.run()
        try runs.template.folder.write(Array("64x48 99".utf8), to: "full_body_img/1.jpg")
        #expect(try await runs.run().templateRuns == 1)
        #expect(try await runs.run().templateRuns == 0)
        // Images of one colour give the same crop anywhere.
        try runs.template.writeLandmarks(1, left: 10)
        #expect(try await runs.run().templateRuns == 0)
    }

    @Test("two checkpoints in turns keep what is theirs; of a third, the one not used for longest makes room")
    func turns() async throws {
        let (first, second, third) = (
            StoredRuns.Settings(weight: 0.1), StoredRuns.Settings(weight: 0.2), StoredRuns.Settings(weight: 0.3)
        )
        for settings in [first, second] { _ = try await runs.run(settings) }
        for settings in [second, first] { #expect(try await runs.run(settings).templateRuns == 0) }
        _ = try await runs.run(third)
        #expect(try runs.names().count == 2 * StoredRuns.imageCount)
        #expect(try await runs.run(first).templateRuns == 0)
        #expect(try await runs.run(second).templateRuns == StoredRuns.imageCount)
    }

    @Test("crops that are no longer there make room too, what is none of ours stays")
    func changingCrops() async throws {
        for round in 0..<4 {
            for image in 0..<3 {
                try runs.template.folder.write(
                    Array("64x48 \(10 * round + image)".utf8), to: "full_body_img/\(image).jpg")
            }
            #expect(try await runs.run().templateRuns == StoredRuns.imageCount)
            if round == 0 { try runs.write([1], to: "notes.values") }
        }
        #expect(try runs.names().count == 2 * StoredRuns.imageCount + 1)
        #expect(try runs.bytes("notes.values") == [1])
    }

    @Test("a run that was killed while it wrote leaves nothing for long")
    func killedRun() async throws {
        _ = try await runs.run()
        let name = try #require(try runs.names().first)
        let (old, young) = (".\(name).A.partial", ".\(name).B.partial")
        for partial in [old, young] { try runs.write([1], to: partial) }
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -7200)], ofItemAtPath: "\(runs.path)/\(old)")
        _ = try await runs.run(StoredRuns.Settings(weight: 0.25))
        #expect(try !runs.names().contains(old) && runs.names().contains(young))
    }

    @Test("runs at once do not hurt each other")
    func runsAtOnce() async throws {
        let expected = try await runs.run(StoredRuns.Settings(isStored: false)).images
        let results = try await withThrowingTaskGroup(of: StoredRuns.Result.self) { group in
            for _ in 0..<4 { group.addTask { try await runs.run() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for result in results { #expect(result.images == expected && result.warning == nil) }
        #expect(try await runs.run().templateRuns == 0)
        #expect(try runs.names().count == StoredRuns.imageCount)
    }
}

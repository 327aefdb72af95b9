import Foundation
import FramegenTools
import TestSupport
import Testing

@Suite("Comparing tensors")
struct TensorComparisonTests {
    private let files: ComparisonFiles

    init() throws { files = try ComparisonFiles() }

    private func compare(
        _ shape: [Int], _ first: [Float], _ second: [Float], dataRange: Double? = nil
    ) async throws -> ComparisonSummary {
        var request = ComparisonRequest(
            firstPath: try files.tensor("a.npy", shape, first), secondPath: try files.tensor("b.npy", shape, second))
        request.dataRange = dataRange
        return try await request.compare()
    }

    @Test(
        "takes the range from the first one's values, or as it is given",
        arguments: [
            ([0, 0.25, 1], nil, 1), ([0.1, 0.2, 0.3], nil, 1), ([-1, 0, 3], nil, 4), ([100, 101, 150], nil, 50),
            ([0, 0.5, 1], 255, 255),
        ] as [([Float], Double?, Double)])
    func dataRange(values: [Float], given: Double?, expected: Double) async throws {
        // What the second one holds must not move the goal.
        let second = [values[0], values[1], values[2] + 1000]
        let result = try await compare([3], values, second, dataRange: given)
        #expect(result.kind == .tensors(shape: [3], dataRange: expected))
        let metrics = result.pairs[0].whole
        #expect(abs(metrics.meanSquaredError - 1_000_000.0 / 3) < 1)
        #expect(
            abs(metrics.peakSignalToNoiseRatio - 10 * log10(expected * expected / metrics.meanSquaredError)) < 1e-9)
        #expect(metrics.structuralSimilarity == nil)
        #expect(metrics.identicalShare == 2.0 / 3)
    }

    @Test("equal tensors pass every threshold, planes have a similarity")
    func equal() async throws {
        let values = (0..<2 * 8 * 9).map { Float($0 % 10) / 10 }
        let path = try files.tensor("a.npy", [2, 8, 9], values)
        var request = ComparisonRequest(firstPath: path, secondPath: path)
        request.thresholds = .init(minimumPSNR: 1000, minimumSSIM: 1, maximumMSE: 0)
        let result = try await request.compare()
        #expect(result.isPassed && result.checks.map(\.region) == [.tensor, .tensor, .tensor])
        #expect(result.statistics.map(\.region) == [.tensor])
        #expect(result.pairs[0].whole.structuralSimilarity == 1)
    }

    @Test("refuses what cannot be compared, naming both sides or the place at fault")
    func refusals() async throws {
        let good = try files.tensor("good.npy", [2, 3], [1, 2, 3, 4, 5, 6])
        let folder = try files.frames("frames", numbers: 0..<1)
        let cases: [(String, FramegenError.Code, [String])] = [
            (try files.tensor("flat.npy", [6], [1, 2, 3, 4, 5, 6]), .invalidData, ["[2, 3]", "[6]"]),
            (try files.tensor("nan.npy", [2, 3], [1, 2, 3, 4, .nan, 6]), .invalidData, ["nan.npy", "[1, 1]"]),
            (try files.tensor("inf.npy", [2, 3], [1, 2, -.infinity, 4, 5, 6]), .invalidData, ["inf.npy", "[0, 2]"]),
            (try files.folder.write(Array("text".utf8), to: "text.npy"), .invalidData, ["text.npy"]),
            (folder, .invalidRequest, ["a tensor", "frames"]),
        ]
        for (path, code, texts) in cases {
            let error = await #expect(throws: FramegenError.self) {
                try await ComparisonRequest(firstPath: good, secondPath: path).compare()
            }
            #expect(error?.code == code, "\(path)")
            for text in texts { #expect(error?.message.contains(text) == true, "\(error?.message ?? "")") }
        }
        let level = try files.tensor("level.npy", [3], [7, 7, 7])
        let empty = try files.tensor("empty.npy", [0], [])
        for (path, text) in [(level, "--data-range"), (empty, "[0]")] {
            let error = await #expect(throws: FramegenError.self) {
                try await ComparisonRequest(firstPath: path, secondPath: path).compare()
            }
            #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
        }
    }

    @Test("refuses settings that tensors, or frames, do not have")
    func contradictions() async throws {
        let tensor = try files.tensor("a.npy", [2, 3], [1, 2, 3, 4, 5, 6])
        let frames = try files.frames("frames", numbers: 0..<1)
        var requests = [ComparisonRequest](
            repeating: ComparisonRequest(firstPath: tensor, secondPath: tensor), count: 2)
        requests[0].templatePath = try files.template(count: 1)
        requests[1].thresholds.minimumSSIM = 0.5
        var pictures = ComparisonRequest(firstPath: frames, secondPath: frames)
        pictures.dataRange = 1
        for request in requests + [pictures] {
            let error = await #expect(throws: FramegenError.self) { try await request.compare() }
            #expect(error?.code == .invalidRequest)
        }
    }

    @Test("refuses values out of range before it reads anything")
    func values() async throws {
        let changes: [(inout ComparisonRequest) -> Void] = [
            { $0.frameLimit = 0 }, { $0.startFrame = -1 }, { $0.startFrame = 2 }, { $0.dataRange = 0 },
            { $0.dataRange = .nan }, { $0.thresholds.minimumPSNR = .nan }, { $0.thresholds.minimumSSIM = 1.01 },
            { $0.thresholds.maximumMSE = -1 }, { $0.page = .init(path: "p", worstFrameCount: 21) },
        ]
        for (index, change) in changes.enumerated() {
            var request = ComparisonRequest(firstPath: "nowhere", secondPath: "nowhere")
            change(&request)
            let error = await #expect(throws: FramegenError.self) { try await request.compare() }
            #expect(error?.code == .invalidRequest, "change \(index)")
        }
    }
}

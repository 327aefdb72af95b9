import Foundation
import FramegenTools
import TestSupport
import Testing

@Suite("Comparing frames")
struct ComparisonTests {
    private let files: ComparisonFiles

    init() throws { files = try ComparisonFiles() }

    /// Expects an error of the kind whose message holds every text.
    private func expectError(
        _ code: FramegenError.Code, _ texts: [String], _ request: ComparisonRequest,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        let error = await #expect(throws: FramegenError.self, sourceLocation: sourceLocation) {
            try await request.compare()
        }
        #expect(error?.code == code, "\(error?.message ?? "")", sourceLocation: sourceLocation)
        for text in texts {
            #expect(error?.message.contains(text) == true, "\(error?.message ?? "")", sourceLocation: sourceLocation)
        }
    }

    @Test("gives each frame's numbers, their mean and the worst frame")
    func numbers() async throws {
        let first = try files.frames("a", numbers: 0..<4)
        let second = try files.frames("b", numbers: 0..<4, offsets: [2: 5, 3: 1])
        let result = try await ComparisonRequest(firstPath: first, secondPath: second).compare()
        #expect(result.kind == .frames(ComparisonFiles.size))
        #expect(result.pairs.map(\.number) == [0, 1, 2, 3])
        #expect(result.pairs.map(\.whole.largestDifference) == [0, 0, 5, 1])
        #expect(result.pairs[1].whole.peakSignalToNoiseRatio == .infinity)
        #expect(result.isPassed && result.checks.isEmpty && result.notes.isEmpty)

        let statistics = try #require(result.statistics.first { $0.region == .frame }?.metrics)
        #expect(result.statistics.count == 1)
        let meanError = (25.0 + 1) / 4 / (255 * 255)
        #expect(abs(try #require(statistics[.mse]).mean - meanError) < 1e-12)
        let ratio = try #require(statistics[.psnr])
        #expect(abs(ratio.mean + 10 * log10(meanError)) < 1e-9)
        #expect(abs(ratio.worst - 20 * log10(255.0 / 5)) < 1e-9)
        #expect(ratio.worstFrame == 2)
        let shares = try #require(statistics[.identicalShare])
        #expect(shares.mean == 0.5 && shares.worst == 0 && shares.worstFrame == 2)
        let differences = try #require(statistics[.largestDifference])
        #expect(differences.mean == 1.5 && differences.worst == 5 && differences.worstFrame == 2)
    }

    @Test("matches by number, whatever the names and formats are, and passes over other files")
    func names() async throws {
        let first = try files.frames("a", numbers: [3, 12])
        let second = try files.frames(
            "b", [("take2_12.PNG", ComparisonFiles.picture(12)), ("3.png", ComparisonFiles.picture(3))])
        try files.folder.write(Array("notes".utf8), to: "b/notes 4.txt")
        try files.folder.write(Array("notes".utf8), to: "b/cover.png")
        let result = try await ComparisonRequest(firstPath: first, secondPath: second).compare()
        #expect(result.pairs.map(\.number) == [3, 12])
        #expect(result.pairs.allSatisfy { $0.whole.identicalShare == 1 })
    }

    @Test("names what is missing on either side, or compares the rest when that is allowed")
    func missing() async throws {
        var request = ComparisonRequest(
            firstPath: try files.frames("a", numbers: [0, 1, 2, 5]),
            secondPath: try files.frames("b", numbers: [0, 2, 5, 6, 7]))
        await expectError(.invalidData, ["4 frames", "5", "/b lacks frame 1", "/a lacks frames 6, 7"], request)
        request.frameLimit = 1
        #expect(try await request.compare().pairs.map(\.number) == [0])
        request.frameLimit = 2
        await expectError(.invalidData, ["lacks frame 1"], request)
        request.frameLimit = nil
        request.allowsLengthMismatch = true
        let result = try await request.compare()
        #expect(result.pairs.map(\.number) == [0, 2, 5])
        #expect(result.notes.contains { $0.contains("lacks frame 1 of") })
        #expect(result.notes.contains { $0.contains("/a ends before") })
        request.secondPath = try files.frames("c", numbers: [8, 9])
        await expectError(.invalidData, ["no frame in common"], request)
    }

    @Test("refuses what cannot be compared, naming both sides or the file at fault")
    func unreadable() async throws {
        let good = try files.frames("a", numbers: 0..<2)
        let small = try files.frames(
            "small", (0..<2).map { ("\($0).png", ComparisonFiles.picture($0, size: .init(width: 48, height: 39))) })
        await expectError(
            .invalidData, ["48×40", "48×39", "frame_00000.png", "small/0.png"],
            ComparisonRequest(firstPath: good, secondPath: small))
        let changing = try files.frames(
            "changing",
            [
                ("0.png", ComparisonFiles.picture(0)),
                ("1.png", ComparisonFiles.picture(1, size: .init(width: 9, height: 9))),
            ])
        await expectError(
            .invalidData, ["9×9", "48×40", "as before"],
            ComparisonRequest(firstPath: changing, secondPath: changing))

        await expectError(
            .notFound, ["nowhere"],
            ComparisonRequest(firstPath: good, secondPath: files.folder.file("nowhere")))
        let empty = try files.frames("empty", [])
        await expectError(
            .invalidData, ["/empty holds no frames"], ComparisonRequest(firstPath: empty, secondPath: good))
        let twice = try files.frames(
            "twice", [("1.png", ComparisonFiles.picture(0)), ("frame_01.png", ComparisonFiles.picture(0))])
        await expectError(
            .invalidData, ["1.png", "frame_01.png"], ComparisonRequest(firstPath: good, secondPath: twice))
        let text = try files.folder.write(Array("no video".utf8), to: "text.mp4")
        await expectError(.invalidData, ["text.mp4"], ComparisonRequest(firstPath: good, secondPath: text))
        try files.folder.write([0x89, 0x50], to: "a/frame_00001.png")
        await expectError(.invalidData, ["a/frame_00001.png"], ComparisonRequest(firstPath: good, secondPath: good))
    }

    @Test("compares single images, also below the size of a window")
    func singleImages() async throws {
        let size = ImageSize(width: 6, height: 30)
        let path = try files.folder.write(
            PNGEncoder().encode(ComparisonFiles.picture(0, size: size)), to: "one.png")
        var request = ComparisonRequest(firstPath: path, secondPath: path)
        let result = try await request.compare()
        #expect(result.pairs.count == 1 && result.pairs[0].whole.structuralSimilarity == nil)
        #expect(result.statistics[0].metrics[.ssim] == nil)
        request.thresholds.minimumSSIM = 0.5
        await expectError(.invalidRequest, ["6×30", "7×7"], request)
    }

    @Test("compares a video with its frames, with itself, and says when lengths differ")
    func videos() async throws {
        let video = try await files.video("v.mp4", count: 5)
        let fromZero = try files.frames("zero", numbers: 0..<5)
        var result = try await ComparisonRequest(firstPath: fromZero, secondPath: video).compare()
        #expect(result.pairs.map(\.number) == [0, 1, 2, 3, 4])
        #expect(result.pairs.allSatisfy { $0.whole.peakSignalToNoiseRatio > 40 })
        result = try await ComparisonRequest(firstPath: video, secondPath: video).compare()
        #expect(result.pairs.count == 5)
        #expect(result.pairs.allSatisfy { $0.whole.identicalShare == 1 })

        // Other programs count from 1.
        let fromOne = try files.frames(
            "one", (0..<5).map { (String(format: "%03d.png", $0 + 1), ComparisonFiles.picture($0)) })
        result = try await ComparisonRequest(firstPath: video, secondPath: fromOne).compare()
        #expect(result.pairs.map(\.number) == [1, 2, 3, 4, 5])
        #expect(result.pairs.allSatisfy { $0.whole.peakSignalToNoiseRatio > 40 })
        #expect(result.notes.contains { $0.contains("/one counts its frames from 1") })

        let long = try files.frames("long", numbers: 0..<7)
        var request = ComparisonRequest(firstPath: long, secondPath: video)
        await expectError(.invalidData, ["7 frames", "5 frames", "v.mp4 lacks frames 5, 6"], request)
        request.frameLimit = 5
        #expect(try await request.compare().pairs.count == 5)
        request.frameLimit = nil
        request.allowsLengthMismatch = true
        result = try await request.compare()
        #expect(result.pairs.count == 5 && result.notes.contains { $0.contains("v.mp4 ends before") })
        request.firstPath = try files.frames("sparse", numbers: [1, 3])
        #expect(try await request.compare().pairs.map(\.number) == [1, 3])
    }

    @Test("judges the mouth where the template's walk puts it", arguments: [0, 1])
    func mouth(startFrame: Int) async throws {
        // Frames 0, 1, … show the images 1, 2, 1, 0, or from the second image on 2, 1, 2.
        let places = startFrame == 0 ? [1, 2, 1, 0] : [2, 1, 2, 1]
        let first = try files.frames("a", numbers: 0..<4)
        let changed = (0..<4).map { index in
            var image = ComparisonFiles.picture(index)
            image.pixels[30 * image.bytesPerRow + (10 + 5 * places[index]) * 3] ^= 0xFF
            return (name: "\(index).png", image: image)
        }
        var request = ComparisonRequest(firstPath: first, secondPath: try files.frames("b", changed))
        request.templatePath = try files.template(count: 3)
        request.startFrame = startFrame
        request.thresholds.minimumPSNR = 200
        let result = try await request.compare()
        // Three columns and one row of points, one pixel of border, and a window at least.
        #expect(
            result.pairs.map(\.mouthRect)
                == places.map { PixelRect(x: 10 + 5 * $0 - 3, y: 27, width: 7, height: 7) })
        #expect(result.pairs.allSatisfy { $0.mouth?.identicalShare == 146.0 / 147 })
        #expect(result.checks.map(\.region) == [.frame, .face, .mouth])
        #expect(result.checks.allSatisfy { !$0.isPassed && $0.failedFrameCount == 4 })

        request.startFrame = 3
        await expectError(.invalidRequest, ["3", "0 to 2"], request)
    }

    @Test("refuses a template of another size")
    func otherTemplate() async throws {
        let path = try files.frames("a", [("0.png", ComparisonFiles.picture(0, size: .init(width: 20, height: 20)))])
        var request = ComparisonRequest(firstPath: path, secondPath: path)
        request.templatePath = try files.template(count: 1)
        await expectError(.invalidData, ["20×20", "48×40"], request)
    }

    @Test(
        "a threshold holds for the worst frame",
        arguments: [
            (ComparisonRequest.Thresholds(minimumPSNR: 30), true), (.init(minimumPSNR: 40), false),
            (.init(minimumSSIM: 0.5), true), (.init(minimumSSIM: 1), false), (.init(maximumMSE: 0.001), true),
            (.init(maximumMSE: 0), false), (.init(minimumPSNR: 30, maximumMSE: 0), false), (.init(), true),
        ])
    func thresholds(thresholds: ComparisonRequest.Thresholds, isPassed: Bool) async throws {
        // An offset of 5 has a ratio of 34.15 dB, and a mean squared error of 0.00038.
        var request = ComparisonRequest(
            firstPath: try files.frames("a", numbers: 0..<3),
            secondPath: try files.frames("b", numbers: 0..<3, offsets: [1: 5]))
        request.thresholds = thresholds
        let result = try await request.compare()
        #expect(result.isPassed == isPassed)
        #expect(result.checks.allSatisfy { $0.worstFrame == 1 && $0.failedFrameCount == ($0.isPassed ? 0 : 1) })
    }

    @Test("a cancelled comparison writes nothing")
    func cancellation() async throws {
        let path = try files.frames("a", numbers: 0..<30)
        var request = ComparisonRequest(firstPath: path, secondPath: path)
        request.table = .init(path: files.folder.file("out.csv"))
        let (compared, continuation) = AsyncStream.makeStream(of: Int.self)
        let task = Task { [request] in
            try await request.compare { count in
                continuation.yield(count)
                // The rest waits for the cancellation.
                while count == 2, !Task.isCancelled { usleep(1000) }
            }
        }
        for await count in compared where count == 2 { break }
        task.cancel()
        let error = await #expect(throws: FramegenError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(!FileManager.default.fileExists(atPath: files.folder.file("out.csv")))
    }

    @Test("a request survives JSON, and needs only its two paths there")
    func json() throws {
        var request = ComparisonRequest(firstPath: "a", secondPath: "b")
        #expect(
            try JSONDecoder().decode(ComparisonRequest.self, from: Data(#"{"firstPath":"a","secondPath":"b"}"#.utf8))
                == request)
        request.templatePath = "t"
        request.startFrame = 3
        request.frameLimit = 4
        request.allowsLengthMismatch = true
        request.dataRange = 2
        request.thresholds = .init(minimumPSNR: 40, minimumSSIM: 0.9, maximumMSE: 0.01)
        request.table = .init(path: "c.csv", overwrites: true)
        request.page = .init(path: "p.html", worstFrameCount: 7, overwrites: true)
        #expect(
            try JSONDecoder().decode(ComparisonRequest.self, from: JSONEncoder().encode(request)) == request)
        let outputs = #"{"firstPath":"a","secondPath":"b","table":{"path":"c"},"page":{"path":"p"}}"#
        let decoded = try JSONDecoder().decode(ComparisonRequest.self, from: Data(outputs.utf8))
        #expect(decoded.table == .init(path: "c") && decoded.page == .init(path: "p"))
    }
}

import Foundation
import FrameGeneration
import FramegenTools
import TestSupport
import Testing

@Suite("Outputs of a comparison")
struct ComparisonOutputTests {
    private let files: ComparisonFiles

    init() throws { files = try ComparisonFiles() }

    private func read(_ name: String) throws -> String {
        try String(contentsOfFile: files.folder.file(name), encoding: .utf8)
    }

    @Test("the table has a line a frame, whose numbers are those of the result")
    func table() async throws {
        var request = ComparisonRequest(
            firstPath: try files.frames("a", numbers: 0..<3),
            secondPath: try files.frames("b", numbers: 0..<3, offsets: [1: 9]))
        request.table = .init(path: files.folder.file("deep/out.csv"))
        request.templatePath = try files.template(count: 2)
        let result = try await request.compare()
        let rows = try read("deep/out.csv").split(separator: "\n").map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(rows.count == 4 && rows.allSatisfy { $0.count == rows[0].count })
        for (row, pair) in zip(rows.dropFirst(), result.pairs) {
            let cells = Dictionary(uniqueKeysWithValues: zip(rows[0], row))
            #expect(cells["frame"] == "\(pair.number)")
            for metric in QualityMetric.allCases {
                #expect(cells[metric.rawValue].flatMap(Double.init) == pair.whole[metric])
                #expect(cells["face_\(metric.rawValue)"].flatMap(Double.init) == pair.face?[metric])
                #expect(cells["mouth_\(metric.rawValue)"].flatMap(Double.init) == pair.mouth?[metric])
            }
            #expect(cells["mouth_width"] == "\(pair.mouthRect?.width ?? 0)")
        }
        request.templatePath = nil
        request.table?.overwrites = true
        _ = try await request.compare()
        #expect(try !read("deep/out.csv").contains("mouth"))
    }

    @Test("the page needs no other file, runs nothing, and shows the worst frames with their difference")
    func page() async throws {
        var request = ComparisonRequest(
            firstPath: try files.frames("a", numbers: 0..<6),
            secondPath: try files.frames("b", numbers: 0..<6, offsets: [1: 2, 2: 30, 4: 7]))
        request.page = .init(path: files.folder.file("out.html"), worstFrameCount: 2, command: "compare a & b")
        request.thresholds = .init(minimumPSNR: 30, minimumSSIM: 0.2, maximumMSE: 0.5)
        _ = try await request.compare()
        let page = try read("out.html")
        for name in ["http:", "https:", "<script", "<link", "url(", "@import", "<iframe", "javascript:"] {
            #expect(!page.contains(name), "\(name)")
        }
        let sources = page.matches(of: /src="([^"]*)"/).map { String($0.1) }
        #expect(sources.count == 6 && sources.allSatisfy { $0.hasPrefix("data:image/png;base64,") })
        #expect(page.matches(of: /<h3>Frame ([0-9]+)</).map { String($0.1) } == ["2", "4"])
        let pictures = try sources.map { source in
            let data = try #require(Data(base64Encoded: String(source.dropFirst("data:image/png;base64,".count))))
            let path = try files.folder.write(Array(data), to: "picture.png")
            return try ImageFileDecoder().decodeImage(at: path)
        }
        #expect(pictures[0] == ComparisonFiles.picture(2) && pictures[1] == ComparisonFiles.picture(2, offset: 30))
        // A difference of 7 everywhere is amplified until it can be seen.
        #expect(page.contains("difference × 4"))
        #expect(pictures[5].pixels.allSatisfy { $0 == 28 })
        #expect(page.contains("1 of 3 thresholds is not met") && page.contains("failed in 1 of 6 frames"))
        #expect(page.contains("equal frames at the upper edge") && page.contains("the threshold of 0.5 lies outside"))
        #expect(page.matches(of: /<polyline/).count == 3)
        #expect(page.contains("framegen \(framegenVersion)") && page.contains("<code>compare a &amp; b</code>"))
        let made = try #require(page.firstMatch(of: /<time datetime="([^"]*)"/)?.1)
        let age = Date.now.timeIntervalSince(try Date(String(made), strategy: .iso8601))
        #expect(age >= 0 && age < 600)
        #expect(page.contains("The worst first, by the whole frame's PSNR"))
        let text = page.replacing(/src="[^"]*"/, with: "")
        #expect(!text.contains("nan") && !text.contains("inf"))
    }

    @Test("with a template the page shows each worst frame's mouth too, cut out")
    func mouths() async throws {
        var request = ComparisonRequest(
            firstPath: try files.frames("a", numbers: 0..<3),
            secondPath: try files.frames("b", numbers: 0..<3, offsets: [1: 3]))
        request.templatePath = try files.template(count: 2)
        request.page = .init(path: files.folder.file("out.html"))
        let rect = try #require(try await request.compare().pairs[1].mouthRect)
        let page = try read("out.html")
        let pictures = try page.matches(of: /src="data:image\/png;base64,([^"]*)"/).map { match in
            let path = try files.folder.write(
                Array(try #require(Data(base64Encoded: String(match.1)))), to: "picture.png")
            return try ImageFileDecoder().decodeImage(at: path)
        }
        #expect(pictures.map(\.size).suffix(3) == [rect.size, rect.size, rect.size] && pictures.count == 6)
        #expect(pictures[3] == ComparisonFiles.picture(1).cropped(to: rect))
        #expect(pictures[4] == ComparisonFiles.picture(1, offset: 3).cropped(to: rect))
        #expect(page.contains("the lower one of the whole frame's and the mouth's"))
    }

    @Test("each of few frames has a dot in the curves, of many none", arguments: [1, 2, 5, 100])
    func dots(count: Int) async throws {
        let pictures = (0..<count).map {
            (String(format: "%03d.png", $0), ComparisonFiles.picture(0, size: ImageSize(width: 7, height: 7)))
        }
        let path = try files.frames("a", pictures)
        var request = ComparisonRequest(firstPath: path, secondPath: path)
        request.page = .init(path: files.folder.file("out.html"))
        _ = try await request.compare()
        let dots = try read("out.html").matches(of: /class="dots frame" d="([^"]*)"/).map {
            $0.1.split(separator: "M").count
        }
        #expect(dots == (count < 100 ? [count, count, count] : []))
    }

    @Test("a page names files as they are, as text and not as markup")
    func escaping() async throws {
        let name = "<img src=x onerror=alert(1)> & \"q\" 'q' \u{202E}gnp"
        let path = try files.frames(name, numbers: 0..<1)
        var request = ComparisonRequest(firstPath: path, secondPath: path)
        request.page = .init(path: files.folder.file("out.html"))
        _ = try await request.compare()
        let page = try read("out.html")
        #expect(!page.contains("<img") && !page.contains("\u{202E}"))
        #expect(page.contains("&lt;img src=x onerror=alert(1)&gt; &amp; &quot;q&quot; &#39;q&#39;"))
        #expect(page.contains("No thresholds were given"))
    }

    @Test("a long comparison's curves keep their worst frames with few points")
    func longCurves() async throws {
        let size = ImageSize(width: 7, height: 7)
        let pictures = (0..<1000).map { ("\($0).png", ComparisonFiles.picture(0, size: size)) }
        let first = try files.frames("a", pictures)
        let second = try files.frames(
            "b", pictures.map { ($0.0, $0.0 == "501.png" ? PixelImage(width: 7, height: 7) : $0.1) })
        var request = ComparisonRequest(firstPath: first, secondPath: second)
        request.page = .init(path: files.folder.file("out.html"), worstFrameCount: 0)
        _ = try await request.compare()
        let page = try read("out.html")
        #expect(page.contains("each point the worst of 2 frames") && !page.contains("<img"))
        let curves = page.matches(of: /points="([^"]*)"/).map { $0.1.split(separator: " ") }
        #expect(curves.count == 3 && curves.allSatisfy { $0.count == 500 })
        // One point of each curve stands out.
        for curve in curves { #expect(Set(curve.map { $0.split(separator: ",")[1] }).count == 2) }
    }

    @Test("a page of tensors has tables and no curves")
    func tensors() async throws {
        let path = try files.tensor("a.npy", [3], [1, 2, 3])
        var request = ComparisonRequest(firstPath: path, secondPath: path)
        request.page = .init(path: files.folder.file("out.html"))
        request.table = .init(path: files.folder.file("out.csv"))
        request.thresholds.maximumMSE = 0
        _ = try await request.compare()
        let page = try read("out.html")
        #expect(page.contains("Tensors of the shape [3]") && page.contains("All thresholds are met"))
        #expect(!page.contains("<svg"))
        let lines = try read("out.csv").split(separator: "\n")
        #expect(lines.count == 2 && lines[1] == "0,inf,,0.0,0.0,1.0")
    }

    @Test("outputs that are there stay, unless they may be replaced by whole ones")
    func overwriting() async throws {
        let path = try files.frames("a", numbers: 0..<1)
        let old = try files.folder.write(Array("old".utf8), to: "old.html")
        for change in [
            { (request: inout ComparisonRequest, overwrites: Bool) in
                request.table = .init(path: old, overwrites: overwrites)
            },
            { (request: inout ComparisonRequest, overwrites: Bool) in
                request.page = .init(path: old, overwrites: overwrites)
            },
        ] {
            try files.folder.write(Array("old".utf8), to: "old.html")
            var request = ComparisonRequest(firstPath: path, secondPath: path)
            change(&request, false)
            let error = await #expect(throws: FramegenError.self) { try await request.compare() }
            #expect(error?.code == .cannotWrite && error?.message.contains("already exists") == true)
            // Nothing is replaced by a comparison that fails.
            change(&request, true)
            request.secondPath = files.folder.file("nowhere")
            await #expect(throws: FramegenError.self) { try await request.compare() }
            #expect(try read("old.html") == "old")
            request.secondPath = path
            _ = try await request.compare()
            #expect(try read("old.html") != "old")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: files.folder.path)
        #expect(Set(names) == ["a", "old.html"])
    }

    @Test("an output is never an input, the other output, or a folder")
    func places() async throws {
        let tensor = try files.tensor("a.npy", [3], [1, 2, 3])
        let base = ComparisonRequest(firstPath: tensor, secondPath: tensor)
        let folder = try files.frames("folder", [])
        let cases: [(String, String, FramegenError.Code)] = [
            (files.folder.file("./a.npy"), files.folder.file("p.html"), .invalidRequest),
            (files.folder.file("x"), files.folder.file("folder/../x"), .invalidRequest),
            (folder, files.folder.file("p.html"), .cannotWrite), ("", files.folder.file("p.html"), .invalidRequest),
            (files.folder.file("a.npy/out.csv"), files.folder.file("p.html"), .cannotWrite),
            (files.folder.file("out.csv"), files.folder.file("p.pdf"), .invalidRequest),
        ]
        for (table, page, code) in cases {
            var request = base
            request.table = .init(path: table, overwrites: true)
            request.page = .init(path: page, overwrites: true)
            let error = await #expect(throws: FramegenError.self) { try await request.compare() }
            #expect(error?.code == code, "\(table): \(error?.message ?? "")")
        }
        #expect(try ComparisonFiles.isTensor(tensor))
        #expect(!FileManager.default.fileExists(atPath: files.folder.file("p.html")))
    }
}

extension ComparisonFiles {
    fileprivate static func isTensor(_ path: String) throws -> Bool {
        try Data(contentsOf: URL(filePath: path)).starts(with: [0x93] + Array("NUMPY".utf8))
    }
}

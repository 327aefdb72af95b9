import Foundation
import FramegenTools
import Synchronization
import TestSupport
import Testing

@Suite("Intermediates of frames as files")
struct TensorDumpTests {
    private let folder: TemporaryFolder
    /// Without a network, as most of this does not depend on it.
    private let request = Demo.request(engine: .passthrough)
    private let dump: TensorDump

    init() throws {
        folder = try TemporaryFolder(named: "tensors 张量")
        dump = TensorDump(path: folder.file("deep/dump"))
    }

    /// What a reader of the index gets.
    private struct Index: Decodable {
        struct Rect: Decodable {
            let x: Int
            let y: Int
            let width: Int
            let height: Int

            var pixels: PixelRect { PixelRect(x: x, y: y, width: width, height: height) }
        }

        struct Kind: Decodable {
            let layout: String
            let channels: [String]?
            let range: [Int]?
            let shape: [Int]?
        }

        struct Entry: Decodable {
            let frame: Int
            let shownByFrames: [Int]
            let templateIndex: Int
            let templateImage: String
            let parsingImage: String?
            let crop: Rect
            let featureRow: Int
            let files: [String: String]
        }

        let version: Int
        let request: GenerationRequest
        let engine: String
        let cropSide: Int
        let networkSquare: Rect
        let mask: Rect
        let files: [String: Kind]
        let frames: [Entry]
        let missingFrames: [Int]
        let framesMade: Int
    }

    private func index() throws -> Index {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(
            Index.self, from: Data(contentsOf: URL(filePath: folder.file("deep/dump/index.json"))))
    }

    private func names() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: folder.file("deep/dump")))
    }

    private func tensor(_ entry: Index.Entry, _ key: String) throws -> Tensor {
        try NPYFile.tensor(at: folder.file("deep/dump/\(try #require(entry.files[key]))"))
    }

    private func image(_ entry: Index.Entry, _ key: String) throws -> PixelImage {
        try ImageFileDecoder().decodeImage(at: folder.file("deep/dump/\(try #require(entry.files[key]))"))
    }

    @Test(
        "what is read is not where they go to", arguments: ["", "/full_body_img", "/landmarks"])
    func apart(subfolder: String) async throws {
        var request = request
        // Empty: a wrong program leaves its files there and not among the demo's.
        let template = folder.file("person")
        for name in ["full_body_img", "landmarks"] {
            try FileManager.default.createDirectory(atPath: "\(template)/\(name)", withIntermediateDirectories: true)
        }
        request.source.templatePath = template
        var dump = TensorDump(path: template + subfolder)
        dump.overwrites = true
        let input = await #expect(throws: FramegenError.self) { try await request.render(dumping: dump) }
        #expect(input?.message.contains("\(dump.path) is to be written and is an input too") == true)
    }

    @Test("no more frames are made than are asked for, and each file holds what its name says")
    func contents() async throws {
        var (request, dump) = (request, dump)
        dump.frames = [2, 0, 2]
        request.take.startFrame = 3
        let summary = try await request.render(dumping: dump)
        #expect(summary.frameCount == 3 && summary.outputs.isEmpty)
        #expect(dump.indexPath == folder.file("deep/dump/index.json"))

        let index = try index()
        #expect(index.version == 2 && index.engine == "passthrough" && index.request == request)
        #expect(index.frames.map(\.frame) == [0, 2] && index.missingFrames.isEmpty && index.framesMade == 3)
        #expect(try names() == Set(["index.json"] + index.frames.flatMap { Array($0.files.values) }))
        let template = try Template(path: Demo.template, usesParsing: false, decoder: ImageFileDecoder())
        let features = try NPYFile.tensor(at: Fixtures.demoPath("audio/aud_ave.npy"))
        for entry in index.frames {
            // The walk starts at the start frame's neighbour.
            #expect(entry.templateIndex == 3 + entry.frame + 1)
            #expect(entry.shownByFrames == [entry.frame] && entry.featureRow == entry.frame)
            #expect(entry.templateImage == template.frames[entry.templateIndex].imagePath)
            #expect(entry.crop.pixels == template.frames[entry.templateIndex].cropRect)
            #expect(entry.parsingImage == nil)
            try expectConsistent(entry, index)

            let window = try tensor(entry, "audio_window")
            let zeros = [Float](repeating: 0, count: (8 - entry.frame) * 512)
            #expect(Array(window.values) == zeros + features.values[..<((8 + entry.frame) * 512)])
            for key in ["network_input", "audio_window", "raw_output"] {
                #expect(try index.files[key]?.shape == tensor(entry, key).shape)
            }
        }
        #expect(index.files["raw_output"]?.channels == ["blue", "green", "red"])
        #expect(index.files["network_input"]?.channels?.count == 6 && index.files["network_input"]?.range == [0, 1])
    }

    /// Makes the input of the crop, and the picture of the output, from the files alone.
    private func expectConsistent(_ entry: Index.Entry, _ index: Index) throws {
        let crop = try image(entry, "face_crop")
        #expect(crop.width == index.cropSide && crop.height == index.cropSide)
        let square = index.networkSquare.pixels
        let inner = crop.cropped(to: square)
        var masked = inner
        masked.fillBlack(index.mask.pixels)
        let expected = [inner, masked].flatMap { image in
            (0..<3).flatMap { channel in
                stride(from: channel, to: image.pixels.count, by: 3).map { Float(image.pixels[$0]) / 255 }
            }
        }
        #expect(try Array(tensor(entry, "network_input").values) == expected)

        let output = try tensor(entry, "raw_output")
        let area = square.width * square.height
        try #require(output.values.count == 3 * area)
        let face = PixelImage(
            width: square.width, height: square.height,
            pixels: (0..<3 * area).map { UInt8(output.values[$0 % 3 * area + $0 / 3] * 255) })
        var filled = crop
        filled.paste(face, x: square.x, y: square.y)
        var picture = try ImageFileDecoder().decodeImage(at: entry.templateImage)
        picture.paste(filled.resizedBicubic(to: entry.crop.pixels.size), x: entry.crop.x, y: entry.crop.y)
        #expect(try image(entry, "composite") == picture)
    }

    @Test("with a network, the composite is the original's frame, and follows from the raw output")
    func network() async throws {
        var request = request
        request.settings.engine.choice = .openvino
        request.settings.template.cacheInBytes = 0
        _ = try await request.render(dumping: dump)
        let index = try index()
        let entry = try #require(index.frames.first)
        try expectConsistent(entry, index)
        expectSame(
            try image(entry, "composite"),
            as: try ImageFileDecoder().decodeImage(at: Fixtures.demoPath("reference/frame_00000.png")), "frame 0")
    }

    @Test("frames that show the same picture share its files, and the index says so")
    func frameRate() async throws {
        var (request, dump) = (request, dump)
        request.take.frameRate = FrameRate(50)
        request.settings.template.usesParsing = true
        dump.frames = [0, 1, 3]
        _ = try await request.render(dumping: dump)
        let frames = try index().frames
        #expect(frames.map(\.frame) == [0, 1, 3])
        #expect(frames.map(\.shownByFrames) == [[0, 1], [0, 1], [2, 3]])
        #expect(frames.map(\.featureRow) == [0, 0, 1])
        #expect(
            frames.map { $0.files["composite"] } == [0, 0, 3].map { "frame_0000\($0)_composite.png" })
        #expect(frames.allSatisfy { $0.parsingImage?.hasSuffix("parsing/\($0.templateIndex).png") == true })
        #expect(try names().count == 2 * 5 + 1)
    }

    @Test("frames beyond the end are named in a warning and in the index")
    func beyondTheEnd() async throws {
        let features = try FeatureFileWriter(path: folder.file("short.npy"), rowShape: [512])
        for _ in 0..<3 { try await features.write([Float](repeating: 1, count: 512)) }
        try await features.finish()
        for (frames, text) in [
            ([1, 3], "frame 3,"), ([9, 2, 3, 100], "frames 3, 9, 100,"),
            (Array(3...11), "frames 3, 4, 5, 6, 7 and 4 more,"),
        ] {
            var (request, dump) = (request, dump)
            request.speech = .features(path: folder.file("short.npy"))
            dump.frames = frames
            dump.overwrites = true
            let warnings = Mutex<[String]>([])
            _ = try await request.render(dumping: dump) { event in
                if case .warning(let text) = event { warnings.withLock { $0.append(text) } }
            }
            let messages = warnings.withLock { $0 }
            #expect(messages.count == 1)
            #expect(
                messages.first?.contains(text) == true && messages.first?.contains("3 frames") == true, "\(messages)")
            #expect(try index().missingFrames == frames.filter { $0 > 2 }.sorted())
            #expect(try index().frames.map(\.frame) == frames.filter { $0 < 3 })
        }
    }

    @Test("frames that cannot be are refused before anything is opened", arguments: [[], [-1, 3], [0, 5]])
    func badFrames(frames: [Int]) async throws {
        var (request, dump) = (request, dump)
        dump.frames = frames
        request.take.frameLimit = 5
        request.source.generator = .checkpoint(path: folder.file("nothing.pth"))
        let error = await #expect(throws: FramegenError.self) { try await request.render(dumping: dump) }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains(frames.isEmpty ? "no frames" : "frame \(frames[0] < 0 ? -1 : 5)") == true)
        #expect(!FileManager.default.fileExists(atPath: folder.file("deep")))
    }

    @Test("refuses a folder that holds tensors, and with overwriting replaces exactly those")
    func overwriting() async throws {
        var dump = dump
        try FileManager.default.createDirectory(atPath: folder.file("deep/dump"), withIntermediateDirectories: true)
        for name in ["frame_00007_raw_output.npy", "index.json", "frame_00001.png", "notes.npy"] {
            try folder.write([1], to: "deep/dump/\(name)")
        }
        let error = await #expect(throws: FramegenError.self) { try await request.render(dumping: dump) }
        #expect(error?.code == .cannotWrite)
        #expect(error?.message.contains("already holds tensors (frame_00007_raw_output.npy)") == true)

        dump.overwrites = true
        var broken = request
        broken.source.generator = .checkpoint(path: folder.file("nothing.pth"))
        await #expect(throws: FramegenError.self) { try await broken.render(dumping: dump) }
        #expect(try names().count == 4)
        _ = try await request.render(dumping: dump)
        let kept: Set = ["frame_00001.png", "notes.npy"]
        #expect(try names().subtracting(kept) == Set(["index.json"] + index().frames[0].files.values))
        #expect(try names().isSuperset(of: kept))
    }

    @Test("beside frames and a video, all frames are made")
    func besideFrames() async throws {
        var (request, dump) = (request, dump)
        request.take.frameLimit = 4
        dump.frames = [1]
        request.outputs = [
            .frames(FrameFolder(path: folder.file("deep/dump"))), .video(VideoOutput(path: folder.file("video.mp4"))),
        ]
        #expect(try await request.render(dumping: dump).frameCount == 4)
        let entry = try #require(index().frames.first)
        #expect(
            try image(entry, "composite")
                == ImageFileDecoder().decodeImage(at: folder.file("deep/dump/frame_00001.png")))
        #expect(try names().count == 4 + 5 + 1)
        #expect(FileManager.default.fileExists(atPath: folder.file("video.mp4")))
    }

    @Test("a cancelled run leaves whole files, no index, and an older one no more")
    func cancellation() async throws {
        var dump = dump
        dump.frames = [0, 300]
        dump.overwrites = true
        try FileManager.default.createDirectory(atPath: folder.file("deep/dump"), withIntermediateDirectories: true)
        try folder.write([1], to: "deep/dump/index.json")
        let error = await cancelled {
            if case .framesFinished = $0 { true } else { false }
        } _: { [request, dump] report in
            _ = try await request.render(dumping: dump, report: report)
        }
        #expect(error?.code == .cancelled)
        #expect(try names().count == 5 && names().allSatisfy { $0.hasPrefix("frame_00000_") })
    }

    @Test(
        "a full disk is named, and no video is left",
        .enabled(if: SmallDisk.isPossible, "only root can make a small disk"))
    func fullDisk() async throws {
        let disk = try SmallDisk(sizeInKilobytes: 1000)
        var (request, dump) = (request, dump)
        request.take.frameLimit = 3
        dump.path = "\(disk.path)/dump"
        request.outputs = [.video(VideoOutput(path: folder.file("video.mp4")))]
        let error = await #expect(throws: FramegenError.self) { try await request.render(dumping: dump) }
        #expect(error?.code == .cannotWrite && error?.message.contains("_network_input.npy") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(disk.path)/dump")
        #expect(names == ["frame_00000_face_crop.png"])
    }

    @Test("of a segment holds the frames that belong to it, and names the others")
    func segment() async throws {
        var (request, dump) = (request, dump)
        request.take.segment = SpeechSegment(2, of: 3)
        // Of 348 frames, those from 116 to 231.
        dump.frames = [115, 116, 231, 232]
        let warnings = Mutex<[String]>([])
        let summary = try await request.render(dumping: dump) { event in
            if case .warning(let text) = event { warnings.withLock { $0.append(text) } }
        }
        #expect(summary.frameCount == 116)
        #expect(try index().frames.map(\.frame) == [116, 231] && index().missingFrames == [115, 232])
        #expect(
            warnings.withLock { $0 } == ["not dumped: frames 115, 232, as there are 116 frames, from 116"])
    }
}

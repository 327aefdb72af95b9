import Foundation
import Framegen
import Media
import Synchronization
import TestSupport
import Testing

@Suite("Rendering a request")
struct RenderingTests {
    private let folder: TemporaryFolder
    private var request: GenerationRequest

    init() throws {
        folder = try TemporaryFolder(named: "out 输出")
        request = GenerationRequest(
            checkpointPath: Fixtures.demoPath("checkpoint/unet_328.fp16.pth"),
            templatePath: Fixtures.demoPath("template"), audioFeaturesPath: Fixtures.demoPath("audio/aud_ave.npy"))
        request.frameLimit = 3
        request.frameFolder = GenerationRequest.FrameFolder(path: folder.file("deep/frames"))
    }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.file("deep/frames")).sorted()
    }

    @Test("writes numbered PNG files with the frames' very pixels, and reports each")
    func png() async throws {
        let events = Mutex<[String]>([])
        let summary = try await request.render { event in
            switch event {
            case .started(let count, let engine): events.withLock { $0.append("\(count ?? -1) on \(engine)") }
            case .frameFinished(let index): events.withLock { $0.append("\(index)") }
            case .warning(let text): events.withLock { $0.append(text) }
            }
        }
        #expect(summary.frameCount == 3)
        #expect(events.withLock { $0 } == ["3 on onnxruntime", "0", "1", "2"])
        #expect(try names() == ["frame_00000.png", "frame_00001.png", "frame_00002.png"])
        #expect(summary.framePaths?.last == folder.file("deep/frames/frame_00002.png"))
        for try await frame in try await FrameGenerator(request).frames {
            let path = folder.file("deep/frames/frame_0000\(frame.index).png")
            #expect(try ImageFileDecoder().decodeImage(at: path) == frame.image)
        }
    }

    @Test("writes JPEG files")
    func jpg() async throws {
        var request = request
        request.frameLimit = 1
        request.frameFolder?.format = .jpg
        _ = try await request.render()
        #expect(try names() == ["frame_00000.jpg"])
        let bytes = try Data(contentsOf: URL(filePath: folder.file("deep/frames/frame_00000.jpg")))
        #expect(Array(bytes.prefix(3)) == [0xFF, 0xD8, 0xFF])
    }

    @Test("refuses a folder that holds frames, and with overwriting replaces exactly the frames")
    func overwriting() async throws {
        var request = request
        request.frameLimit = 1
        try FileManager.default.createDirectory(
            atPath: folder.file("deep/frames"), withIntermediateDirectories: true)
        for name in ["frame_00000.png", "frame_00007.png", "frame_00003.jpg", "notes.txt"] {
            try folder.write([1], to: "deep/frames/\(name)")
        }
        let error = await #expect(throws: FramegenError.self) { try await request.render() }
        #expect(error?.code == .cannotWrite)
        #expect(error?.message.contains("already holds frames (frame_00000.png)") == true)
        #expect(try names().count == 4)

        request.frameFolder?.overwrites = true
        // Nothing is replaced by a run that cannot start.
        var broken = request
        broken.checkpointPath = folder.file("no.pth")
        await #expect(throws: FramegenError.self) { try await broken.render() }
        #expect(try names().count == 4)

        _ = try await request.render()
        #expect(try names() == ["frame_00000.png", "notes.txt"])
    }

    @Test("overwriting removes no folder that is named like a frame, and follows no link under a partial name")
    func plantedNames() async throws {
        var request = request
        request.frameLimit = 1
        request.frameFolder?.overwrites = true
        let frames = folder.file("deep/frames")
        try FileManager.default.createDirectory(
            atPath: "\(frames)/frame_00007.png", withIntermediateDirectories: true)
        try folder.write([1], to: "deep/frames/frame_00007.png/precious")
        let error = await #expect(throws: FramegenError.self) { try await request.render() }
        #expect(error?.code == .cannotWrite && error?.message.contains("frame_00007.png") == true)
        #expect(FileManager.default.fileExists(atPath: "\(frames)/frame_00007.png/precious"))
        try FileManager.default.removeItem(atPath: "\(frames)/frame_00007.png")

        let precious = try folder.write(Array("precious".utf8), to: "precious")
        try FileManager.default.createSymbolicLink(
            atPath: "\(frames)/.frame_00000.png.partial", withDestinationPath: precious)
        _ = try await request.render()
        #expect(try String(contentsOfFile: precious, encoding: .utf8) == "precious")
        #expect(try names() == ["frame_00000.png"])
    }

    @Test("a full disk leaves whole frames only", .enabled(if: SmallDisk.isPossible, "only root can make a small disk"))
    func fullDisk() async throws {
        let disk = try SmallDisk(sizeInKilobytes: 2000)
        var request = request
        request.frameLimit = 20
        request.engine = .passthrough
        request.frameFolder?.path = "\(disk.path)/frames"
        let error = await #expect(throws: FramegenError.self) { try await request.render() }
        #expect(error?.code == .cannotWrite && error?.message.contains("No space left") == true)
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(disk.path)/frames")
        #expect(!names.isEmpty)
        for name in names {
            #expect(throws: Never.self) { try ImageFileDecoder().decodeImage(at: "\(disk.path)/frames/\(name)") }
        }
    }

    @Test("a file in the folder's place cannot be written to")
    func fileInPlace() async throws {
        try FileManager.default.createDirectory(atPath: folder.file("deep"), withIntermediateDirectories: true)
        try folder.write([1], to: "deep/frames")
        let error = await #expect(throws: FramegenError.self) { try await request.render() }
        #expect(error?.code == .cannotWrite)
        #expect(error?.message.contains("deep/frames is a file") == true)
    }

    @Test("a cancelled run leaves whole frames only")
    func cancellation() async throws {
        var request = request
        request.frameLimit = nil
        let (written, writer) = AsyncStream.makeStream(of: Void.self)
        let task = Task { [request] in
            try await request.render { if case .frameFinished = $0 { writer.yield() } }
        }
        for await _ in written { break }
        task.cancel()
        let error = await #expect(throws: FramegenError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        let names = try names()
        #expect(!names.isEmpty && names.count < 348)
        for name in names {
            #expect(throws: Never.self) {
                try ImageFileDecoder().decodeImage(at: folder.file("deep/frames/\(name)"))
            }
        }
    }

    @Test(
        "an absurd number of threads or frames is refused",
        arguments: [(0, nil), (-3, nil), (nil, 0), (nil, -1)] as [(Int?, Int?)])
    func badNumbers(threads: Int?, limit: Int?) async throws {
        var request = request
        request.threads = threads
        request.frameLimit = limit
        let error = await #expect(throws: FramegenError.self) { try await request.render() }
        #expect(error?.code == .invalidRequest)
    }

    @Test("a request survives JSON, and needs only its three paths there")
    func json() throws {
        let decoded = try JSONDecoder().decode(GenerationRequest.self, from: JSONEncoder().encode(request))
        #expect(decoded == request)
        let shortest = #"{"checkpointPath": "a", "templatePath": "b", "audioFeaturesPath": "c"}"#
        #expect(
            try JSONDecoder().decode(GenerationRequest.self, from: Data(shortest.utf8))
                == GenerationRequest(checkpointPath: "a", templatePath: "b", audioFeaturesPath: "c"))
    }
}

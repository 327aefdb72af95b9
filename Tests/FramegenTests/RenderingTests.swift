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
        request = Demo.request()
        request.take.frameLimit = 3
        request.outputs = [.frames(FrameFolder(path: folder.file("deep/frames")))]
    }

    /// The request with another limit, and its frames in another format or way.
    private func request(limit: Int?, _ change: (inout FrameFolder) -> Void = { _ in }) -> GenerationRequest {
        var request = request
        request.take.frameLimit = limit
        var frames = FrameFolder(path: folder.file("deep/frames"))
        change(&frames)
        request.outputs = [.frames(frames)]
        return request
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
            case .framesFinished(let count): events.withLock { $0.append("\(count)") }
            case .warning(let text): events.withLock { $0.append(text) }
            case .ended(let summary): events.withLock { $0.append("all \(summary.frameCount)") }
            }
        }
        #expect(summary.frameCount == 3)
        #expect(events.withLock { $0 } == ["3 on onnxruntime", "1", "2", "3", "all 3"])
        #expect(try names() == ["frame_00000.png", "frame_00001.png", "frame_00002.png"])
        #expect(summary.outputs == request.outputs && summary.outputs[0].path == folder.file("deep/frames"))
        let images = try await request.images()
        #expect(images.count == 3)
        for (index, image) in images.enumerated() {
            let path = folder.file("deep/frames/frame_0000\(index).png")
            #expect(try ImageFileDecoder().decodeImage(at: path) == image)
        }
    }

    @Test("writes JPEG files")
    func jpg() async throws {
        _ = try await request(limit: 1) { $0.format = .jpg }.render()
        #expect(try names() == ["frame_00000.jpg"])
        let bytes = try Data(contentsOf: URL(filePath: folder.file("deep/frames/frame_00000.jpg")))
        #expect(Array(bytes.prefix(3)) == [0xFF, 0xD8, 0xFF])
    }

    @Test("refuses a folder that holds frames, and with overwriting replaces exactly the frames")
    func overwriting() async throws {
        var request = request(limit: 1)
        try FileManager.default.createDirectory(
            atPath: folder.file("deep/frames"), withIntermediateDirectories: true)
        for name in ["frame_00000.png", "frame_00007.png", "frame_00003.jpg", "notes.txt"] {
            try folder.write([1], to: "deep/frames/\(name)")
        }
        let error = await #expect(throws: FramegenError.self) { try await request.render() }
        #expect(error?.code == .cannotWrite)
        #expect(error?.message.contains("already holds frames (frame_00000.png)") == true)
        #expect(try names().count == 4)

        request = self.request(limit: 1) { $0.overwrites = true }
        // Nothing is replaced by a run that cannot start.
        var broken = request
        broken.source.generator = .checkpoint(path: folder.file("no.pth"))
        await #expect(throws: FramegenError.self) { try await broken.render() }
        #expect(try names().count == 4)

        _ = try await request.render()
        #expect(try names() == ["frame_00000.png", "notes.txt"])
    }

    @Test("overwriting removes no folder that is named like a frame, and follows no link under a partial name")
    func plantedNames() async throws {
        let request = request(limit: 1) { $0.overwrites = true }
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
        var request = request(limit: 20) { $0.path = "\(disk.path)/frames" }
        request.settings.engine.choice = .passthrough
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
        let request = request(limit: nil)
        let error = await cancelled {
            if case .framesFinished = $0 { true } else { false }
        } _: { report in
            _ = try await request.render(report: report)
        }
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
        request.settings.engine.threads = threads
        request.take.frameLimit = limit
        let error = await #expect(throws: FramegenError.self) { try await request.render() }
        #expect(error?.code == .invalidRequest)
    }
}

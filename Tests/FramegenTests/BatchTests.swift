import Foundation
import Framegen
import FramegenTools
import Media
import Synchronization
import TestSupport
import Testing

@Suite("A batch")
struct BatchTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What a batch of the demo's avatar has in common.
    private var defaults: BatchDefaults {
        var defaults = BatchDefaults()
        defaults.checkpoint = Demo.checkpoint
        defaults.template = Demo.template
        defaults.audioEncoder = Demo.audioEncoder
        defaults.audio = Demo.voice
        defaults.limit = 3
        return defaults
    }

    private func jobs(_ lines: [String], defaults: BatchDefaults? = nil) throws -> [BatchJob] {
        let path = try folder.write(Array(lines.joined(separator: "\n").utf8), to: "jobs.jsonl")
        return try BatchJob.read(path, defaults: defaults ?? self.defaults, settings: Demo.settings(.passthrough))
    }

    private func line(_ name: String, _ more: String = "") -> String {
        #"{"output": "\#(folder.file(name))"\#(more)}"#
    }

    private func frameCount(_ name: String) throws -> Int {
        let reader = try VideoFrameReader(path: folder.file(name))
        var count = 0
        while try reader.next() != nil { count += 1 }
        return count
    }

    @Test("features that no audio encoder makes, and what is no JSON, are named before anything is rendered")
    func faults() throws {
        let error = #expect(throws: FramegenError.self) {
            try jobs([line("a.mp4", #", "mode": "hubert""#), #"{"output": "b.mp4" "crf": 30}"#])
        }
        #expect(error?.message.contains("line 1: mode is hubert, and audio_encoder makes ave features") == true)
        #expect(error?.message.contains("line 2: it is no JSON object") == true)
    }

    @Test("a line takes from the batch what it does not say itself, empty lines are passed over")
    func filling() throws {
        let jobs = try jobs([
            "", line("a.mp4"),
            line("b.mp4", #", "walk": "3..9", "crf": 30, "preset": "fast", "fps": 50, "limit": 7, "start_frame": 4"#),
            line("c.mp4", #", "paste": "seamless", "steady": true, "sharpen": 0.5"#),
            line("d.mp4", #", "sharpen": "auto""#),
            "",
        ])
        #expect(jobs.map(\.number) == [2, 3, 4, 5])
        #expect(jobs.map(\.outputPath) == ["a.mp4", "b.mp4", "c.mp4", "d.mp4"].map(folder.file))
        #expect(jobs.map(\.request.settings.paste) == [.exact, .exact, .seamless, .exact])
        #expect(jobs.map(\.request.settings.sharpening) == [.off, .off, .part(0.5), .auto])
        #expect(jobs.map(\.request.settings.template.isSteady) == [false, false, true, false])
        let (first, second) = (jobs[0].request, jobs[1].request)
        #expect(first.source == Demo.source() && first.speech == .sound(path: Demo.voice))
        #expect(first.take.frameLimit == 3 && first.settings == Demo.settings(.passthrough))
        #expect(
            second.settings.template.walk == .frames(3...9) && second.take.startFrame == 4
                && second.take.frameLimit == 7)
        #expect(second.take.frameRate == FrameRate(50))
        guard case .video(let video) = second.outputs.first else {
            Issue.record("\(second.outputs)")
            return
        }
        #expect(video.constantRateFactor == 30 && video.preset == .fast)
        // Three of 25 frames a second, and seven of 50.
        #expect(jobs.map(\.expectedSeconds) == [0.12, 0.14, 0.12, 0.12])
    }

    @Test("a model may be a Core ML package, which is a folder and has to be there")
    func packages() throws {
        var defaults = self.defaults
        defaults.checkpoint = nil
        defaults.model = folder.file("unet.mlpackage")
        #expect(throws: FramegenError.self) { try jobs([line("a.mp4")], defaults: defaults) }
        try FileManager.default.createDirectory(
            atPath: folder.file("unet.mlpackage"), withIntermediateDirectories: true)
        let job = try #require(try jobs([line("a.mp4")], defaults: defaults).first)
        #expect(job.request.source.generator == .coreML(path: folder.file("unet.mlpackage")))
    }

    @Test(
        "every bad line is named by its number, and nothing else",
        arguments: [
            (#"nonsense"#, "no JSON object"), (#"{"sound": "a.wav"}"#, "sound is not known"),
            (#"{"limit": "many"}"#, "limit"), (#"{"output": "a.txt"}"#, "a.txt"), (#"{}"#, "output is missing"),
            (#"{"output": "a.mp4", "walk": "9..3"}"#, "9..3"), (#"{"output": "a.mp4", "crf": 99}"#, "99"),
            (#"{"output": "a.mp4", "preset": "slowest"}"#, "slowest"),
            (#"{"output": "a.mp4", "paste": "soft"}"#, "paste: "),
            (#"{"output": "a.mp4", "sharpen": 2}"#, "sharpening is 2"),
            (#"{"output": "a.mp4", "audio": "nowhere.wav"}"#, "nowhere.wav"),
            (#"{"output": "a.mp4", "checkpoint": "nowhere.pth"}"#, "nowhere.pth"),
        ])
    func badLine(bad: String, reason: String) throws {
        let error = #expect(throws: FramegenError.self) { try jobs([line("a.mp4"), "", bad, line("b.mp4")]) }
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("line 3: ") == true && error?.message.contains(reason) == true)
        for number in [1, 2, 4] { #expect(error?.message.contains("line \(number): ") == false) }
    }

    @Test("a file of jobs may begin with a byte-order mark and have CRLF; in UTF-16 it is refused as that")
    func encodings() throws {
        func read(_ bytes: [UInt8]) throws -> [BatchJob] {
            let path = try folder.write(bytes, to: "jobs.jsonl")
            return try BatchJob.read(path, defaults: defaults, settings: Demo.settings(.passthrough))
        }
        let text = [line("a.mp4"), "", line("b.mp4"), ""].joined(separator: "\r\n")
        let jobs = try read([0xef, 0xbb, 0xbf] + Array(text.utf8))
        #expect(jobs.map(\.number) == [1, 3])
        #expect(jobs.map(\.outputPath) == [folder.file("a.mp4"), folder.file("b.mp4")])
        let error = #expect(throws: FramegenError.self) {
            try read([0xff, 0xfe] + text.utf16.flatMap { little($0) })
        }
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("jobs.jsonl is text in UTF-16") == true, "\(error?.message ?? "")")
    }

    @Test("two lines may not have one output, and a file without jobs is no batch")
    func refused() throws {
        let error = #expect(throws: FramegenError.self) { try jobs([line("a.mp4"), line("a.mp4")]) }
        #expect(error?.message.contains("line 2: ") == true && error?.message.contains("line 1") == true)
        #expect(#expect(throws: FramegenError.self) { try jobs(["", " "]) }?.code == .invalidData)
    }

    @Test(
        "a value of the wrong kind is named, with what was expected",
        arguments: [
            (#""limit": "12""#, "limit is the text “12”, expected a whole number"),
            (#""limit": true"#, "limit is true, expected a whole number"),
            (#""audio": 7.5"#, "audio is 7.5, expected a text"),
            (#""audio": []"#, "audio is a list, an object or null, expected a text"),
        ])
    func wrongKind(part: String, reason: String) {
        let error = #expect(throws: FramegenError.self) { try jobs([line("a.mp4", ", " + part)]) }
        #expect(error?.message.contains("line 1: " + reason) == true, "\(error?.message ?? "")")
    }

    @Test("one output in two spellings is one, and an output that is the job's own sound is refused")
    func sameFiles() throws {
        func error(_ lines: [String]) -> String {
            #expect(throws: FramegenError.self) { try jobs(lines) }?.message ?? ""
        }
        let spelling = line("a.mp4").replacing("/a.mp4", with: "/./a.mp4")
        #expect(spelling != line("a.mp4"))
        #expect(error([line("a.mp4"), spelling]).contains("is that of line 1 too"))
        let own = line("a.mp4", #", "audio": "\#(folder.file("a.mp4"))""#)
        #expect(error([own]).contains("is to be written and is an input too"), "\(error([own]))")
    }

    @Test("a job that fails is reported, and the others go on; started again, what is finished is skipped")
    func goesOn() async throws {
        let lines = [line("a.mp4"), line("b.mp4", #", "start_frame": 5000"#), line("c.mp4"), line("d.mp4")]
        let batch = Batch(try jobs(lines))
        let ended = Mutex<[Int]>([])
        let results = try await batch.run { event in
            if case .ended(let result) = event { ended.withLock { $0.append(result.job.number) } }
        }
        #expect(results.map(\.job.number) == [1, 2, 3, 4] && ended.withLock { $0.sorted() } == [1, 2, 3, 4])
        #expect(results.map { $0.error == nil } == [true, false, true, true])
        #expect(results[1].error?.message.contains("5000") == true)
        for name in ["a.mp4", "c.mp4", "d.mp4"] { #expect(try frameCount(name) == 3) }
        #expect(!FileManager.default.fileExists(atPath: folder.file("b.mp4")))

        let before = try Data(contentsOf: URL(filePath: folder.file("a.mp4")))
        try FileManager.default.removeItem(atPath: folder.file("c.mp4"))
        let second = try await batch.run()
        #expect(second.map(\.wasSkipped) == [true, false, false, true])
        #expect(try frameCount("c.mp4") == 3)
        #expect(try Data(contentsOf: URL(filePath: folder.file("a.mp4"))) == before)
    }

    @Test("a folder of sounds becomes videos of the same names")
    func folderOfSounds() throws {
        let sound = try Data(contentsOf: URL(filePath: Demo.voice))
        try FileManager.default.createDirectory(atPath: folder.file("sounds"), withIntermediateDirectories: true)
        for name in ["b.two.wav", "a.wav"] { try folder.write(Array(sound), to: "sounds/\(name)") }
        let jobs = try BatchJob.jobs(
            forSoundsIn: folder.file("sounds"), outputFolder: folder.file("videos"), defaults: defaults,
            settings: Demo.settings(.passthrough))
        #expect(jobs.map(\.outputPath) == ["a.mp4", "b.two.mp4"].map { folder.file("videos/\($0)") })
        try folder.write(Array("no sound".utf8), to: "sounds/c.wav")
        try folder.write(Array(sound), to: "sounds/.hidden.wav")
        var warnings: [String] = []
        let others = try BatchJob.jobs(
            forSoundsIn: folder.file("sounds"), outputFolder: folder.file("videos"), defaults: defaults,
            settings: Demo.settings(.passthrough)
        ) { warnings.append($0) }
        #expect(others.map(\.outputPath) == jobs.map(\.outputPath))
        #expect(warnings.count == 1 && warnings[0].contains("c.wav is not a sound"))
        // Two sounds for one video.
        try folder.write(Array(sound), to: "sounds/a.mp3")
        let error = #expect(throws: FramegenError.self) {
            try BatchJob.jobs(
                forSoundsIn: folder.file("sounds"), outputFolder: folder.file("videos"), defaults: defaults,
                settings: Demo.settings(.passthrough))
        }
        #expect(error?.message.contains("a.wav: ") == true && error?.message.contains("of a.mp3 too") == true)
        #expect(error?.message.contains("line") == false)
    }

    @Test("a sound that cannot be read makes its own job fail, and the others go on")
    func badSound() async throws {
        let text = try folder.write(Array("no sound".utf8), to: "text.wav")
        let results = try await Batch(
            try jobs([line("a.mp4"), line("b.mp4", #", "audio": "\#(text)""#), line("c.mp4")])
        ).run()
        #expect(results.map { $0.error == nil } == [true, false, true])
        #expect(results[1].error?.message.hasPrefix("\(text) is not a sound") == true)
    }
}

@Suite("Avatars that stay loaded")
struct AvatarStoreTests {
    private func settings(_ walk: ClosedRange<Int>) -> AvatarSettings {
        var settings = Demo.settings(.passthrough)
        settings.template.walk = .frames(walk)
        return settings
    }

    @Test("the same avatar is loaded once for all who want it, at once and later")
    func shared() async throws {
        let store = AvatarStore(memoryInBytes: 1 << 40, threads: ThreadBudget(threadCount: 1))
        let settings = settings(0...9)
        async let first = store.withAvatar(Demo.source(), settings: settings) { ObjectIdentifier($0) }
        async let second = store.withAvatar(Demo.source(), settings: settings) { ObjectIdentifier($0) }
        let ids = try await [first, second]
        let later = try await store.withAvatar(Demo.source(), settings: settings) { ObjectIdentifier($0) }
        #expect(Set(ids + [later]).count == 1)
        #expect(await store.count == 1)
    }

    @Test("beyond the budget the longest unused goes, those in use stay")
    func budget() async throws {
        let store = AvatarStore(memoryInBytes: 1, threads: ThreadBudget(threadCount: 1))
        let (outer, inner) = (settings(0...9), settings(10...19))
        try await store.withAvatar(Demo.source(), settings: outer) { avatar throws(FramegenError) in
            try await store.withAvatar(Demo.source(), settings: inner) { _ throws(FramegenError) in
                #expect(await store.count == 2)
            }
            #expect(await store.count == 1)
            let same = try await store.withAvatar(Demo.source(), settings: outer) { $0 === avatar }
            #expect(same)
        }
        #expect(await store.count == 0)
    }

    @Test("one that is unloaded is loaded anew, but not while somebody uses it")
    func unloaded() async throws {
        let store = AvatarStore(memoryInBytes: 1 << 40, threads: ThreadBudget(threadCount: 1))
        let settings = settings(0...9)
        let first = try await store.withAvatar(Demo.source(), settings: settings) { avatar throws(FramegenError) in
            #expect(await !store.unload(Demo.source(), settings: settings))
            return avatar
        }
        #expect(await store.unload(Demo.source(), settings: settings))
        #expect(await store.count == 0)
        let same = try await store.withAvatar(Demo.source(), settings: settings) { $0 === first }
        #expect(!same)
    }

    @Test("what cannot be loaded is an error for each who wants it, and is not kept")
    func failure() async throws {
        let store = AvatarStore(memoryInBytes: 1 << 40, threads: ThreadBudget(threadCount: 1))
        var source = Demo.source()
        source.generator = .checkpoint(path: "nowhere.pth")
        let missing = source
        for _ in 0..<2 {
            let error = await #expect(throws: FramegenError.self) {
                try await store.withAvatar(missing, settings: Demo.settings(.passthrough)) { _ in }
            }
            #expect(error?.code == .notFound)
        }
        #expect(await store.count == 0)
    }
}

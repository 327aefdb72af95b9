import Foundation
import FramegenTools
import Testing

/// As each initialiser that reads JSON is written by hand, each of these changes every property of a value: one that is
/// forgotten comes back as the default.
@Suite("Requests and settings as JSON")
struct CodingTests {
    private static var engine: EngineSettings {
        var engine = EngineSettings(.onnxruntime)
        engine.provider = .tensorrt
        engine.computeUnits = .all
        engine.threads = 3
        return engine
    }

    private static var template: TemplateSettings {
        var template = TemplateSettings()
        template.cacheInBytes = 5
        template.keepsCacheOnDisk = true
        template.walk = .frames(2...7)
        template.usesParsing = true
        template.isSteady = true
        return template
    }

    private static var settings: AvatarSettings {
        var settings = AvatarSettings()
        settings.engine = engine
        settings.precision = .bf16
        settings.template = template
        settings.paste = .seamless
        settings.sharpening = .part(0.5)
        return settings
    }

    private static var source: AvatarSource {
        var source = AvatarSource(.onnx(path: "c"), templatePath: "d", audioEncoderPath: "e")
        source.features = .hubert
        source.cropResampling = .area
        source.weightsKey = "k"
        return source
    }

    private static var video: VideoOutput {
        var video = VideoOutput(path: "v.mp4")
        video.constantRateFactor = 7
        video.preset = .slow
        video.isLowDelay = true
        video.overwrites = true
        return video
    }

    private static var folder: FrameFolder {
        var folder = FrameFolder(path: "f")
        folder.format = .jpg
        folder.overwrites = true
        return folder
    }

    private static var take: TakeSettings {
        var take = TakeSettings()
        take.frameRate = FrameRate(30_000, per: 1001)
        take.startFrame = 4
        take.frameLimit = 6
        take.segment = SpeechSegment(3, of: 8)
        take.silence = .rest
        take.makesPictures = true
        return take
    }

    private static var generation: GenerationRequest {
        var request = GenerationRequest(
            source, speech: .sound(path: "s", stream: 2), outputs: [.video(video), .frames(folder)])
        request.settings = settings
        request.take = take
        return request
    }

    /// Expects that `changed` differs from `usual` in every property and survives JSON, and that `shortest` is `usual`.
    private func expect<Value: Codable & Equatable>(
        _ changed: Value, unlike usual: Value, shortest: String, without uncoded: Set<String> = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for (one, other) in zip(Mirror(reflecting: changed).children, Mirror(reflecting: usual).children) {
            let name = one.label ?? ""
            #expect(
                (String(reflecting: one.value) == String(reflecting: other.value)) == uncoded.contains(name),
                "\(Value.self).\(name) is not changed", sourceLocation: sourceLocation)
        }
        let data = try JSONEncoder().encode(changed)
        #expect(try JSONDecoder().decode(Value.self, from: data) == changed, sourceLocation: sourceLocation)
        #expect(
            try JSONDecoder().decode(Value.self, from: Data(shortest.utf8)) == usual, sourceLocation: sourceLocation)
    }

    @Test("an avatar's settings")
    func avatarSettings() throws {
        try expect(Self.engine, unlike: EngineSettings(), shortest: "{}")
        try expect(Self.template, unlike: TemplateSettings(), shortest: "{}")
        try expect(Self.settings, unlike: AvatarSettings(), shortest: "{}")
    }

    @Test("an avatar's files")
    func avatarSource() throws {
        try expect(
            Self.source, unlike: AvatarSource(.checkpoint(path: "a"), templatePath: "b"),
            shortest: #"{"generator": {"checkpoint": {"path": "a"}}, "templatePath": "b"}"#)
    }

    @Test("a take's settings")
    func takeSettings() throws {
        try expect(Self.take, unlike: TakeSettings(), shortest: "{}", without: ["firstFrame"])
    }

    @Test("outputs")
    func outputs() throws {
        try expect(Self.video, unlike: VideoOutput(path: "a"), shortest: #"{"path": "a"}"#)
        try expect(Self.folder, unlike: FrameFolder(path: "a"), shortest: #"{"path": "a"}"#)
        for (text, output) in [
            (#"{"video": {"path": "a"}}"#, Output.video(VideoOutput(path: "a"))),
            (#"{"frames": {"path": "b"}}"#, .frames(FrameFolder(path: "b"))),
        ] { #expect(try JSONDecoder().decode(Output.self, from: Data(text.utf8)) == output) }
        for text in [
            "{}", #"{"tape": {"path": "a"}}"#, #"{"video": {"path": "a"}, "frames": {"path": "b"}}"#,
            #"{"frames": {"path": "a", "format": "bmp"}}"#, #"{"video": {}}"#,
        ] {
            #expect(throws: DecodingError.self, "\(text)") {
                try JSONDecoder().decode(Output.self, from: Data(text.utf8))
            }
        }
    }

    @Test("a generation")
    func generation() throws {
        let usual = GenerationRequest(
            AvatarSource(.checkpoint(path: "a"), templatePath: "b"), speech: .features(path: "c"))
        let source = #""source": {"generator": {"checkpoint": {"path": "a"}}, "templatePath": "b"}"#
        try expect(
            Self.generation, unlike: usual, shortest: #"{\#(source), "speech": {"features": {"path": "c"}}}"#)
        var withSound = usual
        withSound.speech = .features(path: "c", soundPath: "d", soundStream: 1)
        #expect(
            try JSONDecoder().decode(GenerationRequest.self, from: JSONEncoder().encode(withSound)) == withSound)
        for text in ["{\(source)}", #"{"speech": {"sound": {"path": "a"}}}"#] {
            #expect(throws: DecodingError.self, "\(text)") {
                try JSONDecoder().decode(GenerationRequest.self, from: Data(text.utf8))
            }
        }
    }

    @Test("what tools are asked for")
    func tools() throws {
        var dump = TensorDump(path: "d")
        dump.frames = [3, 1]
        dump.overwrites = true
        try expect(dump, unlike: TensorDump(path: "a"), shortest: #"{"path": "a"}"#)

        var benchmark = BenchmarkRequest(Self.generation)
        benchmark.repetitions = 5
        let plain = GenerationRequest(AvatarSource(.onnx(path: "a"), templatePath: "b"), speech: .sound(path: "c"))
        let text = String(decoding: try JSONEncoder().encode(plain), as: UTF8.self)
        try expect(benchmark, unlike: BenchmarkRequest(plain), shortest: #"{"generation": \#(text)}"#)

        var extraction = FeatureExtractionRequest(audioPath: "s", audioEncoderPath: "e", outputPath: "o")
        extraction.audioStream = 1
        extraction.overwrites = true
        extraction.engine = Self.engine
        extraction.precision = .bf16
        try expect(
            extraction, unlike: FeatureExtractionRequest(audioPath: "a", audioEncoderPath: "b", outputPath: "c"),
            shortest: #"{"audioPath": "a", "audioEncoderPath": "b", "outputPath": "c"}"#)

        var export = ExportRequest(checkpointPath: "c", outputPath: "o")
        export.features = .wenet
        export.weightsKey = "k"
        export.foldsBatchNormalization = false
        export.weights = .fp16
        export.batch = .dynamic
        export.overwrites = true
        export.validates = false
        export.engine = Self.engine
        export.precision = .bf16
        try expect(
            export, unlike: ExportRequest(checkpointPath: "a", outputPath: "b"),
            shortest: #"{"checkpointPath": "a", "outputPath": "b"}"#)
    }
}

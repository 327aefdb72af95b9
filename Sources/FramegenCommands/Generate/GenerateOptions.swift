public import ArgumentParser
import FrameGeneration
public import Framegen
import Media

struct InputOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The generator's trained weights, a PyTorch state dict.", valueName: "unet.pth"))
    var checkpoint: String?

    @OptionGroup
    var weights: WeightsKeyOptions

    @Option(
        help: ArgumentHelp(
            "The generator as ONNX, or as a Core ML package (.mlpackage), instead; of any exporter.",
            valueName: "unet.onnx"))
    var model: String?

    @OptionGroup
    var variant: GeneratorVariantOptions

    @Option(help: ArgumentHelp("The person: a folder with full_body_img and landmarks.", valueName: "folder"))
    var template: String

    @Option(help: ArgumentHelp("The speech: any file with sound, also a video's.", valueName: "file"))
    var audio: String?

    @OptionGroup
    var stream: AudioStreamOptions

    @Option(
        help: ArgumentHelp(
            "The audio encoder's trained weights, to make features of --audio.", valueName: "encoder.pth")
    )
    var audioEncoder: String?

    @Option(
        help: ArgumentHelp(
            "Features instead: .npy, or raw float32 .bin with or without its .bin.json.", valueName: "file"))
    var audioFeatures: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Use the template's images from this one on, counted from 0; the first frame shows the one after it, as "
                + "the original's does.", valueName: "n"))
    var startFrame = 0

    @Flag(help: "Keep torso and background as the template's parsing images mark them.")
    var useParsing = false

    /// The avatar's files.
    var source: AvatarSource {
        var source = AvatarSource(
            checkpoint.map { .checkpoint(path: $0) } ?? .model(path: model ?? ""), templatePath: template,
            audioEncoderPath: audioEncoder)
        source.features = variant.mode
        source.cropResampling = variant.resize
        source.weightsKey = weights.weightsKey
        return source
    }

    /// What the avatar is to say.
    var speech: SpeechFiles {
        audioFeatures.map { .features(path: $0, soundPath: audio, soundStream: stream.audioStream) }
            ?? .sound(path: audio ?? "", stream: stream.audioStream)
    }

    func validate() throws {
        for (flag, path) in [
            ("--checkpoint", checkpoint), ("--model", model), ("--template", template),
            ("--audio", audio),
            ("--audio-encoder", audioEncoder), ("--audio-features", audioFeatures),
        ] where path?.isEmpty == true {
            throw ValidationError("\(flag) is empty, expected a path")
        }
        guard (checkpoint == nil) != (model == nil) else {
            throw ValidationError(
                checkpoint == nil
                    ? "Expected --checkpoint, or --model for ONNX or Core ML"
                    : "Expected --checkpoint or --model, not both")
        }
        guard weights.weightsKey == nil || checkpoint != nil else {
            throw ValidationError("--weights-key is of a --checkpoint, and there is none")
        }
        guard startFrame >= 0 else {
            throw ValidationError("--start-frame is \(startFrame), expected 0 or more")
        }
        guard audioFeatures != nil || audio != nil else {
            throw ValidationError("Expected --audio with --audio-encoder, or --audio-features")
        }
        guard audioFeatures != nil || audioEncoder != nil else {
            throw ValidationError("--audio needs --audio-encoder to make features of it, or --audio-features")
        }
        guard audioFeatures == nil || audioEncoder == nil else {
            throw ValidationError(
                "--audio-encoder makes features of --audio, and --audio-features gives them: expected one of the two")
        }
        guard audioFeatures != nil || (variant.mode ?? .ave) == .ave else {
            throw ValidationError(
                "--mode \(variant.mode?.rawValue ?? "") is for a generator of such features, and --audio-encoder makes ave features: "
                    + "expected --audio-features")
        }
        guard stream.audioStream == nil || audio != nil else {
            throw ValidationError("--audio-stream is given and no --audio, whose stream it is: expected both")
        }
    }
}

/// Which generator of the family it is, where its file does not tell.
struct GeneratorVariantOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The features the generator was trained on: ave, hubert or wenet. (default: as the checkpoint says, and "
                + "where it does not, the features)", valueName: "features"))
    var mode: FeatureKind?

    @Option(
        help: ArgumentHelp(
            "How face crops are resized: those of a 328 generator bicubic; those of a 160 generator bilinear, as "
                + "SyncTalk_2D and Ultralight before 2026-05 do, or area, as Ultralight does since. (default: as the "
                + "checkpoint's program does)", valueName: "way"))
    var resize: Resampling?
}

/// Which of a checkpoint's generators.
struct WeightsKeyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The key in the checkpoint that the generator stands under, such as ema, where there are several. (default: "
                + "where training scripts put it)", valueName: "key"))
    var weightsKey: String?

    func validate() throws {
        guard weightsKey?.isEmpty != true else { throw ValidationError("--weights-key is empty, expected a key") }
    }
}

/// Which sound of a file.
struct AudioStreamOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Which of the file's sound streams, counted from 0. (default: the one that players take)", valueName: "n"))
    var audioStream: Int?

    func validate() throws {
        if let audioStream, audioStream < 0 {
            throw ValidationError("--audio-stream is \(audioStream), expected 0 or more")
        }
    }
}

struct SpeedOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Memory for what depends on the template alone and is used again whenever a frame of it comes back: 512MiB, "
                + "1GiB, 0 for none. (default: 700MB, or less on small machines)", valueName: "size"),
        transform: Self.byteCount)
    var templateCache: Int?

    @Flag(
        help: ArgumentHelp(
            "Keep what the network computes for the template in its folder framegen-cache too, where a later run with "
                + "the same checkpoint, --template-cache and --walk finds it. With a 328 generator it takes 3 MB for each "
                + "frame of the template, and up to 13 MB where --template-cache has room for it. What two checkpoints need "
                + "stays; of more, what was not used for longest is removed."))
    var templateCacheOnDisk = false

    @Option(
        help: ArgumentHelp(
            "The arithmetic of the networks; auto takes bf16 where the processor and an engine have it, or fp16 on Core "
                + "ML, if a trial with this avatar, made once and remembered, finds it faster and its frames within a PSNR of "
                + "50 dB of fp32's.",
            valueName: "precision"))
    var precision = PrecisionChoice.auto

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Use only these images of the template, from the first to the last and back: 100..199, or cached for as many as "
                + "the template cache holds. A few images are soon all in it, which makes a long template as fast as a "
                + "short one. (default: all)",
            valueName: "first..last"),
        transform: Self.walk)
    var walk = TemplateWalk.whole

    /// How an avatar is loaded.
    func settings(_ engine: EngineOptions, useParsing: Bool) -> AvatarSettings {
        var settings = AvatarSettings()
        settings.engine = engine.settings
        settings.precision = precision
        settings.template.cacheInBytes = templateCache
        settings.template.keepsCacheOnDisk = templateCacheOnDisk
        settings.template.walk = walk
        settings.template.usesParsing = useParsing
        return settings
    }

    private static func walk(_ text: String) throws -> TemplateWalk {
        guard let walk = TemplateWalk(text) else {
            throw ValidationError("expected \(TemplateWalk.expectation)")
        }
        return walk
    }

    func validate() throws {
        guard !templateCacheOnDisk || templateCache != 0 else {
            throw ValidationError("--template-cache-on-disk keeps the template cache, and --template-cache is 0")
        }
    }

    private static func byteCount(_ text: String) throws -> Int {
        guard let byteCount = MemoryBudget.bytes(text) else {
            throw ValidationError("expected a size with its unit, such as 512MiB or 1GiB, or 0")
        }
        return byteCount
    }
}

struct OutputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The video to write, H.264 and AAC; its folder is made when it is not there.", valueName: "video.mp4"))
    var output: String?

    @Option(help: ArgumentHelp("A folder for the frames as images; made when it is not there.", valueName: "folder"))
    var framesDir: String?

    @Option(help: ArgumentHelp("The frames' format; jpg has quality 95.", valueName: "format"))
    var framesFormat = FrameFormat.png

    @Option(
        help: ArgumentHelp(
            "Make only one of several parts of the speech, which are about equally long: 3/8 is the third of eight. Its "
                + "frames are those of the whole; framegen join puts the parts' videos together.", valueName: "part"),
        transform: Self.segment)
    var segment: SpeechSegment?

    @Flag(help: "Replace a video, or all frames or tensors in their folder, that are there already.")
    var overwrite = false

    func outputs(_ settings: VideoOptions) -> [Output] {
        let video = output.map { path -> Output in
            var video = VideoOutput(path: path)
            video.constantRateFactor = settings.crf
            video.preset = settings.preset
            video.overwrites = overwrite
            return .video(video)
        }
        let frames = framesDir.map { path -> Output in
            var folder = FrameFolder(path: path)
            folder.format = framesFormat
            folder.overwrites = overwrite
            return .frames(folder)
        }
        return [frames, video].compactMap { $0 }
    }

    private static func segment(_ text: String) throws -> SpeechSegment {
        guard let segment = SpeechSegment(text) else {
            throw ValidationError("expected a part and how many there are, from 1/1 to 10000/10000, such as 3/8")
        }
        return segment
    }

    func validate() throws {
        for (flag, path) in [("--output", output), ("--frames-dir", framesDir)] where path?.isEmpty == true {
            throw ValidationError("\(flag) is empty, expected a path")
        }
    }
}

/// What a video is like, wherever it goes.
struct VideoOptions: ParsableArguments {
    @Option(
        parsing: .unconditional, help: ArgumentHelp("The video's quality, from 0, lossless, to 51.", valueName: "n"))
    var crf = 20

    @Option(help: ArgumentHelp("The video encoder's speed; slower is smaller.", valueName: "preset"))
    var preset = VideoPreset.veryfast

    @Option(
        help: ArgumentHelp(
            "Frames a second: 25, 29.97, 30000/1001. (default: 25, or 20 with wenet features)", valueName: "rate"),
        transform: Self.frameRate)
    var fps: FrameRate?

    private static func frameRate(_ text: String) throws -> FrameRate {
        guard let rate = FrameRate(text) else {
            throw ValidationError("expected 1 to 240, such as 25, 29.97 or 30000/1001")
        }
        return rate
    }

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Make this many frames at most; the sound ends with them.", valueName: "n"))
    var limit: Int?

    func validate() throws {
        if let limit, limit < 1 {
            throw ValidationError("--limit is \(limit), expected 1 or more")
        }
        guard VideoSettings.crfRange.contains(crf) else {
            throw ValidationError("--crf is \(crf), expected 0 to 51")
        }
    }
}

extension FeatureKind: ExpressibleByArgument {}
extension Resampling: ExpressibleByArgument {}
extension FrameFormat: ExpressibleByArgument {}
extension VideoPreset: ExpressibleByArgument {}

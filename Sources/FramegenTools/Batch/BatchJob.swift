import Foundation
public import FrameGeneration
public import Framegen

/// One video of a batch: an avatar, a speech and an output.
public struct BatchJob: Sendable, Hashable {
    /// The line of the file that it comes from, from 1; or its place in the list.
    public let number: Int
    /// What to render; it has one output, a video.
    public let request: GenerationRequest
    /// Seconds of video to come; nil where the speech does not tell.
    public internal(set) var expectedSeconds: Double?

    /// The video.
    public var outputPath: String { request.outputs.first?.path ?? "" }
}

/// What jobs of a batch take from the batch where they do not say it themselves; the keys of a line are the same.
public struct BatchDefaults: Sendable, Codable, Hashable {
    /// The generator's checkpoint (`.pth`).
    public var checkpoint: String?
    /// The key in the checkpoint that the generator stands under, where there are several.
    public var weightsKey: String?
    /// The generator as ONNX, instead of a checkpoint.
    public var model: String?
    /// The person's folder.
    public var template: String?
    /// A sound file.
    public var audio: String?
    /// Which of that file's sound streams, counted from 0.
    public var audioStream: Int?
    /// A file of features; `audio` is then the sound track only.
    public var audioFeatures: String?
    /// The audio encoder's checkpoint (`.pth`).
    public var audioEncoder: String?
    /// The video to write.
    public var output: String?
    /// The kind of features that the generator takes.
    public var mode: FeatureKind?
    /// How face crops are resized.
    public var resize: Resampling?
    /// The first of the template's images to be used.
    public var startFrame: Int?
    /// Whether the template's parsing images count.
    public var useParsing: Bool?
    /// The template's images that are used, such as `100..199`.
    public var walk: String?
    /// How faces are put back into their frames.
    public var paste: Paste?
    /// Whether landmarks are smoothed over the template.
    public var steady: Bool?
    /// How much of its sharpness a face regains that is larger than the network's square.
    public var sharpen: Sharpening?
    /// What the mouth does where nobody speaks.
    public var silence: Silence?
    /// The video's quality, from 0 to 51.
    public var crf: Int?
    /// The video encoder's speed.
    public var preset: String?
    /// Frames a second.
    public var fps: FrameRate?
    /// Frames to make at most.
    public var limit: Int?

    /// Nothing yet.
    public init() {}

    /// The names of what a line may hold.
    enum CodingKeys: String, CodingKey, CaseIterable {
        case checkpoint
        case weightsKey = "weights_key"
        case model, template, audio
        case audioStream = "audio_stream"
        case audioFeatures = "audio_features"
        case audioEncoder = "audio_encoder"
        case output, mode, resize
        case startFrame = "start_frame"
        case useParsing = "use_parsing"
        case walk, paste, steady, sharpen, silence, crf, preset, fps, limit
    }

    /// Reads a line, which must hold nothing else.
    public init(from decoder: any Decoder) throws {
        let names = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
        if let unknown = names.filter({ CodingKeys(rawValue: $0) == nil }).min() {
            let known = CodingKeys.allCases.map(\.rawValue).joined(separator: ", ")
            throw FramegenError(.invalidData, "\(unknown) is not known, expected some of \(known)")
        }
        let values = try decoder.container(keyedBy: CodingKeys.self)
        checkpoint = try values.decodeIfPresent(String.self, forKey: .checkpoint)
        weightsKey = try values.decodeIfPresent(String.self, forKey: .weightsKey)
        model = try values.decodeIfPresent(String.self, forKey: .model)
        template = try values.decodeIfPresent(String.self, forKey: .template)
        audio = try values.decodeIfPresent(String.self, forKey: .audio)
        audioStream = try values.decodeIfPresent(Int.self, forKey: .audioStream)
        audioFeatures = try values.decodeIfPresent(String.self, forKey: .audioFeatures)
        audioEncoder = try values.decodeIfPresent(String.self, forKey: .audioEncoder)
        output = try values.decodeIfPresent(String.self, forKey: .output)
        mode = try values.decodeIfPresent(FeatureKind.self, forKey: .mode)
        resize = try values.decodeIfPresent(Resampling.self, forKey: .resize)
        startFrame = try values.decodeIfPresent(Int.self, forKey: .startFrame)
        useParsing = try values.decodeIfPresent(Bool.self, forKey: .useParsing)
        walk = try values.decodeIfPresent(String.self, forKey: .walk)
        paste = try values.decodeIfPresent(Paste.self, forKey: .paste)
        steady = try values.decodeIfPresent(Bool.self, forKey: .steady)
        sharpen = try values.decodeIfPresent(Sharpening.self, forKey: .sharpen)
        silence = try values.decodeIfPresent(Silence.self, forKey: .silence)
        crf = try values.decodeIfPresent(Int.self, forKey: .crf)
        preset = try values.decodeIfPresent(String.self, forKey: .preset)
        fps = try values.decodeIfPresent(FrameRate.self, forKey: .fps)
        limit = try values.decodeIfPresent(Int.self, forKey: .limit)
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

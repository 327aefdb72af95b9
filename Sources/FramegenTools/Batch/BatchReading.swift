import Foundation
public import FrameGeneration
public import Framegen
import Media

extension BatchJob {
    /// The most faults that an error names.
    private static let mostFaults = 20

    /// Reads a file of jobs, a JSON object a line; empty lines are passed over.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - defaults: for what lines leave out.
    ///   - settings: how avatars are loaded, but for what lines say of the template.
    /// - Returns: the jobs in their order, with what is known of their length.
    /// - Throws: `FramegenError`: `.notFound`, or `.invalidData` that names every bad line by its number.
    public static func read(
        _ path: String, defaults: BatchDefaults, settings: AvatarSettings
    ) throws(FramegenError) -> [BatchJob] {
        let text = try TextFile.text(at: path, limitInBytes: 1 << 28)
        var jobs: [BatchJob] = []
        var faults: [(number: Int, reason: String)] = []
        // A carriage return and a line feed are one Character.
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (index, line) in lines.enumerated() {
            let line = line.trimmingCharacters(in: .whitespacesAndNewlines)
            guard !line.isEmpty else { continue }
            do {
                let own = try JSONDecoder().decode(BatchDefaults.self, from: Data(line.utf8))
                jobs.append(try BatchJob(number: index + 1, own.filled(from: defaults), settings))
            } catch {
                faults.append((index + 1, Self.reason(error, in: line)))
            }
        }
        guard !jobs.isEmpty || !faults.isEmpty else {
            throw FramegenError(.invalidData, "\(path) holds no jobs, expected one a line")
        }
        return try checked(jobs, in: path, faults) { "line \($0.number)" }
    }

    /// A job for each sound file of a folder, in the order of their names; videos have the sounds' names.
    ///
    /// - Parameters:
    ///   - audioFolder: its sound files; hidden files are passed over in silence.
    ///   - outputFolder: for the videos.
    ///   - defaults: what all have in common.
    ///   - settings: how the avatar is loaded.
    ///   - warn: is told of files that are passed over since they are no sounds.
    /// - Returns: the jobs in the order of the sounds' names.
    /// - Throws: `FramegenError` that names every file at fault.
    public static func jobs(
        forSoundsIn audioFolder: String, outputFolder: String, defaults: BatchDefaults, settings: AvatarSettings,
        warn: (String) -> Void = { _ in }
    ) throws(FramegenError) -> [BatchJob] {
        var names: [String] = []
        for name in try Folder.names(at: audioFolder).sorted() {
            do throws(FramegenError) {
                try SoundFile.checkKind("\(audioFolder)/\(name)")
                names.append(name)
            } catch {
                warn("\(error.message); it is passed over")
            }
        }
        guard !names.isEmpty else { throw FramegenError(.notFound, "\(audioFolder) holds no sounds, expected some") }
        var jobs: [BatchJob] = []
        for (index, name) in names.enumerated() {
            var job = defaults
            job.audio = "\(audioFolder)/\(name)"
            let stem = name.contains(".") ? name.split(separator: ".").dropLast().joined(separator: ".") : name
            job.output = "\(outputFolder)/\(stem.isEmpty ? name : stem).mp4"
            jobs.append(try BatchJob(number: index + 1, job, settings))
        }
        return try checked(jobs, in: audioFolder, []) { names[$0.number - 1] }
    }

    /// The jobs with what is known of their length, when all their files are there and no two have one output.
    private static func checked(
        _ jobs: [BatchJob], in path: String, _ faults: [(number: Int, reason: String)],
        name: (BatchJob) -> String
    ) throws(FramegenError) -> [BatchJob] {
        var jobs = jobs
        var faults = faults.map { (number: $0.number, text: "line \($0.number): \($0.reason)") }
        var outputs: [String: BatchJob] = [:]
        for index in jobs.indices {
            let job = jobs[index]
            do throws(FramegenError) {
                let place = FileName.resolved(FileName.followingLinks(job.outputPath))
                if let other = outputs.updateValue(job, forKey: place) {
                    throw FramegenError(.invalidData, "the output \(job.outputPath) is that of \(name(other)) too")
                }
                try job.request.checkApart()
                jobs[index].expectedSeconds = try job.checkFiles()
            } catch {
                faults.append((job.number, "\(name(job)): \(error.message)"))
            }
        }
        guard !faults.isEmpty else { return jobs }
        var list = faults.sorted { $0.number < $1.number }.prefix(mostFaults).map(\.text)
        if faults.count > mostFaults { list.append("and \(faults.count - mostFaults) more") }
        throw FramegenError(
            .invalidData, "\(path) cannot be rendered: \(list.joined(separator: "; "))",
            cause: BatchFaults(path: path, list: list))
    }

    /// What is wrong with a line.
    private static func reason(_ error: any Error, in line: String) -> String {
        switch error {
        case let error as FramegenError: error.message
        case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
            "\(context.codingPath.map(\.stringValue).joined(separator: ".")): \(context.debugDescription)"
        case DecodingError.typeMismatch(let type, let context):
            mismatch(type, context.codingPath.map(\.stringValue), in: line)
        default: "it is no JSON object"
        }
    }

    /// Such as "limit is a text, "12", expected a whole number".
    private static func mismatch(_ type: Any.Type, _ path: [String], in line: String) -> String {
        guard let object = try? JSONDecoder().decode([String: JSONValue].self, from: Data(line.utf8)) else {
            return "it is no JSON object"
        }
        let expected =
            switch type {
            case is Bool.Type: "true or false"
            case is any BinaryInteger.Type: "a whole number"
            case is any BinaryFloatingPoint.Type: "a number"
            case is String.Type: "a text"
            default: "another kind of value"
            }
        let found = path.first.flatMap { object[$0] }.map { " is \($0.words)," } ?? " is of another kind,"
        return "\(path.joined(separator: "."))\(found) expected \(expected)"
    }

    /// A value of a JSON object, for messages.
    private enum JSONValue: Decodable {
        case text(String)
        case number(Double)
        case truth(Bool)
        case other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let truth = try? container.decode(Bool.self) {
                self = .truth(truth)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else {
                self = .other
            }
        }

        var words: String {
            switch self {
            case .text(let text): "the text “\(text.prefix(30))”"
            case .number(let number): String(format: "%g", number)
            case .truth(let truth): "\(truth)"
            case .other: "a list, an object or null"
            }
        }
    }

    /// Seconds of the speech, as far as its files tell.
    ///
    /// A sound that is there but cannot be read is no fault of the line: its job fails, and the others go on.
    ///
    /// - Throws: `FramegenError` naming a file that is not there.
    private func checkFiles() throws(FramegenError) -> Double? {
        var files = [request.source.audioEncoderPath].compactMap { $0 }
        if case .coreML(let path) = request.source.generator {
            _ = try Folder.names(at: path)
        } else {
            files.append(request.source.generator.path)
        }
        for path in files { _ = try RegularFile(path) }
        _ = try Folder.names(at: request.source.templatePath)
        switch request.speech {
        case .sound(let path, let stream):
            let sound = try Self.readable(path, stream, .speech)
            let seconds = sound?.expectedSpeechSampleCount.map { Double($0) / Double(SoundFile.sampleRate) }
            let rate = request.take.frameRate.map { Double($0.numerator) / Double($0.denominator) } ?? 25
            let limit = request.take.frameLimit.map { Double($0) / rate }
            return seconds.map { min($0, limit ?? $0) }
        case .features(let path, let soundPath, let stream):
            _ = try RegularFile(path)
            if let soundPath { _ = try Self.readable(soundPath, stream, .track) }
            return nil
        }
    }

    /// The sound of a file; nil where there is none that can be read.
    ///
    /// - Throws: `FramegenError` for a file that is not there, and for a stream that it does not have.
    private static func readable(
        _ path: String, _ stream: Int?, _ uses: SoundUses
    ) throws(FramegenError) -> SoundFile? {
        do throws(FramegenError) {
            return try SoundFile(path: path, stream: stream, makes: uses)
        } catch {
            guard error.code == .invalidData else { throw error }
            return nil
        }
    }

    private init(
        number: Int, _ values: BatchDefaults, _ settings: AvatarSettings
    ) throws(FramegenError) {
        func required(_ value: String?, _ name: String) throws(FramegenError) -> String {
            guard let value, !value.isEmpty else { throw FramegenError(.invalidData, "\(name) is missing") }
            return value
        }
        let generator: GeneratorSource
        switch (values.checkpoint, values.model) {
        case (let path?, nil): generator = .checkpoint(path: path)
        case (nil, let path?): generator = .model(path: path)
        default: throw FramegenError(.invalidData, "expected either checkpoint or model")
        }
        var source = AvatarSource(generator, templatePath: try required(values.template, "template"))
        source.features = values.mode
        source.cropResampling = values.resize
        source.weightsKey = values.weightsKey
        let speech: SpeechFiles
        if let features = values.audioFeatures {
            speech = .features(path: features, soundPath: values.audio, soundStream: values.audioStream)
        } else {
            speech = .sound(
                path: try required(values.audio, "audio, or audio_features,"), stream: values.audioStream)
            guard (values.mode ?? .ave) == .ave else {
                throw FramegenError(
                    .invalidData,
                    "mode is \(values.mode?.rawValue ?? ""), and audio_encoder makes ave features: expected audio_features"
                )
            }
            source.audioEncoderPath = try required(values.audioEncoder, "audio_encoder")
        }
        var video = VideoOutput(path: try required(values.output, "output"))
        try OutputFile.check(
            video.path, contents: "a video", extensions: VideoFileSink.fileExtensions, overwrites: true)
        if let crf = values.crf {
            guard VideoSettings.crfRange.contains(crf) else {
                throw FramegenError(.invalidData, "crf is \(crf), expected 0 to 51")
            }
            video.constantRateFactor = crf
        }
        if let name = values.preset {
            guard let preset = VideoPreset(rawValue: name) else {
                let names = VideoPreset.allCases.map(\.rawValue).joined(separator: ", ")
                throw FramegenError(.invalidData, "preset is \(name), expected one of \(names)")
            }
            video.preset = preset
        }
        var request = GenerationRequest(source, speech: speech)
        request.settings = settings
        if let text = values.walk {
            guard let walk = TemplateWalk(text) else {
                throw FramegenError(.invalidData, "walk is \(text), expected \(TemplateWalk.expectation)")
            }
            request.settings.template.walk = walk
        }
        if let usesParsing = values.useParsing { request.settings.template.usesParsing = usesParsing }
        if let paste = values.paste { request.settings.paste = paste }
        if let isSteady = values.steady { request.settings.template.isSteady = isSteady }
        if let sharpening = values.sharpen { request.settings.sharpening = sharpening }
        if let silence = values.silence { request.take.silence = silence }
        request.take.startFrame = values.startFrame ?? 0
        request.take.frameLimit = values.limit
        request.take.frameRate = values.fps
        request.outputs = [.video(video)]
        self.number = number
        self.request = request
    }
}

/// What is wrong with a batch, which the error that it is the cause of says in one sentence.
public struct BatchFaults: Error, Sendable {
    /// The file or folder of the jobs.
    public let path: String
    /// A sentence for each job at fault, as far as an error names them.
    public let list: [String]
}

extension BatchDefaults {
    /// The same with what is not said here taken from `others`.
    fileprivate func filled(from others: BatchDefaults) -> BatchDefaults {
        var values = self
        // A generator of the line's own takes the place of the batch's, of whichever kind that is.
        if checkpoint == nil && model == nil {
            values.checkpoint = others.checkpoint
            values.model = others.model
            values.weightsKey = weightsKey ?? others.weightsKey
        }
        values.template = template ?? others.template
        if audio == nil && audioFeatures == nil {
            values.audio = others.audio
            values.audioFeatures = others.audioFeatures
        }
        values.audioStream = audioStream ?? others.audioStream
        values.audioEncoder = audioEncoder ?? others.audioEncoder
        values.output = output ?? others.output
        values.mode = mode ?? others.mode
        values.resize = resize ?? others.resize
        values.startFrame = startFrame ?? others.startFrame
        values.useParsing = useParsing ?? others.useParsing
        values.walk = walk ?? others.walk
        values.paste = paste ?? others.paste
        values.steady = steady ?? others.steady
        values.sharpen = sharpen ?? others.sharpen
        values.silence = silence ?? others.silence
        values.crf = crf ?? others.crf
        values.preset = preset ?? others.preset
        values.fps = fps ?? others.fps
        values.limit = limit ?? others.limit
        return values
    }
}

public import FrameGeneration
import ModelFiles

/// Which sound to make features of, and where to write them; what the command line, a server or a binding builds.
///
/// As JSON all but the three paths may be left out.
public struct FeatureExtractionRequest: Sendable, Codable, Equatable {
    /// Any file with sound that FFmpeg reads.
    public var audioPath: String
    /// Which of the file's sound streams, counted from 0; nil for the one that players would take.
    public var audioStream: Int?
    /// The audio encoder's checkpoint (`.pth`).
    public var audioEncoderPath: String
    /// The file to write: `.npy`, or `.bin` for raw little-endian float32 with `<path>.json` beside it.
    ///
    /// Its folder is made when it is not there.
    public var outputPath: String
    /// Whether files that are there already may be replaced.
    public var overwrites = false
    /// What runs the audio encoder.
    public var engine = EngineSettings()
    /// The arithmetic of the audio encoder.
    public var precision = Precision.fp32

    /// A request with default settings, to be changed as needed.
    public init(audioPath: String, audioEncoderPath: String, outputPath: String) {
        self.audioPath = audioPath
        self.audioEncoderPath = audioEncoderPath
        self.outputPath = outputPath
    }

    // Decoding is written out so that settings left out of the JSON keep their defaults.

    /// Reads a request in which all but the three paths may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        audioPath = try container.decode(String.self, forKey: .audioPath)
        audioStream = try container.decodeIfPresent(Int.self, forKey: .audioStream)
        audioEncoderPath = try container.decode(String.self, forKey: .audioEncoderPath)
        outputPath = try container.decode(String.self, forKey: .outputPath)
        overwrites = try container.decode(.overwrites, default: overwrites)
        engine = try container.decode(.engine, default: engine)
        precision = try container.decode(.precision, default: precision)
    }
}

extension FeatureExtractionRequest {
    /// Makes the features and writes them, in bounded memory whatever the sound's length.
    ///
    /// - Parameter report: called for every event, in order, from one task.
    /// - Returns: what was made.
    /// - Throws: `FramegenError` that names the file and the value at fault. Nothing is left of the output then, and an
    ///   older file stays.
    public func extract(
        report: @Sendable (FeatureExtractionEvent) -> Void = { _ in }
    ) async throws(FramegenError) -> FeatureExtractionSummary {
        let start = ContinuousClock.now
        let (outputPath, overwrites, inputs) = (outputPath, overwrites, [audioPath, audioEncoderPath])
        // Before anything large is opened.
        try await runBlocking { () throws(FramegenError) in
            for path in FeatureFileWriter.paths(for: outputPath) { try OutputFile.checkApart(path, from: inputs) }
            try FeatureFileWriter.check(outputPath, overwrites: overwrites)
        }
        let found = try await engine.engine(in: precision)
        let times = StageTimes()
        let (audioPath, audioStream, encoderPath) = (audioPath, audioStream, audioEncoderPath)
        let encoder = SpeechEncoder(
            .ave, engine: found.engine,
            options: SessionOptions(threads: try engine.threadCount(), precision: precision)
        ) { batchSize throws(FramegenError) in
            try PyTorchCheckpoint.load(AudioEncoder.ave, batch: batchSize, at: encoderPath)
        }
        let source = try await runBlocking { () throws(FramegenError) in
            try Platform.standard.openSound(audioPath, audioStream, true)
        }
        let sound = SpeechSound(source, makesFeatures: true, makesTrack: false)
        let features = AudioFeatures(of: sound, soundName: audioPath, encoder: encoder, times: times)
        try await features.prepare()
        let writer = try FeatureFileWriter(path: outputPath, rowShape: features.rowShape, overwrites: overwrites)
        if let warning = found.warning { report(.warning(warning)) }
        await sound.lookForWarnings()
        for warning in await sound.takeWarnings() { report(.warning(warning)) }
        report(.started(rowCount: features.rowCount, engine: found.engine.name))

        let rowCount: Int
        do {
            rowCount = try await Self.write(features, of: sound, to: writer, times: times, report: report)
        } catch {
            await writer.abandon()
            throw error
        }
        return FeatureExtractionSummary(
            path: outputPath, rowCount: rowCount, rowShape: features.rowShape,
            rowsPerSecond: AudioEncoder.ave.rowsPerSecond, engineName: found.engine.name,
            duration: start.duration(to: .now),
            stageTimes: Dictionary(
                uniqueKeysWithValues: [Stage.audio, .encode].map { stage in (stage, times.busy(stage)) }))
    }

    private static func write(
        _ features: AudioFeatures, of sound: SpeechSound, to writer: FeatureFileWriter, times: StageTimes,
        report: @Sendable (FeatureExtractionEvent) -> Void
    ) async throws(FramegenError) -> Int {
        var count = 0
        while let row = try await features.nextRow() {
            try Task.checkNotCancelled()
            for warning in await sound.takeWarnings() { report(.warning(warning)) }
            let start = ContinuousClock.now
            try await writer.write(row)
            times.add(.encode, since: start)
            count += 1
            if count % AudioEncoder.ave.rowsPerSecond == 0 { report(.rowsFinished(count: count)) }
        }
        for warning in await sound.takeWarnings() { report(.warning(warning)) }
        let start = ContinuousClock.now
        try await writer.finish()
        times.add(.encode, since: start)
        if count % AudioEncoder.ave.rowsPerSecond != 0 { report(.rowsFinished(count: count)) }
        return count
    }
}

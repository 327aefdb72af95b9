public import FrameGeneration
import ModelFiles

extension Avatar {
    /// Loads an avatar: opens and checks its files, finds the engine, decides the precision, prepares the networks.
    ///
    /// - Parameters:
    ///   - source: its files.
    ///   - settings: how it is loaded.
    ///   - threads: shared with other avatars, where there are several; nil for `settings.engine.threads` of its own.
    ///   - platform: reads images, sound and features.
    /// - Throws: `FramegenError` that names the file and the value at fault.
    public convenience init(
        _ source: AvatarSource, settings: AvatarSettings = AvatarSettings(), threads: ThreadBudget? = nil,
        platform: Platform = .standard
    ) async throws(FramegenError) {
        try await self.init(AvatarLoading(source, settings, threads, platform))
    }

    /// With what is known beforehand of the speech that it is loaded for.
    convenience init(_ loading: AvatarLoading) async throws(FramegenError) {
        try await self.init(try await loading.parts())
    }
}

/// Puts the parts of an avatar together.
package struct AvatarLoading: Sendable {
    let source: AvatarSource
    let settings: AvatarSettings
    let threads: ThreadBudget?
    let platform: Platform
    /// Sizes of a row of the features that it is loaded for; nil where that is not known.
    package var rowShape: [Int]?
    /// The file that the features come from, for messages.
    package var speechPath: String?
    /// Frames that will be made; nil where that is not known.
    package var expectedFrameCount: Int?
    /// Where outcomes of trials are remembered; nil for the user's folder.
    package var memoryFolder: String?

    package init(
        _ source: AvatarSource, _ settings: AvatarSettings, _ threads: ThreadBudget? = nil,
        _ platform: Platform = .standard
    ) {
        self.source = source
        self.settings = settings
        self.threads = threads
        self.platform = platform
    }

    /// Opens everything; large things side by side.
    ///
    /// - Throws: `FramegenError` that names the file and the value at fault.
    package func parts() async throws(FramegenError) -> AvatarParts {
        let cacheInBytes = settings.template.cacheInBytes ?? MemoryBudget.standardInBytes
        guard !settings.template.keepsCacheOnDisk || cacheInBytes > 0 else {
            throw FramegenError(.invalidRequest, "a template cache of 0 bytes cannot be kept on disk")
        }
        let precision = settings.precision.fixed ?? .fp32
        let threadCount = try settings.engine.threadCount()
        let ((template, file), found) = try await sideBySide { () throws(FramegenError) in
            try await runBlocking { () throws(FramegenError) in
                let template = try Template(
                    path: source.templatePath, usesParsing: settings.template.usesParsing,
                    isSteady: settings.template.isSteady,
                    decoder: platform.imageDecoder)
                return (template, try GeneratorFile(source))
            }
        } _: { () throws(FramegenError) in
            try await settings.engine.engine(in: precision)
        }
        let generator = try file.generator(
            forRowsOf: rowShape, of: speechPath, hasAudioEncoder: source.audioEncoderPath != nil, asked: source.features
        )
        let encoder = speechEncoder(on: found.engine)
        let (_, model) = try await sideBySide { () throws(FramegenError) in
            try await runBlocking { () throws(FramegenError) in
                // Compiled here, beside the generator, and not by the first take.
                _ = try encoder?.makeSession(batchSize: AudioFeatures.batchSize)
            }
        } _: { () throws(FramegenError) in
            try await runBlocking { () throws(FramegenError) in try file.model(of: generator) }
        }
        var parts = AvatarParts(
            generator: generator, model: model, template: template, engine: found.engine, platform: platform)
        parts.speechEncoder = encoder
        parts.precision = NetworkPrecision(precision)
        parts.threads = threads ?? ThreadBudget(threadCount: threadCount)
        parts.templateCacheInBytes = cacheInBytes
        parts.walk = settings.template.walk
        parts.paste = settings.paste
        parts.sharpening = settings.sharpening
        parts.expectedFrameCount = expectedFrameCount
        parts.warnings = found.warning.map { [$0] } ?? []
        if settings.template.keepsCacheOnDisk {
            parts.store = KeptValueFolder(for: template)
            if !found.engine.runsNetworksInParts {
                parts.warnings.append(
                    "the engine \(found.engine.name) computes nothing for a template that could be kept on disk")
            }
        }
        if settings.precision == .auto { parts = try await inFastestPrecision(parts) }
        if let warning = file.warning { parts.warnings.append(warning) }
        return parts
    }

    /// The audio encoder on one thread: it runs beside the sessions that make the frames, and they have all threads.
    ///
    /// In fp32 whatever the generator computes in: in bf16 it cost the worst mouth of the demo's speech 2 dB, and the
    /// rendering was no faster.
    private func speechEncoder(on engine: any InferenceEngine) -> SpeechEncoder? {
        source.audioEncoderPath.map { path in
            SpeechEncoder(
                .ave, engine: engine, options: SessionOptions(threads: 1)
            ) { batchSize throws(FramegenError) in
                try PyTorchCheckpoint.load(AudioEncoder.ave, batch: batchSize, at: path)
            }
        }
    }
}

extension GeneratorFile {
    /// Opens the generator's file of an avatar.
    package init(_ source: AvatarSource) throws(FramegenError) {
        switch source.generator {
        case .checkpoint(let path):
            try self.init(
                checkpointPath: path, features: source.features, cropResampling: source.cropResampling,
                weightsKey: source.weightsKey)
        case .onnx(let path):
            try self.init(onnxPath: path, features: source.features, cropResampling: source.cropResampling)
        case .coreML(let path):
            try self.init(coreMLPath: path, features: source.features, cropResampling: source.cropResampling)
        }
    }

    /// The candidate for features of that shape; where it is not known, the one that the audio encoder makes features
    /// for, or the likeliest.
    fileprivate func generator(
        forRowsOf shape: [Int]?, of speechPath: String?, hasAudioEncoder: Bool, asked: FeatureKind?
    ) throws(FramegenError) -> Generator {
        if let shape {
            guard let generator = candidates.first(where: { $0.accepts(rowsOf: shape) }) else {
                let cause =
                    hasAudioEncoder ? ", which is what the audio encoder makes: expected a file of features" : ""
                throw FramegenError(
                    .invalidData,
                    "\(speechPath ?? "the speech") gives rows of \(shape)\(cause), but \(path) is \(candidateText)"
                        + (asked.map { ", as \($0.rawValue) features were asked for" } ?? ""))
            }
            return generator
        }
        let rowShape = AudioEncoder.ave.rowShape
        if hasAudioEncoder, let generator = candidates.first(where: { $0.accepts(rowsOf: rowShape) }) {
            return generator
        }
        return candidates[0]
    }
}

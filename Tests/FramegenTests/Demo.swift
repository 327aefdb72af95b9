import Foundation
import Framegen
import TestSupport

/// The demo avatar, and what it can say.
enum Demo {
    static let checkpoint = Fixtures.demoPath("checkpoint/unet_328.fp16.pth")
    static let audioEncoder = Fixtures.demoPath("checkpoint/audio_encoder.fp16.pth")
    static let template = Fixtures.demoPath("template")
    static let voice = Fixtures.demoPath("audio/voice_kal16.wav")
    static let features = SpeechFiles.features(path: Fixtures.demoPath("audio/aud_ave.npy"))

    /// Its files, with a template folder of the test's own where one is given.
    static func source(template: String = template) -> AvatarSource {
        AvatarSource(.checkpoint(path: checkpoint), templatePath: template, audioEncoderPath: audioEncoder)
    }

    /// Fast settings in the precision that frames are exact in.
    static func settings(_ engine: EngineChoice = .automatic) -> AvatarSettings {
        var settings = AvatarSettings()
        settings.engine.choice = engine
        settings.precision = .fp32
        return settings
    }

    /// A request that writes nothing yet, in the precision that frames are exact in.
    static func request(
        _ speech: SpeechFiles = features, template: String = template, engine: EngineChoice = .automatic
    ) -> GenerationRequest {
        var request = GenerationRequest(source(template: template), speech: speech)
        // Features that are there already need no encoder.
        if case .features = speech { request.source.audioEncoderPath = nil }
        request.settings = settings(engine)
        return request
    }
}

extension GenerationRequest {
    /// Its avatar, loaded as rendering loads it.
    func avatar() async throws -> Avatar {
        var loading = AvatarLoading(source, settings)
        loading.expectedFrameCount = take.frameLimit
        return try await Avatar(loading.parts())
    }

    /// Its frames' images, which go nowhere.
    func images() async throws -> [PixelImage] {
        try await avatar().speak(speech.speech, settings: take).images()
    }
}

/// Renders, cancels that when an event is as `isReached` says, and gives the error that it ends with.
func cancelled(
    when isReached: @escaping @Sendable (TakeEvent) -> Bool,
    _ render: @escaping @Sendable (@escaping @Sendable (TakeEvent) -> Void) async throws -> Void
) async -> FramegenError? {
    let (reached, reach) = AsyncStream.makeStream(of: Void.self)
    let task = Task {
        defer { reach.finish() }
        try await render { if isReached($0) { reach.yield() } }
    }
    for await _ in reached { break }
    task.cancel()
    do {
        try await task.value
        return nil
    } catch {
        return error as? FramegenError
    }
}

extension Take {
    /// The images of all frames.
    func images() async throws -> [PixelImage] {
        var images: [PixelImage] = []
        for try await frame in frames { images.append(frame.makeImage()) }
        return images
    }
}

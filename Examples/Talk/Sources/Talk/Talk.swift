import Framegen

/// A sink of one's own: gets every frame with its sound, as soon as it is made.
actor Player: FrameSink {
    private(set) var frameCount = 0
    private(set) var soundSeconds = 0.0

    func write(_ frame: Frame) {
        let image = frame.makeImage()  // image.pixels: blue, green, red
        frameCount += image.pixels.isEmpty ? 0 : 1
        if let sound = frame.sound {  // sound.samples: -1...1
            soundSeconds += Double(sound.sampleCount) / Double(sound.format.sampleRate)
        }
    }

    func finish() {}
    func abandon() {}
}

func talk(_ samples: AsyncStream<[Float]>, to player: Player, videoPath: String) async throws {
    // Loading takes seconds, and is done once.
    var avatarSettings = AvatarSettings()
    avatarSettings.template.usesParsing = true  // Keeps the pixels that Demo/mira/parsing labels as torso.
    let avatar = try await Avatar(
        AvatarSource(
            .checkpoint(path: "Demo/checkpoint/unet_328.fp16.pth"), templatePath: "Demo/mira",
            audioEncoderPath: "Demo/checkpoint/audio_encoder.fp16.pth"),
        settings: avatarSettings)
    print("on", avatar.engineName)
    var settings = TakeSettings()
    settings.frameLimit = 10

    // A take goes into videos and folders of images...
    let speech = avatar.speak(.sound(path: "Demo/audio/speech.wav"), settings: settings)
    try await speech.write(to: [.video(VideoOutput(path: videoPath))])

    // ...or is looked at frame by frame...
    let voice = avatar.speak(.sound(path: "Demo/audio/voice_kal16.wav"), settings: settings)
    for try await frame in voice.frames {
        print(frame.index, frame.templateIndex, frame.size, frame.sound?.sampleCount ?? 0)
    }

    // ...or is spoken while its sound arrives, here 16,000 samples a second from a synthesiser or a microphone.
    let live = avatar.speak(.samples(SpeechSamples(samples, sampleRate: 16_000)), settings: settings)
    try await live.write(to: [player])
}

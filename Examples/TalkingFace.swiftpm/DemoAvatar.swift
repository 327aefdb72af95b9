import Foundation
import FramegenUI

/// The files that `prepare` has put into the app.
enum DemoAvatar {
    // On a Mac a bundle's resources are in a folder of it, on a phone beside its other files.
    private static let folder = (Bundle.module.resourceURL ?? Bundle.module.bundleURL).appending(path: "Avatar")

    /// What the avatar says first.
    static let speech = folder.appending(path: "speech.wav")

    @MainActor static func face() -> TalkingFace {
        TalkingFace(player: ScreenPlayer()) { () throws(FramegenError) in
            func path(_ name: String) -> String { folder.appending(path: name).path(percentEncoded: false) }
            let source = AvatarSource(
                .checkpoint(path: path("generator.pth")), templatePath: path("template"),
                audioEncoderPath: path("audio_encoder.pth"))
            return try await Avatar(source)
        }
    }
}

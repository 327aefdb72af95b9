public import ArgumentParser
public import Framegen

/// How the face becomes a part of the frame.
struct PictureOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How the network's face is put back: exact is the original's way, byte for byte, seamless lets it fade into "
                + "the frame along the jaw and takes on the frame's light and colour there.", valueName: "way"))
    var paste = Paste.exact

    @Option(
        help: ArgumentHelp(
            "What the mouth does where nobody speaks: exact is what the network makes of it, rest lets it close over "
                + "120 ms and open again before somebody speaks; needs --audio-encoder.", valueName: "way"))
    var silence = Silence.exact
}

extension AvatarSettings {
    /// The same with what the options say of the picture.
    func with(_ picture: PictureOptions) -> AvatarSettings {
        var settings = self
        settings.paste = picture.paste
        return settings
    }
}

extension Silence: ExpressibleByArgument {}
extension Paste: ExpressibleByArgument {}

public import ArgumentParser
public import Framegen

/// How the face becomes a part of the frame.
struct PictureOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How the network's face is put back: exact is the original's way, byte for byte, seamless lets it fade into "
                + "the frame along the jaw and takes on the frame's light and colour there.", valueName: "way"))
    var paste = Paste.exact

    @Flag(
        help: ArgumentHelp(
            "Smooth the landmarks over the template, so that the face's place moves as a head does and not with the noise "
                + "of its landmarks; inspect says how much that takes away."))
    var steady = false

    @Option(
        help: ArgumentHelp(
            "How much of its sharpness a face regains that is larger than the network's square: auto makes it as sharp as "
                + "the template; nothing by default, and of smaller faces.", valueName: "auto or 0...1"
        ),
        transform: { text in
            guard let sharpening = Sharpening(text) else {
                throw ValidationError("it is \(text), expected \(Sharpening.expectation)")
            }
            return sharpening
        })
    var sharpen = Sharpening.off

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
        settings.template.isSteady = picture.steady
        settings.sharpening = picture.sharpen
        return settings
    }
}

extension Silence: ExpressibleByArgument {}
extension Paste: ExpressibleByArgument {}

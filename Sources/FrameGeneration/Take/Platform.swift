/// What a platform's libraries do for takes: image files, pictures of a video, sound, and files of features.
public struct Platform: Sendable {
    /// Reads the template's images.
    public var imageDecoder: any ImageDecoding
    /// Makes pictures for videos.
    public var pictureConverter: any PictureConverting
    /// Opens one of a file's sound streams, counted from 0, or where that is nil the one that players would take; and is
    /// told whether features are to be made of it.
    public var openSound:
        @Sendable (_ path: String, _ stream: Int?, _ makesFeatures: Bool) throws(FramegenError) -> any SoundSource
    /// Makes sound of samples that arrive piece by piece.
    public var openSamples: @Sendable (_ samples: SpeechSamples) throws(FramegenError) -> any SoundSource
    /// Makes of a source the same with its track in another format.
    public var convertTrack:
        @Sendable (_ source: any SoundSource, _ format: SoundTrackFormat) throws(FramegenError) -> any SoundSource
    /// Opens a file of features, whose rows are of `defaultRowSize` values where the file does not tell.
    public var openFeatures:
        @Sendable (_ path: String, _ defaultRowSize: Int) throws(FramegenError) -> any FeatureSource

    /// A platform made of parts.
    ///
    /// - Parameters:
    ///   - imageDecoder: reads the template's images.
    ///   - pictureConverter: makes pictures for videos.
    ///   - openSound: opens one of a file's sound streams.
    ///   - openSamples: makes sound of samples that arrive piece by piece.
    ///   - convertTrack: makes of a source the same with its track in another format.
    ///   - openFeatures: opens a file of features.
    public init(
        imageDecoder: any ImageDecoding, pictureConverter: any PictureConverting,
        openSound: @escaping @Sendable (String, Int?, Bool) throws(FramegenError) -> any SoundSource,
        openSamples: @escaping @Sendable (SpeechSamples) throws(FramegenError) -> any SoundSource,
        convertTrack: @escaping @Sendable (any SoundSource, SoundTrackFormat) throws(FramegenError) -> any SoundSource,
        openFeatures: @escaping @Sendable (String, Int) throws(FramegenError) -> any FeatureSource
    ) {
        self.imageDecoder = imageDecoder
        self.pictureConverter = pictureConverter
        self.openSound = openSound
        self.openSamples = openSamples
        self.convertTrack = convertTrack
        self.openFeatures = openFeatures
    }
}

public import FrameGeneration
import Media
import ModelFiles

extension Platform {
    /// The media libraries of the system that framegen was built for, and framegen's readers of files of features.
    public static let standard = Platform(
        imageDecoder: ImageFileDecoder(), pictureConverter: VideoPictureConverter(),
        openSound: { path, stream, makesFeatures throws(FramegenError) in
            try SoundFile(path: path, stream: stream, makes: makesFeatures ? [.speech, .track] : [.track])
        },
        openSamples: { samples throws(FramegenError) in
            try SampleSound(samples)
        },
        convertTrack: { source, format throws(FramegenError) in try ConvertedTrack(of: source, to: format) },
        openFeatures: { path, rowSize throws(FramegenError) in try FeatureFile(path: path, defaultRowSize: rowSize) })
}

import FrameGeneration
import Media
import ModelFiles

extension AudioFeatures {
    /// The features of a file with sound, made as they are asked for.
    ///
    /// - Throws: `FramegenError` that names the file and the value at fault.
    static func ofSound(
        at path: String, encoderPath: String, inference: Inference, times: StageTimes
    ) async throws(FramegenError) -> AudioFeatures {
        let encoder = AudioEncoder.ave
        let sound = try await runBlocking { () throws(FramegenError) in try SoundFile(path: path, makes: .speech) }
        return AudioFeatures(
            of: sound, soundName: path, encoder: encoder, engine: inference.engine, options: inference.options,
            times: times
        ) { () throws(FramegenError) in
            try PyTorchCheckpoint.load(encoder, batch: AudioFeatures.batchSize, at: encoderPath)
        }
    }
}

import FrameGeneration
import Media

extension VideoPreset {
    /// Threads for x264 beside the networks; 0 lets it choose.
    ///
    /// Each thread but the first holds a frame back, and x264 looks further ahead when it chooses. A quick preset gets one for
    /// every million pixels of a frame, and on machines of many processors a quarter of them: one thread encoded 120 to 135
    /// of the demo's frames of 720×720 a second at `veryfast`. The slower presets look 40 frames ahead and more whatever
    /// they are given.
    package func threadsBesideNetworks(frameSize: ImageSize, processorCount: Int) -> Int {
        switch self {
        case .ultrafast, .superfast, .veryfast, .faster, .fast:
            let wanted = max(frameSize.width * frameSize.height / 1_000_000 + 1, processorCount / 4)
            // Enough for 4K; each holds a frame back.
            return min(wanted, processorCount, 16)
        case .medium, .slow, .slower, .veryslow, .placebo:
            return 0
        }
    }
}

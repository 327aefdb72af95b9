/// Which video frames show which feature row: frame i shows row ⌊i·rowsPerSecond/frameRate⌋, so that picture and sound
/// stay together at any frame rate.
struct FrameSchedule: Sendable {
    private let rowsPerSecond: Int
    private let frameRate: FrameRate

    init(rowsPerSecond: Int, frameRate: FrameRate) {
        self.rowsPerSecond = rowsPerSecond
        self.frameRate = frameRate
    }

    /// The frames that show row `row`; none when the video has fewer frames than there are rows.
    func frames(showing row: Int) -> Range<Int> { frameCount(ofRows: row)..<frameCount(ofRows: row + 1) }

    /// The row that a frame shows.
    func row(shownBy frame: Int) -> Int {
        frame * rowsPerSecond * frameRate.denominator / frameRate.numerator
    }

    /// Frames that show the first `count` rows.
    func frameCount(ofRows count: Int) -> Int {
        // The smallest i for which i·rowsPerSecond/frameRate is not below count.
        let (frames, seconds) = (count * frameRate.numerator, rowsPerSecond * frameRate.denominator)
        return (frames + seconds - 1) / seconds
    }
}

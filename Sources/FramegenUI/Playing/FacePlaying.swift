public import FrameGeneration

/// Shows pictures and plays sound on one clock, which begins with the first frame and stands until it is told to run.
///
/// A speech uses it from `begin` to `flush` or to its last frame, and one speech comes after the other.
public protocol FacePlaying: Sendable {
    /// Makes ready for frames of a format; the clock stands.
    ///
    /// - Throws: `FramegenError` when the platform cannot play it.
    func begin(_ format: TakeFormat) async throws(FramegenError)

    /// Takes a frame and its sound, to be shown and heard when the clock comes to it; waits while there is no room.
    ///
    /// - Parameters:
    ///   - frame: the next one.
    ///   - place: its place among those since `begin`, from 0.
    /// - Throws: `FramegenError`, also with `.cancelled` where the task is cancelled while it waits.
    func enqueue(_ frame: Frame, at place: Int) async throws(FramegenError)

    /// Lets the clock run from a time on, in seconds.
    func play(from seconds: Double) async

    /// Stops the clock.
    func pause() async

    /// What the clock says, in seconds.
    var seconds: Double { get async }

    /// Waits until the clock, which runs, has come to a time.
    ///
    /// - Throws: `FramegenError` with `.cancelled` when the task is cancelled meanwhile.
    func wait(until seconds: Double) async throws(FramegenError)

    /// Stops the clock and forgets all that was not played.
    func flush() async
}

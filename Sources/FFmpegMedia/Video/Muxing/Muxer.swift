import FrameGeneration

/// Puts the packets of several streams into one file or stream of bytes.
protocol Muxer: AnyObject {
    /// Adds a packet, in the order of its stream.
    ///
    /// - Parameters:
    ///   - packet: with times in the time base of its stream's parameters; what it holds afterwards is undefined.
    ///   - stream: index among the parameters that the muxer was made with; 0 are the pictures.
    /// - Throws: `FramegenError` with `.cannotWrite` naming the output.
    func write(_ packet: Packet, toStream stream: Int) throws(FramegenError)

    /// Completes the output; nothing can be added after that.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the output.
    func finish() throws(FramegenError)
}

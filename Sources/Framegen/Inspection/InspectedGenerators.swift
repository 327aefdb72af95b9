import FrameGeneration

extension Generator {
    /// The generators that files are held against.
    static var inspected: [Generator] { [.syncTalk328AVE] }

    /// Values in a row of a raw file that nothing describes: AVE's.
    static let assumedRowSize = 512

    /// Whether rows of `shape` are whole windows (true) or make up windows (false); nil when they are neither.
    func rowsAreWindows(ofShape shape: [Int]) -> Bool? {
        func withoutOnes(_ shape: [Int]) -> [Int] { shape.filter { $0 != 1 } }
        if withoutOnes(shape) == withoutOnes(audioRowShape) { return false }
        return withoutOnes(shape) == withoutOnes(audioShape) ? true : nil
    }
}

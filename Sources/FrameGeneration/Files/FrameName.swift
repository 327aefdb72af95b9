/// Names of a frame's files.
package enum FrameName {
    /// Such as `frame_00007`; with more digits from 100,000 on.
    package static func stem(_ index: Int) -> String {
        let digits = String(index)
        return "frame_" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}

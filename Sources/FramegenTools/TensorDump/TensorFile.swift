/// The intermediates of a frame, each by how its file's name ends.
enum TensorFile: String, CaseIterable {
    case faceCrop = "face_crop.png"
    case networkInput = "network_input.npy"
    case audioWindow = "audio_window.npy"
    case rawOutput = "raw_output.npy"
    case composite = "composite.png"

    /// What the index calls it: the file's ending without its extension.
    var key: String { String(rawValue.prefix { $0 != "." }) }

    /// Whether `name` is that of such a file.
    static func isName(_ name: String) -> Bool {
        guard let match = name.wholeMatch(of: /frame_[0-9]{5,}_(.+)/) else { return false }
        return TensorFile(rawValue: String(match.1)) != nil
    }
}

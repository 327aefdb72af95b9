/// How a file names the layers of a network (Documentation/model-family/generator.md, "Checkpoints").
public enum KeyScheme: String, Sendable, Codable, CaseIterable {
    /// `inc.inconv.0.conv…`, `downN.maxpool_conv.0.double_conv…`: what networks are described with.
    case wrappedInSequential
    /// `inc.inconv.conv…`, `downN.maxpool_conv.double_conv…`: Ultralight's since 2026-05.
    case bare

    /// What a file in this scheme calls the tensor that a description calls `key`.
    package func fileKey(for key: String) -> String {
        switch self {
        case .wrappedInSequential: return key
        case .bare: return unwrapped(key)
        }
    }

    private func unwrapped(_ key: String) -> String {
        let parts = key.utf8.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
            .map(Substring.init)
        guard parts.count == 4, ["inconv", "maxpool_conv"].contains(parts[1]), parts[2] == "0" else { return key }
        return "\(parts[0]).\(parts[1]).\(parts[3])"
    }
}

import Foundation
public import FrameGeneration

/// Where a stream is sent: the address of a media server that takes RTMP, SRT or RTSP.
public struct PushAddress: Sendable, Hashable {
    /// The protocol.
    enum Scheme: String, CaseIterable {
        case rtmp, rtmps, srt, rtsp

        /// What FFmpeg calls the form in which the stream is sent.
        var format: String {
            switch self {
            case .rtmp, .rtmps: "flv"
            case .srt: "mpegts"
            case .rtsp: "rtsp"
            }
        }
    }

    /// The host's name or number, in lower case.
    public let host: String
    let scheme: Scheme
    /// As FFmpeg takes it.
    ///
    /// It may hold a password or a stream's key, so no message shows it.
    let text: String

    /// What an SRT address may set: its mode and its limits are not for who pushes.
    private static let srtSettings: Set<String> = ["streamid", "passphrase", "pbkeylen", "latency"]
    private static let longestByteCount = 2048

    /// Reads an address such as `rtmp://media.example/live/key` or `srt://media.example:8890?streamid=publish:live`.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` that says what was expected, and not what was given: that may be
    ///   secret.
    public init(_ text: String) throws(FramegenError) {
        guard text.utf8.count <= Self.longestByteCount, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
            let parts = URLComponents(string: text, encodingInvalidCharacters: false), parts.fragment == nil,
            let scheme = parts.scheme.flatMap({ Scheme(rawValue: $0.lowercased()) }),
            let host = parts.host, !host.isEmpty, parts.port.map({ (1...65535).contains($0) }) ?? (scheme != .srt)
        else {
            throw FramegenError(
                .invalidRequest,
                "the address to push to is none, expected rtmp://, rtmps://, srt:// (with a port) or rtsp://, a host "
                    + "and a path, of at most \(Self.longestByteCount) characters")
        }
        if scheme == .srt {
            let unknown = (parts.queryItems ?? []).map(\.name).first { !Self.srtSettings.contains($0) }
            if let unknown {
                throw FramegenError(
                    .invalidRequest,
                    "\(unknown.prefix(32)) cannot be set for pushing over SRT, expected some of "
                        + Self.srtSettings.sorted().joined(separator: ", "))
            }
        }
        self.text = text
        self.scheme = scheme
        self.host = host.lowercased().trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    }
}

extension PushAddress: CustomStringConvertible {
    /// Protocol and host alone.
    public var description: String { "\(scheme.rawValue)://\(host)" }
}

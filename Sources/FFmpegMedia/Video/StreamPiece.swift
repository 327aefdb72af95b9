/// A piece of a stream, and what it is.
///
/// The bytes of all pieces in their order are the stream. What a player needs is the beginning, and then the fragments from
/// one with a key frame on.
public struct StreamPiece: Sendable, Equatable {
    /// What a piece is.
    public enum Kind: Sendable, Equatable {
        /// What players need before any fragment; comes first, and once.
        case beginning
        /// A picture, with the sound that was ready by then.
        case fragment(StreamFragmentTimes)
        /// Nothing follows; has no bytes.
        case end
    }

    /// What it is.
    public let kind: Kind
    /// Bytes of the stream.
    public let bytes: [UInt8]

    /// A piece.
    public init(_ kind: Kind, bytes: [UInt8] = []) {
        self.kind = kind
        self.bytes = bytes
    }
}

/// When the pictures of a fragment are decoded: with `VideoSettings.lowDelay`, when they are shown.
///
/// Its sound begins no later than its pictures.
public struct StreamFragmentTimes: Sendable, Equatable {
    /// On the stream's own clock; each fragment begins where the one before ends.
    public let startInSeconds: Double
    /// 0 for what is left of the sound at the end.
    public let durationInSeconds: Double
    /// Whether players can begin here.
    public let isKeyFrame: Bool

    /// The times of a fragment.
    public init(startInSeconds: Double, durationInSeconds: Double, isKeyFrame: Bool) {
        self.startInSeconds = startInSeconds
        self.durationInSeconds = durationInSeconds
        self.isKeyFrame = isKeyFrame
    }
}

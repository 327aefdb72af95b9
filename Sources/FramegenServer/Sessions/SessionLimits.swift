/// What bounds sessions; an operator may change each.
package struct SessionLimits: Sendable, Decodable, Equatable {
    /// Sessions at most.
    package var sessionLimit = 16
    /// After which a session ends that nobody watches and lets speak.
    package var idleTimeoutInSeconds = 60.0
    /// Seconds of sound of one session that may wait.
    package var queuedSeconds = 600.0
    /// Utterances of one session that may wait.
    package var queuedUtterances = 100
    /// Streams of samples of one session that may be open.
    package var openStreams = 4
    /// Hosts that streams may be sent to, in lower case.
    package var pushHosts: Set<String> = []
    /// Pieces of an utterance's samples that are kept while others are said.
    let bufferedPieces = 2048
    /// Samples of one session's utterances that wait: 64 MB.
    let waitingSamples = 16_000_000
    /// Samples of a piece at most.
    static let pieceLength = 4096

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case sessionLimit = "atOnce"
        case idleTimeoutInSeconds, queuedSeconds, queuedUtterances, openStreams, pushHosts
    }

    package init() {}

    package init(from decoder: any Decoder) throws {
        try StrictKeys.check(decoder, allowed: CodingKeys.allCases.map(\.rawValue))
        let container = try decoder.container(keyedBy: CodingKeys.self)
        sessionLimit = try container.decode(.sessionLimit, default: sessionLimit, atLeast: 1)
        idleTimeoutInSeconds = try container.decode(.idleTimeoutInSeconds, default: idleTimeoutInSeconds, atLeast: 1)
        queuedSeconds = min(try container.decode(.queuedSeconds, default: queuedSeconds, atLeast: 1), 86_400)
        queuedUtterances = try container.decode(.queuedUtterances, default: queuedUtterances, atLeast: 1)
        let hosts = try container.decodeIfPresent([String].self, forKey: .pushHosts) ?? []
        pushHosts = Set(hosts.map { $0.lowercased() })
        openStreams = try container.decode(.openStreams, default: openStreams, atLeast: 1)
    }
}

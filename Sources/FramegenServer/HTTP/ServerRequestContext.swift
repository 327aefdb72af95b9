package import Hummingbird
import Synchronization

/// What is known of a request beside the request itself.
package struct ServerRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Who asks: the name of the token, or nil where the server has no tokens.
    package var client: ClientIdentity? {
        get { holder.client.withLock { $0 } }
        nonmutating set { holder.client.withLock { $0 = newValue } }
    }
    /// Shared by the copies of a context, so that what logs the request knows who asked.
    private let holder = Holder()

    private final class Holder: Sendable {
        let client = Mutex<ClientIdentity?>(nil)
    }

    package init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}

/// Who asks, and what they may do.
package struct ClientIdentity: Sendable, Hashable {
    /// The token's name in the configuration.
    package let name: String
    /// What the token may take, where that is less or more than others may.
    package let limits: ClientLimits

    package init(name: String, limits: ClientLimits = ClientLimits()) {
        self.name = name
        self.limits = limits
    }
}

/// What one token may take; nil for what all may.
package struct ClientLimits: Sendable, Decodable, Hashable {
    package var requestsPerMinute: Int?
    /// Sessions at a time.
    package var sessions: Int?
    /// Jobs that wait.
    package var waitingJobs: Int?

    private enum CodingKeys: String, CodingKey, CaseIterable { case requestsPerMinute, sessions, waitingJobs }

    package init() {}

    package init(from decoder: any Decoder) throws {
        try StrictKeys.check(decoder, allowed: CodingKeys.allCases.map(\.rawValue))
        let container = try decoder.container(keyedBy: CodingKeys.self)
        requestsPerMinute = try container.decodeIfPresent(.requestsPerMinute, atLeast: 1)
        sessions = try container.decodeIfPresent(.sessions, atLeast: 0)
        waitingJobs = try container.decodeIfPresent(.waitingJobs, atLeast: 0)
    }
}

/// Routes that belong together.
package protocol RouteGroup: Sendable {
    /// Adds the routes below `/v1`.
    func add(to router: RouterGroup<ServerRequestContext>)
}

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

    package init(name: String) { self.name = name }
}

/// Routes that belong together.
package protocol RouteGroup: Sendable {
    /// Adds the routes below `/v1`.
    func add(to router: RouterGroup<ServerRequestContext>)
}

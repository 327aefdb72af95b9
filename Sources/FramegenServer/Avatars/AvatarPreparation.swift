package import Logging
import ServiceLifecycle
import Synchronization

/// Loads avatars and measures them, so that their sessions begin at once.
package struct AvatarPreparation: Sendable {
    private let catalogue: AvatarCatalogue
    private let sessions: SessionStore

    package init(catalogue: AvatarCatalogue, sessions: SessionStore) {
        self.catalogue = catalogue
        self.sessions = sessions
    }

    /// Loads an avatar, which stays until it is unloaded.
    ///
    /// - Throws: `Problem` when that fails.
    package func load(_ name: String) async throws -> AvatarDescription {
        let description = try await catalogue.load(name)
        // Others can have no sessions.
        if description.speaksSound { try await sessions.prepare(name) }
        return description
    }
}

/// Prepares the avatars that the operator wants to be there from the start, one after the other.
package final class AvatarPreload: Service {
    private let names: [String]
    private let preparation: AvatarPreparation
    private let logger: Logger
    private let hasEnded = Atomic(false)

    /// - Parameters:
    ///   - names: of the avatars.
    ///   - preparation: loads them.
    ///   - logger: is told which are ready, and what keeps others from it.
    package init(_ names: [String], _ preparation: AvatarPreparation, logger: Logger) {
        self.names = names
        self.preparation = preparation
        self.logger = logger
    }

    /// Whether all were tried.
    package var isDone: Bool { names.isEmpty || hasEnded.load(ordering: .acquiring) }

    package func run() async {
        await cancelWhenGracefulShutdown {
            for name in self.names where !Task.isCancelled { await self.prepare(name) }
        }
        hasEnded.store(true, ordering: .releasing)
    }

    private func prepare(_ name: String) async {
        do {
            _ = try await preparation.load(name)
            logger.notice("an avatar is ready", metadata: ["avatar": "\(name)"])
        } catch {
            guard !Task.isCancelled else { return }
            logger.warning("an avatar is not ready", metadata: ["avatar": "\(name)", "error": "\(error)"])
        }
    }
}

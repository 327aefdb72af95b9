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

    /// Lets an avatar go, and what is known of it.
    ///
    /// - Throws: `Problem` with `.conflict` while a session or a job uses it.
    package func unload(_ name: String) async throws(Problem) {
        try await catalogue.unload(name)
        await sessions.forgetUnloaded()
    }
}

/// Prepares the avatars that the operator wants to be there from the start, one after the other.
package final class AvatarPreload: Service {
    private let names: [String]
    private let preparation: AvatarPreparation
    private let logger: Logger
    private let readyCount = Atomic(0)

    /// - Parameters:
    ///   - names: of the avatars.
    ///   - preparation: loads them.
    ///   - logger: is told which are ready, and what keeps others from it.
    package init(_ names: [String], _ preparation: AvatarPreparation, logger: Logger) {
        self.names = names
        self.preparation = preparation
        self.logger = logger
    }

    /// Whether all are ready.
    package var isDone: Bool { readyCount.load(ordering: .acquiring) == names.count }

    package func run() async {
        await cancelWhenGracefulShutdown {
            for name in self.names where !Task.isCancelled { await self.prepare(name) }
        }
    }

    private func prepare(_ name: String) async {
        do {
            let avatar = try await preparation.load(name)
            readyCount.add(1, ordering: .releasing)
            logger.notice(
                "an avatar is ready",
                metadata: [
                    "avatar": "\(name)", "engine": "\(avatar.engine ?? "")", "precision": "\(avatar.precision ?? "")",
                ])
        } catch {
            guard !Task.isCancelled else { return }
            let reason = (error as? Problem)?.detail ?? "\(error)"
            logger.error("an avatar is not ready", metadata: ["avatar": "\(name)", "reason": "\(reason)"])
        }
    }
}

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

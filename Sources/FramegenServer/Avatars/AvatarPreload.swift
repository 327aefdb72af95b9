import FrameGeneration
package import Logging
import ServiceLifecycle
import Synchronization

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
            let precision = avatar.precision?.rawValue ?? ""
            logger.notice(
                "an avatar is ready",
                metadata: [
                    "avatar": "\(name)", "engine": "\(avatar.engine ?? "")", "precision": "\(precision)",
                ])
        } catch {
            guard !Task.isCancelled else { return }
            let reason = (error as? Problem)?.detail ?? "\(error)"
            logger.error("an avatar is not ready", metadata: ["avatar": "\(name)", "reason": "\(reason)"])
        }
    }
}

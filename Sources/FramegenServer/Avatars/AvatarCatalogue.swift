import Foundation
package import FrameGeneration
package import Framegen
package import Logging
import Media

/// The avatars below the server's root, of which those stay loaded that are used or were asked for.
package actor AvatarCatalogue: AvatarLending {
    private let rootPath: String
    private let settings: AvatarSettings
    private let store: AvatarStore
    private let logger: Logger
    private var folders: [String: AvatarFolder] = [:]
    private var templates: [String: Template] = [:]
    /// Those that were asked to stay loaded: the task that holds each.
    private var held: [String: Task<Void, Never>] = [:]
    private var users: [String: Int] = [:]
    /// Users for whom it is loaded by now.
    private var loadedUsers: [String: Int] = [:]
    /// How the networks run of those that were loaded.
    private var networks: [String: (engine: String, precision: Precision)] = [:]

    /// Nothing is loaded yet.
    ///
    /// - Parameters:
    ///   - rootPath: the folder of the avatars' folders.
    ///   - settings: how each is loaded, but for what its `avatar.yaml` says.
    ///   - memoryInBytes: for all that are loaded.
    ///   - threads: that their networks share.
    ///   - logger: for what is wrong with a folder.
    package init(
        rootPath: String, settings: AvatarSettings, memoryInBytes: Int, threads: ThreadBudget, logger: Logger
    ) {
        self.rootPath = rootPath
        self.settings = settings
        self.logger = logger
        store = AvatarStore(memoryInBytes: memoryInBytes, threads: threads)
    }

    /// Names of all avatars, in order.
    package func names() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: rootPath)) ?? []
        return names.filter(AvatarFolder.isName).filter { name in
            let type = try? FileManager.default.attributesOfItem(atPath: "\(rootPath)/\(name)")[.type]
            return type as? FileAttributeType == .typeDirectory
        }.sorted()
    }

    /// All avatars that can be read; what is wrong with others is logged.
    package func descriptions() async -> [AvatarDescription] {
        var descriptions: [AvatarDescription] = []
        for name in names() {
            // What is wrong with one was logged where it was found.
            if let description = try? await description(of: name) { descriptions.append(description) }
        }
        return descriptions
    }

    /// What there is to know of an avatar.
    ///
    /// - Throws: `Problem` with `.notFound`, also when its folder is not what it must be.
    package func description(of name: String) async throws(Problem) -> AvatarDescription {
        let (folder, template) = try await opened(name)
        let isLoaded = loadedUsers[name, default: 0] > 0
        let network = isLoaded ? networks[name] : nil
        return AvatarDescription(
            name: name, isLoaded: isLoaded, width: template.imageSize.width, height: template.imageSize.height,
            imageCount: template.frames.count, speaksSound: folder.source.audioEncoderPath != nil,
            engine: network?.engine, precision: network?.precision)
    }

    package func checkAvatar(_ name: String) async throws(Problem) { _ = try folder(name) }

    /// Checks that an avatar's folder has what it must.
    ///
    /// - Throws: `FramegenError` that names the file and what is wrong, for the operator.
    package func checkFolder(_ name: String) throws(FramegenError) {
        _ = try AvatarFolder(name: name, path: "\(rootPath)/\(name)")
    }

    package func withAvatar<Value: Sendable>(
        _ name: String, _ work: @Sendable (Avatar) async throws(FramegenError) -> Value
    ) async throws -> Value {
        // Its folder may have changed since it was used.
        if users[name, default: 0] == 0 { forget(name) }
        let folder = try folder(name)
        users[name, default: 0] += 1
        defer { users[name, default: 1] -= 1 }
        let isLoaded = AtomicFlag()
        do {
            return try await store.withAvatar(folder.source, settings: settings(of: folder)) {
                avatar throws(FramegenError) in
                isLoaded.raise()
                await self.note(avatar, name)
                await self.count(1, of: name)
                let result: Result<Value, FramegenError>
                do throws(FramegenError) {
                    result = .success(try await work(avatar))
                } catch {
                    result = .failure(error)
                }
                await self.count(-1, of: name)
                return try result.get()
            }
        } catch {
            guard !isLoaded.isRaised, error.code != .cancelled else { throw error }
            throw unusable(name, error)
        }
    }

    private func settings(of folder: AvatarFolder) -> AvatarSettings {
        var settings = settings
        settings.template.walk = folder.walk
        settings.template.usesParsing = folder.usesParsing
        settings.paste = folder.paste
        settings.template.isSteady = folder.isSteady
        settings.sharpening = folder.sharpening
        return settings
    }

    private func note(_ avatar: Avatar, _ name: String) {
        guard loadedUsers[name, default: 0] == 0 else { return }
        networks[name] = (avatar.engineName, avatar.precision)
        logger.info(
            "an avatar is loaded",
            metadata: [
                "avatar": "\(name)", "engine": "\(avatar.engineName)", "precision": "\(avatar.precision)",
                "reason": "\(avatar.precisionReason ?? "")",
            ])
    }

    private func count(_ change: Int, of name: String) { loadedUsers[name, default: 0] += change }

    /// What a client is told of an avatar that cannot be used; the log tells why.
    private func unusable(_ name: String, _ error: FramegenError) -> Problem {
        logger.warning("an avatar cannot be used", metadata: ["avatar": "\(name)", "error": "\(error)"])
        return Problem(.notFound, "the avatar \(name) cannot be used; the server's log says why")
    }

    /// Loads an avatar, which stays until it is unloaded.
    ///
    /// - Throws: `Problem` when that fails.
    package func load(_ name: String) async throws -> AvatarDescription {
        _ = try folder(name)
        // Another request may still be loading it, or fail to.
        if held[name] != nil { try await withAvatar(name) { (_) throws(FramegenError) in } }
        if held[name] == nil {
            let (loaded, tell) = AsyncStream.makeStream(of: Result<Void, any Error>.self)
            let task = Task {
                do {
                    try await self.withAvatar(name) { _ throws(FramegenError) in
                        tell.yield(.success(()))
                        // Until it is unloaded.
                        while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
                    }
                } catch {
                    tell.yield(.failure(error))
                }
            }
            held[name] = task
            for await result in loaded {
                tell.finish()
                if case .failure(let error) = result {
                    held[name] = nil
                    throw error
                }
            }
        }
        return try await description(of: name)
    }

    /// Lets an avatar go, so that its folder is read anew when it is wanted again.
    ///
    /// - Throws: `Problem` with `.conflict` while a session or a job uses it.
    package func unload(_ name: String) async throws(Problem) {
        // It may have been removed since it was loaded.
        let folder = if held[name] != nil, let known = folders[name] { known } else { try folder(name) }
        let ownUse = held[name] == nil ? 0 : 1
        guard users[name, default: 0] <= ownUse else {
            throw Problem(
                .conflict, "the avatar \(name) is in use by \(users[name, default: 0] - ownUse) sessions or jobs")
        }
        held[name]?.cancel()
        await held[name]?.value
        held[name] = nil
        forget(name)
        guard await store.unload(folder.source, settings: settings(of: folder)) else {
            throw Problem(.conflict, "the avatar \(name) has come into use meanwhile")
        }
    }

    private func forget(_ name: String) {
        folders[name] = nil
        templates[name] = nil
    }

    /// The first image of an avatar's template, as JPEG.
    ///
    /// - Throws: `Problem` with `.notFound`.
    package func preview(of name: String) async throws -> [UInt8] {
        let (_, template) = try await opened(name)
        let path = template.frames[0].imagePath
        return try await runBlocking { () throws(FramegenError) in
            try JPEGEncoder(quality: 85).encode(try ImageFileDecoder().decodeImage(at: path))
        }
    }

    /// Lets all that were asked for go.
    package func close() {
        for task in held.values { task.cancel() }
        held = [:]
    }

    private func folder(_ name: String) throws(Problem) -> AvatarFolder {
        guard AvatarFolder.isName(name), names().contains(name) else {
            throw Problem(.notFound, "there is no avatar of that name, expected one that GET /v1/avatars lists")
        }
        if let folder = folders[name] { return folder }
        do throws(FramegenError) {
            let folder = try AvatarFolder(name: name, path: "\(rootPath)/\(name)")
            folders[name] = folder
            return folder
        } catch {
            throw unusable(name, error)
        }
    }

    private func opened(_ name: String) async throws(Problem) -> (AvatarFolder, Template) {
        let folder = try folder(name)
        if let template = templates[name] { return (folder, template) }
        do throws(FramegenError) {
            let template = try await runBlocking { () throws(FramegenError) in
                try Template(
                    path: folder.source.templatePath, usesParsing: folder.usesParsing, decoder: ImageFileDecoder())
            }
            // Read anew meanwhile, it may be another one.
            if folders[name]?.source == folder.source { templates[name] = template }
            return (folder, template)
        } catch {
            throw unusable(name, error)
        }
    }
}

/// An avatar as clients see it.
package struct AvatarDescription: Sendable, Encodable {
    package let name: String
    package let isLoaded: Bool
    package let width: Int
    package let height: Int
    package let imageCount: Int
    /// Whether it can make features of sound, without which it can neither hold a session nor do a job.
    package let speaksSound: Bool
    /// What runs its networks, and in which arithmetic; nil while it is not loaded.
    package var engine: String?
    package var precision: Precision?
}

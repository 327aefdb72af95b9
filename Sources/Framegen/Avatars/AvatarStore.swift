public import FrameGeneration

/// Avatars that stay loaded while they are wanted, as many as a budget of memory holds.
///
/// Those in use stay in any case; of the others the longest unused go first. All share one budget of threads.
public actor AvatarStore {
    /// What makes an avatar: two requests of the same key share it.
    private struct Key: Hashable {
        let source: AvatarSource
        let settings: AvatarSettings
    }

    private struct Entry {
        let loading: Task<Result<Avatar, FramegenError>, Never>
        /// Nil while it is being loaded.
        var memoryInBytes: Int?
        var userCount: Int
        var lastUse: Int
    }

    private let memoryInBytes: Int
    private let threads: ThreadBudget
    private let platform: Platform
    private var entries: [Key: Entry] = [:]
    private var useCount = 0

    /// An empty store.
    ///
    /// - Parameters:
    ///   - memoryInBytes: for all avatars together; one is loaded even where it takes more.
    ///   - threads: that networks of all avatars share.
    ///   - platform: reads images, sound and features.
    public init(memoryInBytes: Int, threads: ThreadBudget, platform: Platform = .standard) {
        self.memoryInBytes = memoryInBytes
        self.threads = threads
        self.platform = platform
    }

    /// Avatars that are loaded or being loaded.
    public var count: Int { entries.count }

    /// Lends the avatar to `work`, loaded first where it is not there yet; it stays at least until `work` is done.
    ///
    /// - Throws: what loading and `work` throw.
    public func withAvatar<Value: Sendable>(
        _ source: AvatarSource, settings: AvatarSettings,
        _ work: @Sendable (Avatar) async throws(FramegenError) -> Value
    ) async throws(FramegenError) -> Value {
        let key = Key(source: source, settings: settings)
        let loading = begin(key)
        let result = await loading.value
        if case .success(let avatar) = result { entries[key]?.memoryInBytes = avatar.memoryInBytes }
        makeRoom()
        defer {
            entries[key]?.userCount -= 1
            // What could not be loaded is tried anew by the next one.
            if case .failure = result, entries[key]?.userCount == 0 { entries[key] = nil }
            makeRoom()
        }
        return try await work(try result.get())
    }

    /// Lets an avatar go that nobody uses, so that its files are read anew by the next one who wants it.
    ///
    /// - Returns: whether it is gone, or was never there; false while somebody uses it.
    public func unload(_ source: AvatarSource, settings: AvatarSettings) -> Bool {
        let key = Key(source: source, settings: settings)
        guard entries[key]?.userCount ?? 0 == 0 else { return false }
        entries[key] = nil
        return true
    }

    private func begin(_ key: Key) -> Task<Result<Avatar, FramegenError>, Never> {
        useCount += 1
        var entry = entries[key] ?? Entry(loading: load(key), memoryInBytes: nil, userCount: 0, lastUse: 0)
        entry.userCount += 1
        entry.lastUse = useCount
        entries[key] = entry
        return entry.loading
    }

    private func load(_ key: Key) -> Task<Result<Avatar, FramegenError>, Never> {
        Task { [threads, platform] in
            do throws(FramegenError) {
                return .success(
                    try await Avatar(key.source, settings: key.settings, threads: threads, platform: platform))
            } catch {
                return .failure(error)
            }
        }
    }

    /// Lets the longest unused go until the others fit the budget.
    private func makeRoom() {
        while entries.values.reduce(0, { $0 + ($1.memoryInBytes ?? 0) }) > memoryInBytes,
            let oldest = entries.filter({ $0.value.userCount == 0 && $0.value.memoryInBytes != nil })
                .min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            entries[oldest.key] = nil
        }
    }
}

package import FrameGeneration
package import Logging
package import Media
import Metrics

/// The sessions that there are.
package actor SessionStore {
    private let avatars: any AvatarLending
    private let limits: SessionLimits
    private let logger: Logger
    private let measure: @Sendable (Avatar, SilentGroups) async throws(FramegenError) -> Admission.Costs
    private var sessions: [String: Session] = [:]
    private var loaded: [String: LoadedAvatar] = [:]
    private let timeBetweenMeasurements: Duration
    private var running: [String: Task<Void, Never>] = [:]
    private var isClosed = false
    /// One session is made at a time: each must see what the others take.
    private let making = ThreadBudget(threadCount: 1)
    /// The session that is being made, also where whoever asked for it has gone.
    private var madeID: String?

    /// What is known of an avatar for as long as it is loaded: another one of the same name may be another person, whose
    /// frames take longer.
    private struct LoadedAvatar {
        weak var avatar: Avatar?
        /// What its sessions show while they are silent, encoded once.
        let silence: SilentGroups
        /// Nil before it was measured.
        var costs: Admission.Costs?
        /// When it was measured because there was no room.
        var measuredAgainAt: ContinuousClock.Instant?

        /// What the frames of a session cost.
        func cost(at frameRate: FrameRate) -> Admission.Cost? {
            silence.serves(frameRate) ? costs?.sentAgain : costs?.encoded
        }
    }

    /// No sessions yet.
    ///
    /// - Parameters:
    ///   - limits: of all and of each.
    ///   - avatars: who has them.
    ///   - logger: is told of sessions that begin and end.
    ///   - timeBetweenMeasurements: how long sessions are refused by a measurement that was made again before another.
    ///   - measure: says what an avatar's frames cost.
    package init(
        limits: SessionLimits, avatars: any AvatarLending, logger: Logger,
        timeBetweenMeasurements: Duration = .seconds(60),
        measure: @escaping @Sendable (Avatar, SilentGroups) async throws(FramegenError) -> Admission.Costs = {
            (avatar, silence) throws(FramegenError) in try await .measure(avatar, silence)
        }
    ) {
        self.timeBetweenMeasurements = timeBetweenMeasurements
        self.measure = measure
        self.limits = limits
        self.logger = logger
        self.avatars = avatars
    }

    /// Makes a session, for which the avatar is loaded where it is not.
    ///
    /// - Throws: `Problem`: `.noRoom` with the figure, and what is wrong with the avatar's name.
    package func make(_ settings: SessionSettings, for client: ClientIdentity?) async throws -> Session {
        try await making.take(1)
        let id = RandomID.make()
        madeID = id
        do throws(Problem) {
            try checkLimits(settings, client)
        } catch {
            endMaking(id)
            throw error
        }
        return try await begin(id, settings, client)
    }

    private func endMaking(_ id: String) {
        guard madeID == id else { return }
        madeID = nil
        making.giveBack(1)
    }

    private func checkLimits(_ settings: SessionSettings, _ client: ClientIdentity?) throws(Problem) {
        guard !isClosed else { throw Problem.stopping }
        guard sessions.count < limits.sessionLimit else {
            throw Problem(
                .noRoom, "there are \(sessions.count) sessions, expected at most \(limits.sessionLimit)",
                retryAfterInSeconds: 10)
        }
        if let mine = client?.limits.sessions, sessions.values.count(where: { $0.owner == client }) >= mine {
            throw Problem(
                .tooManyRequests, "there are \(mine) sessions of this token, expected at most that many",
                retryAfterInSeconds: 10)
        }
        if let host = settings.push?.host, !limits.pushHosts.contains(host) {
            throw Problem(
                .forbidden, "streams may not be sent to \(host), expected one of the hosts that the server allows")
        }
    }

    private func begin(_ id: String, _ settings: SessionSettings, _ client: ClientIdentity?) async throws -> Session {
        let (ready, answer) = AsyncStream.makeStream(of: Result<Session, any Error>.self)
        let task = Task { [avatars, logger] in
            do {
                try await avatars.withAvatar(settings.avatar) { avatar throws(FramegenError) in
                    let session: Session
                    do {
                        session = try await self.session(id, settings, avatar, client)
                    } catch {
                        answer.yield(.failure(await self.isClosed ? Problem.stopping : error))
                        return
                    }
                    await self.endMaking(id)
                    answer.yield(.success(session))
                    do throws(FramegenError) {
                        try await session.run()
                        let reason = await session.endReason?.rawValue ?? ""
                        logger.info("a session ended", metadata: ["session": "\(id)", "reason": "\(reason)"])
                    } catch {
                        logger.warning("a session failed", metadata: ["session": "\(id)", "error": "\(error)"])
                        throw error
                    }
                }
                answer.yield(.failure(Problem(.internalFailure, "the session could not be made")))
            } catch {
                answer.yield(.failure(error))
            }
            endMaking(id)
            await remove(id)
        }
        running[id] = task
        for await result in ready {
            answer.finish()
            let session = try result.get()
            return session
        }
        throw Problem(.internalFailure, "the session could not be made")
    }

    /// The session that runs under `id`, known from here on, also where whoever asked for it has gone.
    private func session(
        _ id: String, _ settings: SessionSettings, _ avatar: Avatar, _ client: ClientIdentity?
    ) async throws -> Session {
        let natural = avatar.generator.frameRate
        // Of a rate that is chosen here, silence is encoded once.
        let asked = settings.frameRate ?? natural
        let silence = try remember(avatar, named: settings.avatar)
        var cost = try await cost(of: avatar, silence, named: settings.avatar, at: asked)
        var others = await loads()
        if Admission.framesPerSecond(beside: others, cost: cost) < asked.framesPerSecond,
            !others.contains(where: \.isSpeaking), mayMeasureAgain(settings.avatar)
        {
            // The machine may have been busy with something else when that was measured.
            try await measure(avatar, silence, named: settings.avatar)
            loaded[settings.avatar]?.measuredAgainAt = .now
            cost = try await self.cost(of: avatar, silence, named: settings.avatar, at: asked)
            others = await loads()
        }
        let rate = try Admission.frameRate(
            wanted: settings.frameRate, natural: natural, beside: others, cost: cost)
        let session = try await Session(
            id: id, settings: settings, frameRate: rate, owner: client, avatar: avatar, limits: limits,
            silence: silence
        ) { [weak self] in await self?.balance() }
        guard !isClosed else { throw Problem.stopping }
        sessions[id] = session
        logger.info(
            "a session began",
            metadata: ["session": "\(id)", "avatar": "\(settings.avatar)", "frameRate": "\(rate.framesPerSecond)"])
        await balance()
        Gauge(label: "framegen_sessions").record(sessions.count)
        return session
    }

    /// Measures an avatar where that was not done, so that its first session need not wait for it.
    ///
    /// - Throws: `Problem` when the server stops, and what is wrong with the avatar.
    package func prepare(_ name: String) async throws {
        try await making.take(1)
        defer { making.giveBack(1) }
        guard !isClosed else { throw Problem.stopping }
        try await avatars.withAvatar(name) { avatar throws(FramegenError) in
            let silence = try await self.remember(avatar, named: name)
            _ = try await self.cost(of: avatar, silence, named: name, at: avatar.generator.frameRate)
        }
    }

    /// Remembers an avatar, and forgets another one that had its name.
    ///
    /// - Returns: where its sessions have what is encoded once.
    private func remember(_ avatar: Avatar, named name: String) throws(FramegenError) -> SilentGroups {
        forgetUnloaded()
        if let known = loaded[name], known.avatar === avatar { return known.silence }
        let silence = try SilentGroups(of: avatar)
        loaded[name] = LoadedAvatar(avatar: avatar, silence: silence)
        return silence
    }

    /// Lets go of what is known of avatars that are loaded no longer.
    package func forgetUnloaded() { loaded = loaded.filter { $0.value.avatar != nil } }

    /// What frames of an avatar that is remembered cost, measured where that is not known.
    private func cost(
        of avatar: Avatar, _ silence: SilentGroups, named name: String, at frameRate: FrameRate
    ) async throws(FramegenError) -> Admission.Cost {
        let costs =
            if let known = loaded[name]?.costs { known } else { try await measure(avatar, silence, named: name) }
        return silence.serves(frameRate) ? costs.sentAgain : costs.encoded
    }

    /// Until it is done, sessions that there are count by what was known before.
    @discardableResult
    private func measure(
        _ avatar: Avatar, _ silence: SilentGroups, named name: String
    ) async throws(FramegenError) -> Admission.Costs {
        let costs = try await measure(avatar, silence).least(loaded[name]?.costs)
        loaded[name]?.costs = costs
        for (kind, seconds) in [
            ("speaking", costs.sentAgain.speakingInSeconds), ("idle", costs.sentAgain.idleInSeconds),
            ("still", costs.sentAgain.stillInSeconds),
        ] {
            Gauge(label: "framegen_\(kind)_frame_seconds", dimensions: [("avatar", name)]).record(seconds)
        }
        return costs
    }

    /// What a session's frames cost; nil where that was not measured.
    private func cost(of session: Session) -> Admission.Cost? {
        loaded[session.settings.avatar]?.cost(at: session.frameRate)
    }

    /// Measurements take seconds, of an overloaded machine most.
    private func mayMeasureAgain(_ name: String) -> Bool {
        loaded[name]?.measuredAgainAt.map { ContinuousClock.now - $0 >= timeBetweenMeasurements } ?? true
    }

    /// What the sessions take, but for `excluded`.
    private func loads(without excluded: String? = nil) async -> [Admission.Load] {
        var loads: [Admission.Load] = []
        for session in sessions.values where session.id != excluded {
            guard let cost = cost(of: session) else { continue }
            loads.append(
                Admission.Load(
                    framesPerSecond: session.frameRate.framesPerSecond, cost: cost,
                    isSpeaking: await session.isSpeaking))
        }
        return loads
    }

    /// Checks that a session may speak now.
    ///
    /// - Throws: `Problem` with `.noRoom` when others speak and leave too little.
    package func checkRoom(for session: Session) async throws(Problem) {
        guard let cost = cost(of: session), await !session.isSpeaking else { return }
        let others = await loads(without: session.id)
        // Alone it was admitted, whatever has been measured since.
        guard others.contains(where: \.isSpeaking) else { return }
        try Admission.checkRoom(toSpeakAt: session.frameRate, beside: others, cost: cost)
    }

    /// Lets silent sessions stay still while others need the machine to speak.
    private func balance() async {
        let stillness = Admission.mustStayStill(await loads())
        for session in sessions.values { await session.stayStill(stillness) }
    }

    /// A client's sessions, oldest first.
    package func sessions(of client: ClientIdentity?) -> [Session] {
        sessions.values.filter { $0.owner == client }.sorted { $0.createdAt < $1.createdAt }
    }

    /// A client's session.
    ///
    /// - Throws: `Problem` with `.notFound`.
    package func session(_ id: String, of client: ClientIdentity?) throws(Problem) -> Session {
        guard let session = sessions[id], session.owner == client else {
            throw Problem(.notFound, "there is no session of that id, or it has ended")
        }
        return session
    }

    /// Ends a session.
    package func end(_ session: Session) async {
        await session.end(.deleted)
        await running[session.id]?.value
    }

    /// Ends all sessions; each sends its last fragment.
    package func close() async {
        isClosed = true
        // What is being made is not waited for to its end.
        for (id, task) in running where sessions[id] == nil { task.cancel() }
        for session in sessions.values { await session.end(.stopped) }
        for task in running.values { await task.value }
    }

    private func remove(_ id: String) async {
        sessions[id] = nil
        running[id] = nil
        forgetUnloaded()
        await balance()
        Gauge(label: "framegen_sessions").record(sessions.count)
    }
}

extension SilentGroups {
    /// For the sessions of an avatar.
    convenience init(of avatar: Avatar) throws(FramegenError) {
        self.init(
            stepRate: avatar.generator.frameRate, roundLength: try avatar.firstPassFrameCount(TakeSettings()))
    }
}

package import Hummingbird

extension StreamBroadcast {
    /// The video as it is made, until the stream is over or the client goes.
    package func videoResponse(to request: Request) async throws(Problem) -> Response {
        let watcher = try await watch()
        return Response(
            status: .ok, headers: [.contentType: "video/mp4", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                let output = LentWriter(writer: writer)
                try await request.body.consumeWithInboundCloseHandler { _ in
                    try await watcher.write(to: output)
                } onInboundClosed: {
                    Task { await watcher.leave() }
                }
                try await writer.finish(nil)
            })
    }
}

/// A writer that nothing else uses before the task that gets it has ended, which the compiler cannot see.
private struct LentWriter: @unchecked Sendable {
    let writer: any ResponseBodyWriter
}

extension StreamWatcher {
    private enum Ending {
        case whole
        case departed
    }

    /// Writes what it gets until the stream is over.
    ///
    /// - Throws: what the writer throws; `CancellationError` when it was let go, so that its connection is closed.
    fileprivate func write(to output: LentWriter) async throws {
        try await withThrowingTaskGroup(of: Ending.self) { group in
            // A client that was let go may be stuck in a write, so that is a task which can be cancelled.
            group.addTask { [self] in
                var writer = output.writer
                while let bytes = await next() { try await writer.write(bytes) }
                return hasAll ? .whole : .departed
            }
            group.addTask { [self] in
                await departure()
                return hasAll ? .whole : .departed
            }
            let ending = await group.nextResult()
            group.cancelAll()
            await leave()
            if case .success(.whole) = ending { return }
            throw CancellationError()
        }
    }
}

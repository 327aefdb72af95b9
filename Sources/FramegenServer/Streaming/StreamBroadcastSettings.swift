/// What bounds a broadcast.
package struct StreamBroadcastSettings: Sendable {
    /// How far a watcher may lag behind before it is moved to the newest key frame.
    package var lagInSeconds = 4.0
    /// The same in bytes; all watchers share them.
    package var lagInBytes = 16 << 20
    /// How often in a row a watcher is moved, without catching up, before it is let go.
    package var movesAtMost = 3
    /// Watchers at a time.
    package var watchersAtMost = 256
    /// Between two key frames that are asked for; who joins meanwhile begins at the newest one.
    package var keyFrameSpacing = Duration.milliseconds(500)
    /// Most seconds from one key frame to the next that the encoder is set to.
    package var keyFrameIntervalInSeconds = 2.0
    /// Length of the parts of which HLS segments are made, about.
    package var partDurationInSeconds = 0.2
    /// After this time without an HLS request nothing is kept for HLS.
    package var hlsIdleTime = Duration.seconds(30)
    /// Bytes that are kept for HLS at most.
    package var hlsBytesAtMost = 64 << 20
    /// Requests for parts or playlists to come that wait at a time.
    package var hlsWaitersAtMost = 1024

    package init() {}
}

import Metrics

/// What operators see of all streams together.
enum StreamMetrics {
    static let watchers = Meter(label: "framegen_stream_watchers")
    static let droppedFragments = Counter(label: "framegen_stream_fragments_dropped")
    static let watchersLetGo = Counter(label: "framegen_stream_watchers_let_go")
}

package import Framegen

/// What commands show of work under way, whatever it makes.
package enum ProgressEvent: Sendable {
    case started(total: Int?, engine: String)
    case warning(String)
    /// So many are there now.
    case finished(count: Int)
}

extension ProgressEvent {
    package init(_ event: GenerationEvent) {
        switch event {
        case .started(let frameCount, let engine): self = .started(total: frameCount, engine: engine)
        case .warning(let text): self = .warning(text)
        case .frameFinished(let index): self = .finished(count: index + 1)
        }
    }

    init(_ event: FeatureExtractionEvent) {
        switch event {
        case .started(let rowCount, let engine): self = .started(total: rowCount, engine: engine)
        case .warning(let text): self = .warning(text)
        case .rowsFinished(let count): self = .finished(count: count)
        }
    }
}

/// What is counted, as progress names it.
package enum ProgressUnit: String, Sendable {
    case frame
    case row

    var plural: String { "\(rawValue)s" }

    /// Such as `1 frame` or `2 frames`.
    func text(_ count: Int) -> String { "\(count) \(count == 1 ? rawValue : plural)" }
}

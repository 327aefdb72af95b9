package import Framegen
import FramegenTools

/// What commands show of work under way, whatever it makes.
package enum ProgressEvent: Sendable {
    /// `engine` is nil where none takes part.
    case started(total: Int?, engine: String?)
    case warning(String)
    /// So many are there now.
    case finished(count: Int)
}

extension ProgressEvent {
    /// Nil for the end, which the summary tells of.
    package init?(_ event: TakeEvent) {
        switch event {
        case .started(let frameCount, let engine): self = .started(total: frameCount, engine: engine)
        case .warning(let text): self = .warning(text)
        case .framesFinished(let count): self = .finished(count: count)
        case .ended: return nil
        }
    }

    init(_ event: FeatureExtractionEvent) {
        switch event {
        case .started(let rowCount, let engine): self = .started(total: rowCount, engine: engine)
        case .warning(let text): self = .warning(text)
        case .rowsFinished(let count): self = .finished(count: count)
        }
    }

    init(_ event: TemplateConversionEvent) {
        switch event {
        case .started(let imageCount): self = .started(total: imageCount, engine: nil)
        case .imagesFinished(let count): self = .finished(count: count)
        }
    }
}

/// What is counted, as progress names it.
package enum ProgressUnit: String, Sendable {
    case frame
    case row
    case image

    var plural: String { "\(rawValue)s" }

    /// Such as `1 frame` or `2 frames`.
    func text(_ count: Int) -> String { "\(count) \(count == 1 ? rawValue : plural)" }
}

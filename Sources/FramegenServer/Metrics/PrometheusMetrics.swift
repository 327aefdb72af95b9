package import CoreMetrics
import Synchronization

/// Keeps the figures of swift-metrics and writes them as Prometheus reads them.
///
/// The number of series is bounded: what comes after that is counted under no name of its own.
package final class PrometheusMetrics: MetricsFactory {
    private let seriesLimit: Int
    private let series = Mutex<[SeriesKey: any Series]>([:])

    package init(seriesLimit: Int = 2000) { self.seriesLimit = seriesLimit }

    struct SeriesKey: Hashable {
        let label: String
        let dimensions: [Dimension]

        struct Dimension: Hashable {
            let name: String
            let value: String
        }

        init(_ label: String, _ dimensions: [(String, String)]) {
            self.label = label
            self.dimensions = dimensions.map { Dimension(name: $0, value: $1) }.sorted { $0.name < $1.name }
        }

        /// By which series of one label are sorted.
        var order: String { dimensions.map { "\($0.name)=\($0.value)" }.joined(separator: ",") }
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        made(label, dimensions) { CounterSeries() }
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        if aggregate { return made(label, dimensions) { HistogramSeries() } }
        return made(label, dimensions) { GaugeSeries() }
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        made(label, dimensions) { GaugeSeries() }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        made(label, dimensions) { HistogramSeries() }
    }

    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    /// All figures in the text format of Prometheus, version 0.0.4.
    package var text: String {
        let all = series.withLock { $0 }
        var lines: [String] = []
        for (label, members) in Dictionary(grouping: all, by: \.key.label).sorted(by: { $0.key < $1.key }) {
            let name = Self.name(label)
            lines.append("# TYPE \(name) \(members[0].value.type)")
            // Samples stay in their order: buckets must come by their bounds.
            for (key, series) in members.sorted(by: { $0.key.order < $1.key.order }) {
                lines += series.samples.map { sample in
                    let dimensions = key.dimensions.map { ($0.name, $0.value) } + sample.dimensions
                    return "\(name)\(sample.suffix)\(Self.text(dimensions)) \(Self.text(sample.value))"
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func made<Made: Series>(
        _ label: String, _ dimensions: [(String, String)], _ make: () -> Made
    ) -> Made {
        series.withLock { series in
            let key = SeriesKey(label, dimensions)
            if let known = series[key] as? Made { return known }
            let new = make()
            // One label is of one type, whoever else uses it.
            let isOfItsType = series.first { $0.key.label == label }.map { $0.value.type == new.type } ?? true
            if series.count < seriesLimit, series[key] == nil, isOfItsType { series[key] = new }
            return new
        }
    }

    private static func name(_ label: String) -> String {
        String(label.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") ? $0 : "_" })
    }

    private static func text(_ dimensions: [(String, String)]) -> String {
        guard !dimensions.isEmpty else { return "" }
        let pairs = dimensions.map { key, value in
            let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            return "\(name(key))=\"\(escaped)\""
        }
        return "{\(pairs.joined(separator: ","))}"
    }

    private static func text(_ value: Double) -> String {
        if value == .infinity { return "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}

/// The figures under one label and some dimensions.
private protocol Series: AnyObject, Sendable {
    /// As Prometheus calls it.
    var type: String { get }
    var samples: [Sample] { get }
}

private struct Sample {
    var suffix = ""
    var dimensions: [(String, String)] = []
    let value: Double
}

private final class CounterSeries: Series, CounterHandler {
    let type = "counter"
    private let value = Mutex<Int64>(0)

    var samples: [Sample] { [Sample(value: Double(value.withLock { $0 }))] }

    func increment(by amount: Int64) { value.withLock { $0 &+= amount } }
    func reset() { value.withLock { $0 = 0 } }
}

private final class GaugeSeries: Series, RecorderHandler, MeterHandler {
    let type = "gauge"
    private let value = Mutex(0.0)

    var samples: [Sample] { [Sample(value: value.withLock { $0 })] }

    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
}

private final class HistogramSeries: Series, RecorderHandler, TimerHandler {
    let type = "histogram"
    private static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 1, 2.5, 5, 10, 60]
    private let state = Mutex(State())

    private struct State {
        var counts = [Int](repeating: 0, count: bounds.count)
        var count = 0
        var sum = 0.0
    }

    var samples: [Sample] {
        let state = state.withLock { $0 }
        let buckets = zip(Self.bounds, state.counts).map { bound, count in
            Sample(suffix: "_bucket", dimensions: [("le", String(bound))], value: Double(count))
        }
        return buckets + [
            Sample(suffix: "_bucket", dimensions: [("le", "+Inf")], value: Double(state.count)),
            Sample(suffix: "_sum", value: state.sum), Sample(suffix: "_count", value: Double(state.count)),
        ]
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        state.withLock { state in
            for (index, bound) in Self.bounds.enumerated() where value <= bound { state.counts[index] += 1 }
            state.count += 1
            state.sum += value
        }
    }

    /// Durations are kept in seconds.
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}

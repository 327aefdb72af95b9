import CoreMetrics
import FramegenServer
import Testing

@Suite("Figures for Prometheus")
struct PrometheusMetricsTests {
    private let metrics = PrometheusMetrics(seriesLimit: 10)

    @Test("counters, gauges and histograms have their types, each once")
    func types() {
        metrics.makeCounter(label: "requests", dimensions: [("status", "200")]).increment(by: 2)
        metrics.makeCounter(label: "requests", dimensions: [("status", "404")]).increment(by: 1)
        metrics.makeCounter(label: "requests", dimensions: [("status", "200")]).increment(by: 1)
        metrics.makeRecorder(label: "sessions", dimensions: [], aggregate: false).record(1.5)
        metrics.makeMeter(label: "level", dimensions: []).set(Int64(-3))
        #expect(
            metrics.text == """
                # TYPE level gauge
                level -3
                # TYPE requests counter
                requests{status="200"} 3
                requests{status="404"} 1
                # TYPE sessions gauge
                sessions 1.5

                """)
    }

    @Test("a histogram's buckets come by their bounds and count all that is not above them; durations are in seconds")
    func histogram() throws {
        let timer = metrics.makeTimer(label: "time", dimensions: [("route", "/")])
        for milliseconds: Int64 in [3, 30, 30, 3000, 100_000] { timer.recordNanoseconds(milliseconds * 1_000_000) }
        let lines = metrics.text.split(separator: "\n").map(String.init)
        #expect(lines.first == "# TYPE time histogram")
        let buckets = lines.filter { $0.hasPrefix("time_bucket{") }
        let bounds = buckets.compactMap { line in
            line.firstMatch(of: /route="\/",le="([^"]+)"\} (\d+)/).flatMap { match in
                Double(match.1 == "+Inf" ? "inf" : match.1).map { (bound: $0, count: Int(match.2) ?? -1) }
            }
        }
        #expect(bounds.count == buckets.count)
        #expect(bounds.map(\.bound) == bounds.map(\.bound).sorted())
        #expect(bounds.map(\.count) == bounds.map(\.count).sorted())
        #expect(bounds.last?.bound == .infinity)
        #expect(bounds.last?.count == 5)
        #expect(bounds.first { $0.bound == 0.025 }?.count == 1)
        #expect(bounds.first { $0.bound == 5 }?.count == 4)
        #expect(lines.suffix(2) == ["time_sum{route=\"/\"} 103.063", "time_count{route=\"/\"} 5"])
    }

    @Test("what Prometheus could not read in names and values is written so that it can")
    func escaping() {
        metrics.makeCounter(label: "a.b-é", dimensions: [("the route", "a\\b\"c\nd")]).increment(by: 1)
        #expect(metrics.text == "# TYPE a_b__ counter\na_b__{the_route=\"a\\\\b\\\"c\\nd\"} 1\n")
    }

    @Test("dimensions in another order are the same series")
    func order() {
        metrics.makeCounter(label: "c", dimensions: [("a", "1"), ("b", "2")]).increment(by: 1)
        metrics.makeCounter(label: "c", dimensions: [("b", "2"), ("a", "1")]).increment(by: 1)
        #expect(metrics.text == "# TYPE c counter\nc{a=\"1\",b=\"2\"} 2\n")
    }

    @Test("there are no more series than there may be, and those that there are go on")
    func bound() {
        for number in 1...100 {
            metrics.makeCounter(label: "c", dimensions: [("number", "\(number)")]).increment(by: 1)
        }
        metrics.makeCounter(label: "c", dimensions: [("number", "10")]).increment(by: 1)
        metrics.makeCounter(label: "c", dimensions: [("number", "11")]).increment(by: 1)
        let lines = metrics.text.split(separator: "\n")
        #expect(lines.count == 11)
        #expect(lines.contains("c{number=\"10\"} 2"))
    }

    @Test("a label is of one type, whoever else uses it")
    func oneType() {
        metrics.makeCounter(label: "c", dimensions: []).increment(by: 4)
        metrics.makeRecorder(label: "c", dimensions: [("a", "1")], aggregate: true).record(1.0)
        metrics.makeMeter(label: "c", dimensions: []).set(7.0)
        #expect(metrics.text == "# TYPE c counter\nc 4\n")
    }
}

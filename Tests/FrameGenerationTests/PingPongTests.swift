import FrameGeneration
import Testing

@Suite("Ping-pong order")
struct PingPongTests {
    /// The original's loop, as Documentation/model-family/frames.md tells it: L = count − 1; before each frame, turn at
    /// the ends, then step.
    private func original(count: Int, frames: Int) -> [Int] {
        let last = count - 1
        var (index, step) = (0, 0)
        return (0..<frames).map { _ in
            if index > last - 1 { step = -1 }
            if index < 1 { step = 1 }
            index += step
            return index
        }
    }

    @Test("is the original's over a whole template", arguments: 2...12)
    func wholeTemplate(count: Int) {
        #expect(Array(PingPong(count: count).prefix(5 * count)) == original(count: count, frames: 5 * count))
    }

    @Test("over five images runs 1 2 3 4 3 2 1 0 1 2 3")
    func fiveImages() {
        #expect(Array(PingPong(count: 5).prefix(11)) == [1, 2, 3, 4, 3, 2, 1, 0, 1, 2, 3])
    }

    @Test("with a start frame walks the frames from there on as the original walks all", arguments: 1...8)
    func startFrame(start: Int) {
        let expected = original(count: 10 - start, frames: 40).map { $0 + start }
        #expect(Array(PingPong(count: 10, start: start).prefix(40)) == expected)
    }

    @Test("stays on the only image", arguments: [(1, 0), (7, 6)])
    func oneImage(count: Int, start: Int) {
        #expect(Array(PingPong(count: count, start: start).prefix(3)) == [start, start, start])
    }

    @Test("knows how far every frame is from wherever it is", arguments: [(1, 0), (2, 0), (5, 0), (6, 2)])
    func steps(count: Int, start: Int) {
        var walk = PingPong(count: count, start: start)
        for _ in 0..<4 * count {
            for frame in start..<count {
                let distance = walk.steps(until: frame)
                let ahead = Array(walk.prefix(2 * count + 1))
                #expect(ahead.firstIndex(of: frame).map { $0 + 1 } == distance, "\(frame) of \(count)")
            }
            _ = walk.next()
        }
    }

    @Test("knows when it has come to every frame", arguments: [(1, 0), (2, 0), (5, 0), (6, 2), (7, 6)])
    func firstPass(count: Int, start: Int) {
        let walk = PingPong(count: count, start: start)
        let steps = walk.stepsOfFirstPass
        #expect(Set(walk.prefix(steps)) == Set(start..<count))
        #expect(Set(walk.prefix(steps - 1)).count == count - start - 1)
    }

    @Test("goes on at once as far as step by step", arguments: [(1, 0), (2, 0), (5, 0), (6, 2), (7, 6)])
    func advance(count: Int, start: Int) {
        for before in 0..<3 * count {
            for steps in 0..<5 * count {
                var (atOnce, stepByStep) = (PingPong(count: count, start: start), PingPong(count: count, start: start))
                atOnce.advance(by: before)
                atOnce.advance(by: steps)
                for _ in 0..<before + steps { _ = stepByStep.next() }
                #expect(Array(atOnce.prefix(2 * count)) == Array(stepByStep.prefix(2 * count)))
            }
        }
    }
}

import FrameGeneration
import TestSupport
import Testing

@Suite("How a network is run")
struct NetworkPlanTests {
    private let model: NetworkModel

    init() throws { model = try .zeros(for: .ultralight160Hubert) }

    private func plan(
        budget: Int, frames: Int?, walk: Int = 100, shortens: Bool = false,
        engine: any InferenceEngine = StandInEngine()
    ) throws -> NetworkPlan {
        var use = NetworkPlan.Use(
            budgetInBytes: budget, pictureBytes: 30_000, walkCount: walk, frameCount: frames)
        use.shortensWalk = shortens
        return try NetworkPlan(for: model, on: engine, use: use, precision: NetworkPrecision(.fp32))
    }

    private func cost(_ plan: NetworkPlan) -> Int { plan.frame.network.multiplyAdds }

    @Test("as a whole without a budget, or by an engine that knows whole generators only")
    func whole() throws {
        for plan in [
            try plan(budget: 0, frames: nil), try plan(budget: 1 << 40, frames: nil, engine: PassThroughEngine()),
        ] {
            #expect(plan.template == nil && plan.keptBytesPerFrame == 0 && plan.keptCount == 0 && plan.readsFace)
            #expect(plan.frame.network.nodes.count == model.network.nodes.count)
            #expect(plan.frame.network.inputs == model.network.inputs)
        }
    }

    @Test("keeps the more the more room there is, down to the least work a frame when all fits")
    func room() throws {
        let plans = try [1 << 20, 1 << 26, 1 << 28, 1 << 29, 1 << 30, 1 << 40].map { try plan(budget: $0, frames: nil) }
        for (less, more) in zip(plans, plans.dropFirst()) {
            #expect(less.keptBytesPerFrame <= more.keptBytesPerFrame && cost(less) >= cost(more))
        }
        let everything = try #require(plans.last)
        #expect(everything.keptBytesPerFrame > plans[0].keptBytesPerFrame && cost(everything) < cost(plans[0]))
        #expect(cost(everything) < model.network.multiplyAdds / 2)
        let template = try #require(everything.template)
        #expect(template.network.outputs.count == everything.keptCount)
        let elements = template.network.outputShapes.map { $0.reduce(1, *) }.reduce(0, +)
        #expect(everything.keptBytesPerFrame == 2 * elements)
        #expect(everything.frame.network.inputs.count == everything.keptCount + (everything.readsFace ? 2 : 1))
        #expect(everything.frame.network.inputs.last?.name == "audio")
    }

    @Test("of a walk as long as the budget holds, every frame is kept", arguments: [28, 29, 30, 31, 32])
    func shortenedWalk(bits: Int) throws {
        let (budget, whole) = (1 << bits, 5000)
        let plan = try plan(budget: budget, frames: nil, walk: whole, shortens: true)
        let bytesPerFrame = 30_000 + plan.keptBytesPerFrame
        #expect(plan.walkCount >= TemplateWalk.leastCachedCount && plan.walkCount < whole)
        #expect(plan.walkCount * bytesPerFrame <= budget && (plan.walkCount + 1) * bytesPerFrame > budget)
        // With nothing to be computed again, it is the way that leaves least to do of those that hold so many.
        #expect(try cost(plan) == cost(self.plan(budget: budget, frames: nil, walk: plan.walkCount)))
    }

    @Test("a walk stays whole when it fits, when less than four seconds of it fit, and when nothing is kept")
    func unshortenedWalk() throws {
        for (budget, walk) in [(1 << 40, 5000), (1 << 20, 5000), (0, 5000), (1 << 40, 3)] {
            let (free, held) = (
                try plan(budget: budget, frames: nil, walk: walk, shortens: true),
                try plan(budget: budget, frames: nil, walk: walk)
            )
            #expect(free.walkCount == walk && held.walkCount == walk)
            #expect(cost(free) == cost(held))
        }
    }

    @Test("keeps everything when a long speech comes back to frames that fit, as for one without end")
    func longSpeech() throws {
        let (long, endless) = (try plan(budget: 1 << 40, frames: 100_000), try plan(budget: 1 << 40, frames: nil))
        #expect(long.keptBytesPerFrame == endless.keptBytesPerFrame && cost(long) == cost(endless))
    }

    @Test("runs it whole, with no more work than in parts, side by side, when no frame comes back")
    func nothingComesBack() throws {
        let once = try plan(budget: 1 << 40, frames: 50)
        #expect(once.template == nil && once.keptBytesPerFrame == 0 && once.readsFace && once.runsSideBySide)
        #expect(once.frame.network.inputs == model.network.inputs)
        for budget in [1 << 20, 1 << 28, 1 << 40] {
            let parts = try plan(budget: budget, frames: nil)
            #expect(cost(once) <= cost(parts) + (parts.template?.network.multiplyAdds ?? 0))
        }
    }

    @Test(
        "counts template frames as often as they are missing",
        arguments: [
            // Half of them fit: each is prepared once, then every other time.
            (50, nil, 0.5), (50, 100, 1), (50, 200, 0.75), (100, nil, 0), (1000, 200, 0.5), (0, nil, 1), (0, 200, 1),
            (100, 40, 1),
        ] as [(Int, Int?, Double)])
    func missShare(fitting: Int, frames: Int?, expected: Double) {
        let use = NetworkPlan.Use(
            budgetInBytes: fitting * 1000, pictureBytes: 400, walkCount: 100, frameCount: frames)
        #expect(abs(use.missShare(keptBytes: 600) - expected) < 1e-9)
    }
}

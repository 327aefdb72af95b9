/// How a generator's network is run: as a whole, or in two parts, of which the one that depends on the template frame alone
/// is run once for each frame that is kept.
package struct NetworkPlan: Sendable {
    /// Computes what is kept for a template frame; nil when the network is run as a whole.
    package let template: NetworkModel?
    /// Run for each frame; reads what is kept, then, where it needs it, the face, then the window of features.
    package let frame: NetworkModel
    /// Whether `frame` reads the face too.
    package let readsFace: Bool
    /// Values that `template` gives, which are kept in bfloat16: the first inputs of `frame`.
    package let keptCount: Int
    /// Whether several sessions run it side by side, which takes memory for each.
    package let runsSideBySide: Bool
    /// What those values take for one template frame.
    package let keptBytesPerFrame: Int
    /// Template frames that the walk comes to.
    package let walkCount: Int

    /// What a plan is made for.
    package struct Use: Sendable {
        /// Memory for all that is kept of the template.
        package var budgetInBytes: Int
        /// What is kept of a template frame besides the network's values.
        package var pictureBytes: Int
        /// Template frames that the walk comes to.
        package var walkCount: Int
        /// Whether the walk may come to so few of them that the budget holds all.
        package var shortensWalk = false
        /// Frames that will be made; nil for so many that the first pass does not count.
        package var frameCount: Int?

        package init(budgetInBytes: Int, pictureBytes: Int, walkCount: Int, frameCount: Int?) {
            self.budgetInBytes = budgetInBytes
            self.pictureBytes = pictureBytes
            self.walkCount = walkCount
            self.frameCount = frameCount
        }

        /// The walk as long as the budget holds it with `bytes` of values for each frame; nil where that is too short.
        func walkCount(keptBytes bytes: Int) -> Int? {
            let capacity = budgetInBytes / max(pictureBytes + bytes, 1)
            return capacity < min(walkCount, TemplateWalk.leastCachedCount) ? nil : min(capacity, walkCount)
        }

        /// Whether the walk comes back to a frame at all: a ping-pong turns round at the last one.
        var comesBack: Bool { frameCount.map { $0 >= walkCount } ?? true }

        /// The share of frames for which the template's part is run, when `bytes` of values are kept for each.
        package func missShare(keptBytes bytes: Int) -> Double {
            let capacity = budgetInBytes / max(pictureBytes + bytes, 1)
            let missShareLater = 1 - Double(min(capacity, walkCount)) / Double(walkCount)
            guard let frameCount, frameCount > 0 else { return missShareLater }
            let firstUses = Double(min(frameCount, walkCount))
            return (firstUses + (Double(frameCount) - firstUses) * missShareLater) / Double(frameCount)
        }
    }

    /// The plan for a use; with a budget of 0, or an engine that runs no networks in parts, the network is run as a whole.
    ///
    /// Of the ways to cut the network it takes the one with the fewest multiply-adds a frame, counting those for template
    /// frames as often as they will not be there.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` when the network has no input `audio`.
    package init(
        for model: NetworkModel, on engine: any InferenceEngine, use: Use, precision: NetworkPrecision
    ) throws(FramegenError) {
        guard use.budgetInBytes > 0, engine.runsNetworksInParts else {
            self = NetworkPlan(whole: model, walkCount: use.walkCount)
            return
        }
        let simplified = model.simplified()
        guard use.shortensWalk || use.comesBack || precision.template != precision.perFrame else {
            // Nothing is used twice, so nothing is worth being cut off and kept.
            template = nil
            frame = Self.splitting(simplified, for: engine, in: precision.perFrame)
            readsFace = true
            keptCount = 0
            runsSideBySide = true
            keptBytesPerFrame = 0
            walkCount = use.walkCount
            return
        }
        // What an engine fuses starts with the skip itself.
        let policies = ConditioningPolicy.byMemory.filter { policy in
            policy.largestKeptExpansionSide < 160 || !engine.fusesLayers(of: simplified, in: precision.perFrame)
        }
        let ways = try policies.map { policy throws(FramegenError) in
            let parts = try simplified.split(at: "audio", keeping: policy)
            return (parts, keptBytes: parts.keptElements * MemoryLayout<UInt16>.stride)
        }
        var use = use
        if use.shortensWalk {
            // What takes more memory leaves less to be done for each frame.
            use.walkCount =
                ways.reversed().lazy.compactMap { use.walkCount(keptBytes: $0.keptBytes) }.first
                ?? use.walkCount
        }
        var best: (parts: ConditionedModel, cost: Double)?
        for (parts, keptBytes) in ways {
            let missShare = use.missShare(keptBytes: keptBytes)
            let cost =
                Double(parts.speech.network.multiplyAdds) + missShare * Double(parts.template.network.multiplyAdds)
            if cost < best?.cost ?? .infinity { best = (parts, cost) }
        }
        guard let parts = best?.parts else {
            self = NetworkPlan(whole: model, walkCount: use.walkCount)
            return
        }
        walkCount = use.walkCount
        template = parts.template
        frame = Self.splitting(parts.speech, for: engine, in: precision.perFrame)
        runsSideBySide = true
        readsFace = parts.speech.network.inputs.count == parts.keptValues.count + 2
        keptCount = parts.keptValues.count
        keptBytesPerFrame = parts.keptElements * MemoryLayout<UInt16>.stride
    }

    /// The network with its wide values in parts, where the engine would write them to memory.
    private static func splitting(
        _ model: NetworkModel, for engine: any InferenceEngine, in precision: Precision
    ) -> NetworkModel {
        engine.fusesLayers(of: model, in: precision) ? model : model.splittingForCache(in: precision)
    }

    /// The network as a whole.
    private init(whole model: NetworkModel, walkCount: Int) {
        self.walkCount = walkCount
        template = nil
        frame = model
        readsFace = true
        keptCount = 0
        runsSideBySide = false
        keptBytesPerFrame = 0
    }
}

extension ConditioningPolicy {
    /// From the least memory a template frame to the most.
    ///
    /// Values of 320 rows are computed anew: they alone would take more memory than all the others.
    static let byMemory = [0, 10, 20, 40, 80, 160].map {
        ConditioningPolicy(largestKeptSide: 160, largestKeptExpansionSide: $0)
    }
}

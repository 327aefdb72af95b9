import FrameGeneration
import Synchronization
import TestSupport
import Testing

@Suite("What is kept of a template")
struct TemplateCacheTests {
    /// Frames of the smallest generator with hash weights, and how often template frames were there already.
    private func render(
        templateCache: Int, precision: Precision = .fp32, threads: Int = 1, frames: Int = 5,
        engine: any InferenceEngine = Runtime.onnxruntime.engine
    ) async throws -> (images: [PixelImage], counts: TemplateFrameCounts) {
        let golden = try NetworkGolden.all.first { $0.generator == .ultralight160Hubert }?.open()
        let model = try #require(golden?.model)
        let template = try TemplateFolder(images: [0, 1, 2], landmarks: [0, 1, 2])
        let rows = Tensor(
            shape: [frames, 2, 1024], values: (0..<frames * 2048).map { Float($0 % 97) / 48 })
        let avatar = try await Avatar.test(
            try template.open(), model: model, engine: engine, threads: threads,
            templateCacheInBytes: templateCache
        ) { $0.precision = NetworkPrecision(precision) }
        let take = avatar.speak(.rows(FeatureRows(rows)))
        let frames = try await take.allFrames()
        return (frames.map { $0.makeImage() }, take.times.templateFrames)
    }

    @Test(
        "changes a frame by no more than values kept in bfloat16 do, whatever the budget and the sessions side by side")
    func sameFrames() async throws {
        let whole = try await render(templateCache: 0)
        #expect(whole.counts.keptBytes == 0 && whole.counts.kept + whole.counts.prepared == 5)
        // The walk over three images is 1 2 1 0 1. Everything fits, or one frame does, or none.
        for (budget, kept) in [(1 << 30, 2), (12_000_000, nil), (1000, nil)] as [(Int, Int?)] {
            let result = try await render(templateCache: budget, threads: 2)
            #expect(result.images.count == whole.images.count)
            for (image, expected) in zip(result.images, whole.images) {
                let quality = QualityMetrics(comparing: image, with: expected)
                #expect(quality.peakSignalToNoiseRatio > 60 && quality.largestDifference <= 2, "\(budget)")
            }
            if let kept { #expect(result.counts.kept == kept, "\(budget)") }
            #expect(result.counts.kept + result.counts.prepared == 5)
            #expect(result.counts.keptBytes <= budget)
            #expect((result.counts.keptBytes == 0) == (budget == 1000), "\(budget)")
        }
    }

    @Test("an engine that does not compute in a precision says so")
    func precision() async throws {
        let error = await #expect(throws: FramegenError.self) {
            try await render(templateCache: 0, precision: .bf16, engine: ReferenceEngine())
        }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("bf16") == true && error?.message.contains("fp32") == true)
    }

    @Test("bfloat16 is the nearest, half to even, and keeps infinities and what is no number")
    func rounding() {
        // 1 + 2⁻⁸ lies between 1 and 1 + 2⁻⁷, and so does 1 + 3·2⁻⁸ between that and the next.
        let values: [Float] = [1, 1 + 1 / 256, 1 + 3 / 256, -1.003, 0, .infinity, 1e-30]
        let rounded = BFloat16Tensor(rounding: Tensor(shape: [7], values: values)).widened.values
        #expect(rounded[0] == 1 && rounded[1] == 1 && rounded[2] == 1 + 4.0 / 256)
        #expect(rounded[3] == -1 && rounded[4] == 0 && rounded[5] == .infinity)
        #expect(abs(rounded[6] - 1e-30) <= 1e-30 / 256)
        let nan = BFloat16Tensor(rounding: Tensor(shape: [1], values: [Float(bitPattern: 0x7f80_0001)]))
        #expect(nan.widened.values[0].isNaN)
    }

    private static func frame(_ index: Int, of template: Template) -> PreparedFrame {
        let image = PixelImage(width: 1, height: 1, pixels: [0, 0, 0])
        return PreparedFrame(
            templateIndex: index, source: template.frames[0], image: image, labels: nil, faceCrop: image)
    }

    /// Times that a frame must be prepared at least, whatever is kept: found by trying everything.
    private static func fewestMisses(walk: [Int], frameCount: Int, room: Int) -> Int {
        var best: [Int: Int] = [0: 0]
        for index in walk {
            var next: [Int: Int] = [:]
            func reach(_ kept: Int, _ misses: Int) { next[kept] = min(next[kept] ?? .max, misses) }
            for (kept, misses) in best {
                if kept & 1 << index != 0 {
                    reach(kept, misses)
                    continue
                }
                reach(kept, misses + 1)
                let more = kept | 1 << index
                if more.nonzeroBitCount <= room { reach(more, misses + 1) }
                for other in 0..<frameCount where kept & 1 << other != 0 { reach(more & ~(1 << other), misses + 1) }
            }
            best = next.filter { $0.key.nonzeroBitCount <= room }
        }
        return best.values.min() ?? 0
    }

    @Test("with room for some of the frames prepares no more often than must be", arguments: 1...6)
    func keepsWhatIsNeededFirst(frameCount: Int) throws {
        let template = try TemplateFolder(images: [0], landmarks: [0]).open()
        let bytesPerFrame = 10
        for room in 0...frameCount {
            // Room that is not quite enough for another one.
            let budget = room * bytesPerFrame + bytesPerFrame - 1
            var cache = TemplateCache(budgetInBytes: budget, bytesPerFrame: bytesPerFrame)
            var walk = PingPong(count: frameCount)
            var misses = 0
            let indices = Array(walk.prefix(5 * frameCount))
            for index in indices {
                _ = walk.next()
                if cache.frame(index) == nil { misses += 1 }
                cache.keep(Self.frame(index, of: template), for: [walk])
                #expect(cache.byteCount <= budget)
            }
            #expect(
                misses == Self.fewestMisses(walk: indices, frameCount: frameCount, room: room),
                "\(room) of \(frameCount)")
        }
    }

    @Test("what another walk needs soon stays, though one's own needs it late")
    func twoWalks() throws {
        let template = try TemplateFolder(images: [0], landmarks: [0]).open()
        // Both go up: one is at 1, the other at 5 of 0...9.
        var (first, second) = (PingPong(count: 10), PingPong(count: 10))
        first.advance(by: 1)
        second.advance(by: 5)
        var cache = TemplateCache(budgetInBytes: 2, bytesPerFrame: 1)
        cache.keep(Self.frame(2, of: template), for: [first, second])
        cache.keep(Self.frame(6, of: template), for: [first, second])
        // 9 is four steps away for the second; 2 and 6 are one step away for one of the two.
        cache.keep(Self.frame(9, of: template), for: [first, second])
        #expect(cache.frame(2) != nil && cache.frame(6) != nil && cache.frame(9) == nil)
        // Without the second, 9 is still later than both; without the first, 2 is the last.
        cache.keep(Self.frame(9, of: template), for: [first])
        #expect(cache.frame(9) == nil)
        cache.keep(Self.frame(9, of: template), for: [second])
        #expect(cache.frame(2) == nil && cache.frame(6) != nil && cache.frame(9) != nil)
    }

    @Test("never takes more than its budget, whatever that is, with two takes at once", .timeLimit(.minutes(1)))
    func budget() async throws {
        let template = try TemplateFolder(images: Array(0..<6), landmarks: Array(0..<6))
        let everything = try await keptBytes(template, budget: 1 << 30)
        #expect(everything.isMultiple(of: 6) && everything > 0)
        for share in [0, 1, 3, 5] {
            // The plan may keep less of a frame where not all fit, so that more frames do.
            let budget = everything * share / 6 + 1
            #expect(try await keptBytes(template, budget: budget) <= budget, "\(share)")
        }
    }

    @Test(
        "nothing is kept when the speech shows each image once, and all when it comes back to one",
        arguments: [(5, true), (6, false), (7, false), (nil, false)] as [(Int?, Bool)])
    func usedOnce(expectedFrameCount: Int?, keepsNothing: Bool) async throws {
        let template = try TemplateFolder(images: Array(0..<6), landmarks: Array(0..<6))
        let avatar = try await Avatar.test(try template.open()) { $0.expectedFrameCount = expectedFrameCount }
        let take = avatar.speak(.rows(NumberedRows(expectedFrameCount ?? 12)))
        let frames = try await take.allFrames()
        #expect(frames.map(\.faceByte) == (0..<frames.count).map(NumberedRows.byte))
        #expect((take.times.templateFrames.keptBytes == 0) == keepsNothing)
    }

    /// The most that was kept at any time.
    private func keptBytes(_ template: TemplateFolder, budget: Int) async throws -> Int {
        let avatar = try await Avatar.test(try template.open(), threads: 2, templateCacheInBytes: budget)
        func most(of take: Take) async throws -> Int {
            var most = 0
            for try await _ in take.frames { most = max(most, take.times.templateFrames.keptBytes) }
            return max(most, take.times.templateFrames.keptBytes)
        }
        async let first = most(of: avatar.speak(.rows(NumberedRows(40))))
        var settings = TakeSettings()
        settings.startFrame = 3
        async let second = most(of: avatar.speak(.rows(NumberedRows(40)), settings: settings))
        return max(try await first, try await second)
    }
}

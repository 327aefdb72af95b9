import Foundation
import FrameGeneration
import TestSupport
import Testing

@Suite("Frame rates")
struct FrameRateTests {
    @Test(
        "are read as whole numbers, decimals and fractions",
        arguments: [
            ("25", 25, 1), ("29.97", 2997, 100), ("30000/1001", 30000, 1001), ("23.976", 2997, 125), ("50/2", 25, 1),
            ("1", 1, 1), ("240", 240, 1), ("12.5", 25, 2), ("25.00000", 25, 1), ("23.976024", 2_997_003, 125_000),
        ])
    func valid(text: String, numerator: Int, denominator: Int) {
        #expect(FrameRate(text) == FrameRate(numerator, per: denominator))
        #expect(FrameRate(text) != nil)
    }

    @Test(
        "outside 1…240, or of other characters, are none",
        arguments: [
            "", "0", "-25", "241", "0.5", "25fps", "25/0", "/", "1e2", " 25", "25.", ".", "99999999999999999999",
            "1.0000001", "25/1/1", "nan", "２５",
        ])
    func invalid(text: String) {
        #expect(FrameRate(text) == nil)
    }

    @Test(
        "keep picture and sound together: frame i shows row ⌊i·25/rate⌋",
        arguments: ["25", "12.5", "30", "29.97", "50", "10", "60"])
    func schedule(text: String) async throws {
        let rate = try #require(FrameRate(text))
        let rows = 40
        let template = try TemplateFolder(images: Array(0...6), landmarks: Array(0...6))
        let avatar = try await Avatar.test(
            template.open(), generator: .syncTalk328AVE, engine: PassThroughEngine(), templateCacheInBytes: 0)
        var settings = TakeSettings()
        settings.frameRate = rate
        let take = avatar.speak(.rows(FeatureRows(Tensor(zeros: [rows, 512]))), settings: settings)
        let order = Array(PingPong(count: 7).prefix(rows))
        var count = 0
        for try await frame in take.frames {
            let row = frame.index * 25 * rate.denominator / rate.numerator
            #expect(frame.index == count)
            try #require(row < rows)
            #expect(frame.templateIndex == order[row])
            count += 1
        }
        #expect(try await take.format.frameCount == count)
        // As long as the features, to within a frame.
        let duration = Double(count * rate.denominator) / Double(rate.numerator)
        #expect(
            duration >= Double(rows) / 25
                && duration - Double(rows) / 25 < 1.0 / (Double(rate.numerator) / Double(rate.denominator)))
    }
}

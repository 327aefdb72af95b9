import FrameGeneration
import TestSupport
import Testing

@Suite("Takes with every generator of the family")
struct FamilyTests {
    /// Each image 64×48 with a pattern of its own.
    private struct PatternDecoder: ImageDecoding {
        func size(ofImageAt path: String) -> ImageSize { ImageSize(width: 64, height: 48) }

        func decodeImage(at path: String) -> PixelImage {
            let seed = path.utf8.reduce(0) { ($0 * 31 + Int($1)) % 251 }
            return PixelImage(
                width: 64, height: 48,
                pixels: (0..<64 * 48 * PixelImage.channels).map { UInt8(truncatingIfNeeded: $0 * $0 / 7 + $0 * seed) })
        }
    }

    private static let rowCount = 11

    private static func features(of generator: Generator) -> FeatureRows {
        let size = generator.features.rowShape.reduce(1, *)
        return FeatureRows(
            Tensor(
                shape: [rowCount] + generator.features.rowShape,
                values: (0..<rowCount).flatMap { [Float](repeating: Float($0 + 1), count: size) }))
    }

    @Test("cuts and pastes a face as its recipe says", arguments: Generator.all)
    func recipe(generator: Generator) async throws {
        let template = try TemplateFolder(images: [0, 1], landmarks: [0, 1])
        for resampling in generator.face.cropResamplings {
            let generator = try generator.resizingCrops(by: resampling)
            let avatar = try await Avatar.test(
                try template.open(), generator: generator, engine: PassThroughEngine(), templateCacheInBytes: 0,
                platform: .test(imageDecoder: PatternDecoder()))
            var settings = TakeSettings()
            settings.frameLimit = 1
            let frames = try await avatar.speak(.rows(Self.features(of: generator)), settings: settings).allFrames()
            try #require(frames.count == 1)
            let frame = frames[0]
            // The pass-through engine gives the face back, so that what is left is the resizing there and back.
            var expected = PatternDecoder().decodeImage(at: try template.open().frames[1].imagePath)
            let rect = PixelRect(x: 8, y: 4, width: 32, height: 32)
            let side = generator.face.cropSide
            let crop = expected.cropped(to: rect).resized(to: ImageSize(width: side, height: side), by: resampling)
            expected.paste(crop.resized(to: rect.size, by: generator.face.pasteResampling), x: rect.x, y: rect.y)
            #expect(frame.makeImage() == expected)
        }
    }

    @Test("hears the rows around each frame, zeros outside, half a window before it", arguments: Generator.all)
    func windows(generator: Generator) async throws {
        let template = try TemplateFolder(images: [0, 1], landmarks: [0, 1])
        let engine = ObservedEngine { run, inputs throws(FramegenError) in
            let half = generator.audioRowsPerWindow / 2
            let size = generator.features.rowShape.reduce(1, *)
            let expected = (run - half..<run + half).flatMap { row in
                [Float](repeating: (0..<Self.rowCount).contains(row) ? Float(row + 1) : 0, count: size)
            }
            guard Array(inputs[1].values) == expected, inputs[1].shape == [1] + generator.audioShape else {
                throw FramegenError(.internalFailure, "frame \(run) hears other rows")
            }
        }
        let avatar = try await Avatar.test(
            try template.open(), generator: generator, engine: engine, templateCacheInBytes: 0,
            platform: .test(imageDecoder: PatternDecoder()))
        let take = avatar.speak(.rows(Self.features(of: generator)))
        #expect(try await take.allFrames().count == Self.rowCount)
        #expect(try await take.format.frameCount == Self.rowCount)
    }

    @Test("takes 20 rows a second of WeNet's features and 25 of the others", arguments: Generator.all)
    func rate(generator: Generator) {
        #expect(generator.frameRate.description == (generator.features == .wenet ? "20" : "25"))
    }
}

import Foundation
import FrameGeneration
import TestSupport
import Testing

@Suite("Landmarks without their trembling")
struct SteadyLandmarksTests {
    /// The drawn face, moved by so many pixels in each image.
    private static func landmarks(_ moves: [(x: Int, y: Int)]) throws -> [Landmarks] {
        let drawn = DrawnFace()
        let points = try Landmarks(text: drawn.landmarks, path: "drawn face").points
        return try moves.map { move in
            let lines = points.map { "\($0.x + move.x) \($0.y + move.y)" }
            return try Landmarks(text: lines.joined(separator: "\n"), path: "moved face")
        }
    }

    /// ±1 in no order that repeats.
    private static func trembling(_ count: Int) -> [(x: Int, y: Int)] {
        var numbers = SeededNumbers(state: 5)
        return (0..<count).map { _ in
            (Int.random(in: -1...1, using: &numbers), Int.random(in: -1...1, using: &numbers))
        }
    }

    /// The mean distance of what is in the middle of three from the mean of those around it.
    private static func roughness(_ values: [SIMD2<Double>]) -> Double {
        let gaps = values.indices.dropFirst().dropLast().map { index in
            let gap = values[index] - (values[index - 1] + values[index + 1]) / 2
            return (gap * gap).sum().squareRoot()
        }
        return gaps.reduce(0, +) / Double(gaps.count)
    }

    @Test("a face that stands still or glides is where it was, to the ends of a long walk")
    func glides() throws {
        let still = try Self.landmarks([(x: Int, y: Int)](repeating: (3, 4), count: 9))
        for points in SteadyLandmarks.points(still) {
            for (point, own) in zip(points, still[0].points) {
                #expect(abs(point.x - Double(own.x)) < 1e-9 && abs(point.y - Double(own.y)) < 1e-9)
            }
        }
        let gliding = try Self.landmarks((0..<40).map { (2 * $0, -$0) })
        let smoothed = SteadyLandmarks.points(gliding)
        for index in 6..<34 {
            #expect(abs(smoothed[index][1].x - Double(gliding[index].points[1].x)) < 1e-9)
            #expect(abs(smoothed[index][52].y - Double(gliding[index].points[52].y)) < 1e-9)
        }
    }

    @Test("the walk turns around at its ends, and so do the means: backward is the same backward")
    func ends() throws {
        let moves = Self.trembling(17)
        let forth = SteadyLandmarks.points(try Self.landmarks(moves))
        let back = SteadyLandmarks.points(try Self.landmarks(moves.reversed()))
        for (first, second) in zip(forth, back.reversed()) {
            for (a, b) in zip(first, second) { #expect(abs(a.x - b.x) < 1e-9 && abs(a.y - b.y) < 1e-9) }
        }
        // Where it turns, the same images are on either side: the whole walk forth and back is smooth.
        let walk = (forth + forth.dropFirst().dropLast().reversed() + forth[..<3]).map { $0[1] }
        #expect(Self.roughness(Array(walk)) < 0.15)
    }

    @Test("one image, two, and parts after a cut are smoothed by themselves")
    func cuts() throws {
        #expect(SteadyLandmarks.points([]).isEmpty)
        let one = try Self.landmarks([(0, 0)])
        #expect(abs(SteadyLandmarks.points(one)[0][1].x - Double(one[0].points[1].x)) < 1e-9)
        let cut = try Self.landmarks((0..<20).map { $0 < 10 ? (0, 0) : (40, 0) })
        let smoothed = SteadyLandmarks.points(cut)
        #expect(abs(smoothed[9][1].x - Double(cut[9].points[1].x)) < 1e-9)
        #expect(abs(smoothed[10][1].x - Double(cut[10].points[1].x)) < 1e-9)
    }

    @Test("a network that paints the mouth where its box is shakes it a quarter as much as the box did, or less")
    func pastedPart() throws {
        let drawn = DrawnFace(side: 200)
        let folder = try TemporaryFolder()
        for name in ["full_body_img", "landmarks"] {
            try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
        }
        let points = try Landmarks(text: drawn.landmarks, path: "drawn face").points
        for (index, move) in Self.trembling(24).enumerated() {
            try folder.write(
                Array("\(drawn.size.width)x\(drawn.size.height) 204".utf8), to: "full_body_img/\(index).png")
            let lines = points.map { "\($0.x + move.x) \($0.y + move.y)" }
            try folder.write(Array(lines.joined(separator: "\n").utf8), to: "landmarks/\(index).lms")
        }
        for generator in [Generator.syncTalk328AVE, .ultralight160Hubert] {
            let exact = try mouths(in: folder.path, isSteady: false, generator)
            let steady = try mouths(in: folder.path, isSteady: true, generator)
            #expect(Self.roughness(exact) > 0.5)
            #expect(Self.roughness(steady) < Self.roughness(exact) / 4)
        }
    }

    /// Where the dark of the mouth is in the frames of a network that returns one face for ever.
    private func mouths(in path: String, isSteady: Bool, _ generator: Generator) throws -> [SIMD2<Double>] {
        let template = try Template(path: path, usesParsing: false, isSteady: isSteady, decoder: TextImageDecoder())
        let (cutter, paster) = (FaceCutter(recipe: generator.face), FacePaster(recipe: generator.face))
        let side = generator.face.networkSide
        var output = Tensor(zeros: [1, 3, side, side])
        for y in 0..<side {
            for x in 0..<side {
                let place = (SIMD2(Float(x), Float(y)) / Float(side) - 0.5) / 0.08
                let dark = 0.6 * exp(-(place * place).sum())
                for channel in 0..<3 { output.values[(channel * side + y) * side + x] = 0.8 - dark }
            }
        }
        return try template.frames.enumerated().map { index, source in
            #expect((source.box != nil) == isSteady)
            let image = try TextImageDecoder().decodeImage(at: source.imagePath)
            let crop = source.box.map { cutter.faceCrop(of: image, $0) } ?? cutter.faceCrop(of: image, source.cropRect)
            let frame = PreparedFrame(templateIndex: index, source: source, image: image, labels: nil, faceCrop: crop)
            let face = paster.face(output, in: frame)
            #expect(face.size == source.cropRect.size)
            var (sum, places) = (0.0, SIMD2<Double>.zero)
            for y in 0..<face.height {
                for x in 0..<face.width {
                    let dark = max(Double(204 - Int(face.pixels[(y * face.width + x) * 3])) - 3, 0)
                    sum += dark
                    places += SIMD2(Double(source.cropRect.x + x), Double(source.cropRect.y + y)) * dark
                }
            }
            return places / sum
        }
    }
}

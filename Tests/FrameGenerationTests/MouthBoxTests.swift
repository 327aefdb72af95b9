import FrameGeneration
import TestSupport
import Testing

@Suite("Mouth box")
struct MouthBoxTests {
    /// The box in a 64×48 image whose landmarks are at (20, 20) but for the given ones and the face's.
    private func rect(_ places: [Int: String]) throws -> PixelRect? {
        let template = try TemplateFolder(images: [0], landmarks: [])
        var lines = [String](repeating: "20 20", count: 110)
        (lines[1], lines[31], lines[52]) = ("8 20", "40 20", "20 4")
        for (index, place) in places { lines[index] = place }
        try template.folder.write(Array(lines.joined(separator: "\n").utf8), to: "landmarks/0.lms")
        return try template.open().frames[0].mouthRect
    }

    private func points(_ range: Range<Int>, _ place: (Int) -> String) -> [Int: String] {
        Dictionary(uniqueKeysWithValues: range.map { ($0, place($0)) })
    }

    @Test("is the bounds of the points 90 to 109, a quarter of the longer side wider")
    func bounds() throws {
        // 16 columns and 4 rows between the outermost points.
        #expect(
            try rect(points(90..<110) { "\($0 % 2 == 0 ? 12 : 28) \($0 < 100 ? 30 : 34)" })
                == PixelRect(x: 8, y: 26, width: 25, height: 13))
    }

    @Test("is found below the nose where the mouth comes before pupils and forehead")
    func otherLayout() throws {
        var places = points(76..<96) { "\($0 % 2 == 0 ? 12 : 28) \($0 < 86 ? 30 : 34)" }
        places.merge(points(96..<110) { "\($0 - 76) 3" }) { $1 }
        #expect(try rect(places) == PixelRect(x: 8, y: 26, width: 25, height: 13))
    }

    @Test("is a window at least, and inside the image")
    func smallest() throws {
        #expect(try rect([:]) == PixelRect(x: 17, y: 17, width: 7, height: 7))
        #expect(try rect(points(90..<110) { _ in "0 47" }) == PixelRect(x: 0, y: 41, width: 7, height: 7))
        #expect(try rect(points(90..<110) { _ in "63 30" }) == PixelRect(x: 57, y: 27, width: 7, height: 7))
        #expect(
            try rect(points(90..<110) { "\($0 % 2 == 0 ? -100 : 100) \($0 < 100 ? 21 : 47)" })
                == PixelRect(x: 0, y: 0, width: 64, height: 48))
    }

    @Test("is nowhere when the mouth is outside the image", arguments: ["64 30", "-1 30", "30 48", "300 900"])
    func outside(place: String) throws {
        #expect(try rect(points(90..<110) { _ in place }) == nil)
    }

    @Test("The walk's place is known at any position", arguments: 1...6)
    func walk(count: Int) {
        for start in 0..<count {
            let walk = PingPong(count: count, start: start)
            #expect((0..<25).map { walk.index(at: $0) } == Array(walk.prefix(25)))
            #expect((start..<count).contains(walk.index(at: .max)))
        }
    }
}

import Foundation
import FrameGeneration
import Testing

@Suite("Which frames of a template are used")
struct TemplateWalkTests {
    @Test(
        "is read of what it is written as", arguments: [TemplateWalk.whole, .cached, .frames(0...0), .frames(3...19)])
    func text(walk: TemplateWalk) throws {
        #expect(TemplateWalk(walk.description) == walk)
        #expect(try JSONDecoder().decode(TemplateWalk.self, from: try JSONEncoder().encode(walk)) == walk)
    }

    @Test(
        "is nothing else",
        arguments: ["", "5", "9..3", "-1..5", "a..b", "1..2..3", "1...3", "1..", "..", "All", " all", "cached "])
    func bad(text: String) throws {
        #expect(TemplateWalk(text) == nil)
        let json = try JSONEncoder().encode(text)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(TemplateWalk.self, from: json) }
    }
}

import FrameGeneration
import TestSupport
import Testing

@Suite("Landmark files")
struct LandmarksTests {
    private func text(replacing line: Int? = nil, with replacement: String = "", count: Int = 110) -> String {
        (0..<count).map { $0 == line ? replacement : "\($0) \($0 + 1)" }.joined(separator: "\n")
    }

    @Test(
        "accept other white space, CRLF, signs and blank lines at the end",
        arguments: ["  3\t4 ", "3 4\r", "3.0 +4", "3e0 4.25", "\u{00A0}3 4", "3\u{0B}4\u{0C}", "3\u{2003}4\u{85}"])
    func whiteSpace(line: String) throws {
        let landmarks = try Landmarks(text: text(replacing: 7, with: line) + "\n\n \r\n", path: "a.lms")
        #expect(landmarks.points.count == 110)
        #expect(landmarks.points[7] == Landmarks.Point(x: 3, y: 4))
        #expect(landmarks.points[8] == Landmarks.Point(x: 8, y: 9))
    }

    @Test(
        "numbers become float32 and are then cut toward zero",
        arguments: [("119.999999", 120), ("119.99999", 119), ("-0.9", 0), ("-1.5", -1), ("1e2", 100)])
    func truncation(number: String, pixel: Int) throws {
        let landmarks = try Landmarks(text: text(replacing: 0, with: "\(number) 0"), path: "a.lms")
        #expect(landmarks.points[0].x == pixel)
    }

    @Test("say how many points there are when it is not 110", arguments: [0, 68, 109, 111])
    func wrongCount(count: Int) {
        let error = #expect(throws: FramegenError.self) { try Landmarks(text: text(count: count), path: "a/3.lms") }
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("a/3.lms has \(count) points") == true)
    }

    @Test(
        "name the line that holds no two numbers",
        arguments: ["left right", "3", "3 4 5", "", "nan 4", "3 inf", "0x10 4", "1e30 4", "3,4", "３ 4"])
    func wrongLine(line: String) {
        let error = #expect(throws: FramegenError.self) {
            try Landmarks(text: text(replacing: 41, with: line), path: "3.lms")
        }
        #expect(error?.code == .invalidData)
        #expect(error?.message.hasPrefix("3.lms line 42 ") == true)
    }

    @Test("may begin with a byte-order mark; in UTF-16 they are refused as that")
    func byteOrderMark() throws {
        let folder = try TemporaryFolder()
        let marked = try folder.write([0xef, 0xbb, 0xbf] + Array(text().utf8), to: "0.lms")
        #expect(try Landmarks(path: marked) == Landmarks(text: text(), path: "0.lms"))
        let wide = try folder.write([0xff, 0xfe] + text().utf16.flatMap { little($0) }, to: "1.lms")
        let error = #expect(throws: FramegenError.self) { try Landmarks(path: wide) }
        #expect(error?.code == .invalidData)
        #expect(error?.message.hasPrefix("\(wide) is text in UTF-16") == true, "\(error?.message ?? "")")
    }

    @Test("bytes that are no text are an error, not a crash")
    func binary() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 37) }, to: "0.lms")
        let error = #expect(throws: FramegenError.self) { try Landmarks(path: path) }
        #expect(error?.message.contains("0.lms holds bytes of zero") == true)
        let image = try folder.write(Array("RIFF\0\0\0\0WAVEfmt ".utf8), to: "2.lms")
        let known = #expect(throws: FramegenError.self) { try Landmarks(path: image) }
        #expect(known?.message.hasPrefix("\(image) is a WAV sound, expected text") == true)
        let noZeros = try folder.write((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 37) | 1 }, to: "1.lms")
        #expect(
            #expect(throws: FramegenError.self) { try Landmarks(path: noZeros) }?.message.contains("1.lms line 1 ")
                == true)
    }
}

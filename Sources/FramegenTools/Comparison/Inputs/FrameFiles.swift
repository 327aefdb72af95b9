import Foundation
import FrameGeneration

/// Image files in the order of the numbers that their names end in: `frame_00000.png`, `00000.png`, `shot 7.jpg`.
struct FrameFiles: Sendable {
    private static let extensions = ["png", "jpg", "jpeg"]
    /// More digits than any count of frames has, and few enough to calculate with.
    private static let longestNumber = 15

    /// In ascending order; at least one.
    let numbers: [Int]
    private let paths: [Int: String]

    /// One image by itself.
    init(image path: String) {
        numbers = [0]
        paths = [0: path]
    }

    /// The numbered images of a folder; other files are passed over.
    ///
    /// - Throws: `.notFound` when the folder cannot be read, `.invalidData` when it holds no numbered images, or two with
    ///   one number.
    init(folder: String) throws(FramegenError) {
        var names: [Int: String] = [:]
        for name in try Folder.names(at: folder).sorted() {
            guard let number = Self.number(of: name) else { continue }
            if let other = names[number] {
                throw FramegenError(
                    .invalidData,
                    "\(folder) holds both \(other) and \(name), expected one frame with the number \(number)")
            }
            names[number] = name
        }
        guard !names.isEmpty else {
            throw FramegenError(
                .invalidData, "\(folder) holds no frames, expected numbered images such as frame_00000.png")
        }
        paths = names.mapValues { "\(folder)/\($0)" }
        numbers = names.keys.sorted()
    }

    /// Whether the numbers are 1, 2, 3 and so on without a gap.
    var countsFromOne: Bool { numbers.first == 1 && numbers.last == numbers.count }

    func path(_ number: Int) -> String { paths[number] ?? "" }

    private static func number(of name: String) -> Int? {
        guard let dot = name.lastIndex(of: "."), extensions.contains(name[name.index(after: dot)...].lowercased())
        else { return nil }
        let digits = name[..<dot].utf8.reversed().prefix(while: (UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
        let significant = digits.reversed().drop { $0 == UInt8(ascii: "0") }
        guard !digits.isEmpty, significant.count <= longestNumber else { return nil }
        return significant.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}

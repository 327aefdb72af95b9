import Foundation
import FrameGeneration

/// Image files in the order of the numbers that their names end in: `frame_00000.png`, `00000.png`, `shot 7.jpg`.
struct FrameFiles: Sendable {
    /// In ascending order; at least one.
    let numbers: [Int]
    /// Whether the numbers of the whole folder are 1, 2, 3 and so on without a gap.
    let countsFromOne: Bool
    private let paths: [Int: String]

    /// One image by itself.
    init(image path: String, number: Int, countsFromOne: Bool = false) {
        numbers = [number]
        self.countsFromOne = countsFromOne
        paths = [number: path]
    }

    /// The numbered images of a folder; other files are passed over.
    ///
    /// - Throws: `.notFound` when the folder cannot be read, `.invalidData` when it holds no numbered images, two with
    ///   one number, or images of two rows, whose names differ in more than the number.
    init(folder: String) throws(FramegenError) {
        var names: [Int: String] = [:]
        var first: (name: String, row: String)?
        for name in try Folder.names(at: folder).sorted() {
            guard let frame = FrameFileName(name) else { continue }
            if let other = names[frame.number] {
                throw FramegenError(
                    .invalidData,
                    "\(folder) holds both \(other) and \(name), expected one frame with the number \(frame.number)")
            }
            // Frames of something else, such as another rendering, would be taken for these where a number is missing.
            guard first?.row ?? frame.row == frame.row else {
                throw FramegenError(
                    .invalidData,
                    "\(folder) holds both \(first?.name ?? "") and \(name), expected frames whose names differ in their "
                        + "number only: give other images a folder of their own")
            }
            first = first ?? (name, frame.row)
            names[frame.number] = name
        }
        guard !names.isEmpty else {
            throw FramegenError(
                .invalidData, "\(folder) holds no frames, expected numbered images such as frame_00000.png")
        }
        paths = names.mapValues { "\(folder)/\($0)" }
        numbers = names.keys.sorted()
        countsFromOne = numbers.first == 1 && numbers.last == numbers.count
    }

    func path(_ number: Int) -> String { paths[number] ?? "" }

    /// The one frame with a number; nil where there is none.
    func only(_ number: Int) -> FrameFiles? {
        paths[number].map { FrameFiles(image: $0, number: number, countsFromOne: countsFromOne) }
    }
}

/// A name such as `frame_00007.png`, taken apart.
struct FrameFileName {
    private static let extensions = ["png", "jpg", "jpeg"]
    /// More digits than any count of frames has, and few enough to calculate with.
    private static let longestNumber = 15

    /// What stands before the number, the same in all frames of a row.
    let row: String
    /// The number that the name ends in.
    let number: Int

    /// Nil for what is no image's name or has no number at its end.
    init?(_ name: String) {
        guard let dot = name.lastIndex(of: "."), Self.extensions.contains(name[name.index(after: dot)...].lowercased())
        else { return nil }
        let stem = name[..<dot].utf8
        let digitCount = stem.reversed().prefix(while: (UInt8(ascii: "0")...UInt8(ascii: "9")).contains).count
        let significant = stem.suffix(digitCount).drop { $0 == UInt8(ascii: "0") }
        guard digitCount > 0, significant.count <= Self.longestNumber else { return nil }
        row = String(decoding: stem.dropLast(digitCount), as: UTF8.self)
        number = significant.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}

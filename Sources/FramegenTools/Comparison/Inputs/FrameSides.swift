import Foundation
import FrameGeneration

/// The two sides of a comparison as rows of frames; of one image beside many frames only the frame that it is.
struct FrameSides {
    let first: FrameReader
    let second: FrameReader
    /// Whether the names of both are known before a frame is read.
    let areFiles: Bool
    /// What the user should know about the way one image was matched.
    let notes: [String]

    /// Opens both sides.
    ///
    /// - Throws: `FramegenError` naming the side that cannot be read; `.invalidData` naming both where one image is none
    ///   of the other side's frames.
    init(_ first: ComparisonInput, _ second: ComparisonInput, _ request: ComparisonRequest) throws(FramegenError) {
        let (firstPath, secondPath) = (request.firstPath, request.secondPath)
        var notes: [String] = []
        var (first, second) = (first, second)
        var frame: Int?
        switch (first, second) {
        case (.image, .image):
            // The mouth is looked for where the number says.
            let number = Self.number(of: firstPath) ?? Self.number(of: secondPath) ?? 0
            first = .files(FrameFiles(image: firstPath, number: number))
            second = .files(FrameFiles(image: secondPath, number: number))
        case (.image, _):
            let number = try Self.number(of: firstPath, in: secondPath)
            (first, second) = try Self.match(firstPath, number, second, secondPath)
            frame = number
        case (_, .image):
            let number = try Self.number(of: secondPath, in: firstPath)
            (second, first) = try Self.match(secondPath, number, first, firstPath)
            frame = number
        default: break
        }
        // Frames cut out of a video by other programs count from 1.
        let firstNumber = [first, second].allSatisfy(\.allowsCountingFromOne) ? 1 : 0
        self.first = try FrameReader(first, path: firstPath, firstNumber: firstNumber, only: frame)
        self.second = try FrameReader(second, path: secondPath, firstNumber: firstNumber, only: frame)
        if case .files = first, case .files = second { areFiles = true } else { areFiles = false }
        if let frame, !areFiles {
            let isFirstVideo = if case .video = first { true } else { false }
            let (image, video) = isFirstVideo ? (secondPath, firstPath) : (firstPath, secondPath)
            notes.append("\(image) is taken for frame \(frame) of \(video), whose first is 0")
        }
        self.notes = notes
    }

    private static func number(of path: String) -> Int? {
        FrameFileName(URL(filePath: path).lastPathComponent)?.number
    }

    private static func number(of image: String, in other: String) throws(FramegenError) -> Int {
        guard let number = number(of: image) else {
            throw FramegenError(
                .invalidData,
                "\(image) has no number, which says which frame of \(other) it is: expected a name such as "
                    + "frame_00007.png, or an image on both sides")
        }
        return number
    }

    /// An image, and of the other side the frame with its number.
    private static func match(
        _ image: String, _ number: Int, _ other: ComparisonInput, _ otherPath: String
    ) throws(FramegenError) -> (ComparisonInput, ComparisonInput) {
        guard case .files(let files) = other else { return (.files(FrameFiles(image: image, number: number)), other) }
        guard let match = files.only(number) else {
            throw FramegenError(
                .invalidData,
                "\(otherPath) has no frame \(number), which \(image) is by its name: it has \(files.numbers.count), from "
                    + "\(files.numbers.first ?? 0) to \(files.numbers.last ?? 0)")
        }
        return (.files(FrameFiles(image: image, number: number, countsFromOne: files.countsFromOne)), .files(match))
    }
}

extension ComparisonInput {
    /// Videos have no numbers of their own.
    fileprivate var allowsCountingFromOne: Bool {
        if case .files(let files) = self { files.countsFromOne } else { true }
    }
}

extension FrameReader {
    fileprivate init(
        _ input: ComparisonInput, path: String, firstNumber: Int, only frame: Int?
    ) throws(FramegenError) {
        if case .files(let files) = input {
            self.init(files: files, path: path, firstNumber: firstNumber)
        } else {
            try self.init(video: path, only: frame)
        }
    }
}

import FrameGeneration

/// Two frames that belong together, of one size.
struct FramePair: Sendable {
    /// Place in time, from 0.
    let index: Int
    /// As the files' names number it, or the videos from 0.
    let number: Int
    let first: PixelImage
    let second: PixelImage
}

/// Reads two sides frame by frame, matched by number.
actor FramePairs {
    private var matching: FrameMatching
    private let sideNotes: [String]
    private let allowsLengthMismatch: Bool
    private let limit: Int
    private var size: ImageSize?
    private let executor = StageExecutor(name: "read")

    /// Reading and decoding block, so they run on a thread of their own.
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens both sides; where both are files, what is missing is found at once.
    ///
    /// - Throws: `FramegenError` naming the side that cannot be read, or both.
    init(
        _ first: ComparisonInput, _ second: ComparisonInput, _ request: ComparisonRequest
    ) throws(FramegenError) {
        let sides = try FrameSides(first, second, request)
        matching = FrameMatching(sides.first, sides.second)
        sideNotes = sides.notes
        allowsLengthMismatch = request.allowsLengthMismatch
        limit = request.frameLimit ?? .max
        if sides.areFiles, !allowsLengthMismatch {
            var names = matching
            while names.matchedCount < limit, try names.next() != nil { names.skipMatched() }
            try names.checkMatched(atEnd: names.matchedCount < limit)
        }
    }

    /// What users should know about the way frames were matched up to here.
    ///
    /// - Throws: what reading a video throws.
    func notes() throws(FramegenError) -> [String] {
        let (first, second) = (matching.first, matching.second)
        var notes = sideNotes
        if first.firstNumber != second.firstNumber {
            let files = first.firstNumber > second.firstNumber ? first : second
            notes.append("\(files.path) counts its frames from 1: frame 1 is the video's first")
        }
        for (unmatched, side, other) in [
            (matching.onlyInFirst, first, second), (matching.onlyInSecond, second, first),
        ] where unmatched.count > 0 {
            notes.append("\(other.path) lacks \(unmatched.list) of \(side.path)")
        }
        if matching.matchedCount < limit {
            for (side, other) in [(first, second), (second, first)] {
                var side = side
                guard try side.nextIndex() != nil else { continue }
                notes.append("\(other.path) ends before \(side.path)")
            }
        }
        return notes
    }

    /// The next pair, or nil after the last.
    ///
    /// - Throws: `FramegenError`: `.invalidData` when a frame is missing on one side or differs in size, naming both
    ///   sides, or cannot be decoded.
    func next() throws(FramegenError) -> FramePair? {
        try Task.checkNotCancelled()
        guard matching.matchedCount < limit else { return nil }
        let index = try matching.next()
        if !allowsLengthMismatch { try matching.checkMatched(atEnd: index == nil) }
        guard let index, let first = try matching.first.read(), let second = try matching.second.read() else {
            guard matching.matchedCount > 0 else {
                throw FramegenError(
                    .invalidData,
                    "\(matching.first.path) and \(matching.second.path) have no frame in common, expected one at least")
            }
            return nil
        }
        try check(first.size, second.size)
        let number = matching.number(of: index)
        matching.skipMatched()
        return FramePair(index: index, number: number, first: first, second: second)
    }

    private func check(_ first: ImageSize, _ second: ImageSize) throws(FramegenError) {
        let (firstName, secondName) = (matching.first.nextName, matching.second.nextName)
        guard first == second else {
            throw FramegenError(
                .invalidData, "\(firstName) is \(first) and \(secondName) \(second), expected frames of one size")
        }
        guard first == size ?? first else {
            throw FramegenError(
                .invalidData, "\(firstName) and \(secondName) are \(first), expected \(size ?? first) as before")
        }
        size = first
    }
}

import FrameGeneration

/// Goes along two sides together and finds the frames that both have.
struct FrameMatching {
    var first: FrameReader
    var second: FrameReader
    private(set) var matchedCount = 0
    private(set) var onlyInFirst = Unmatched()
    private(set) var onlyInSecond = Unmatched()

    /// Frames that one side has and the other has not.
    struct Unmatched {
        private static let longestList = 5
        private(set) var count = 0
        private var numbers: [Int] = []

        fileprivate mutating func add(_ number: Int) {
            count += 1
            if numbers.count < Self.longestList { numbers.append(number) }
        }

        /// The first few numbers.
        var list: String {
            let rest = count > numbers.count ? " and \(count - numbers.count) more" : ""
            return "\(count == 1 ? "frame" : "frames") \(numbers.map(String.init).joined(separator: ", "))\(rest)"
        }
    }

    init(_ first: FrameReader, _ second: FrameReader) {
        self.first = first
        self.second = second
    }

    /// What is added to a place in time to get the number that the files have.
    private var firstNumber: Int { max(first.firstNumber, second.firstNumber) }

    /// The number that is shown for a place in time.
    func number(of index: Int) -> Int { index + firstNumber }

    /// Goes on to the next frame that both have, which is still to be read and passed over; nil when a side has ended.
    ///
    /// - Throws: what reading a video throws.
    mutating func next() throws(FramegenError) -> Int? {
        while let firstIndex = try first.nextIndex(), let secondIndex = try second.nextIndex() {
            if firstIndex < secondIndex {
                onlyInFirst.add(number(of: firstIndex))
                first.skip()
            } else if firstIndex > secondIndex {
                onlyInSecond.add(number(of: secondIndex))
                second.skip()
            } else {
                return firstIndex
            }
        }
        return nil
    }

    /// Passes over a frame that both have.
    mutating func skipMatched() {
        matchedCount += 1
        first.skip()
        second.skip()
    }

    /// Goes on to the end of both sides.
    ///
    /// - Throws: what reading a video throws, and `.cancelled`.
    private mutating func countRest() throws(FramegenError) {
        while try next() != nil {
            try Task.checkNotCancelled()
            skipMatched()
        }
        while let index = try first.nextIndex() {
            try Task.checkNotCancelled()
            onlyInFirst.add(number(of: index))
            first.skip()
        }
        while let index = try second.nextIndex() {
            try Task.checkNotCancelled()
            onlyInSecond.add(number(of: index))
            second.skip()
        }
    }

    /// - Throws: `.invalidData` with the lengths of both sides and what is missing where, when a frame up to here, or at
    ///   the end of one side, has no partner.
    func checkMatched(atEnd: Bool) throws(FramegenError) {
        var whole = self
        if onlyInFirst.count + onlyInSecond.count == 0 {
            guard atEnd else { return }
            // The longer side has a picture more.
            let next = (try whole.first.nextIndex(), try whole.second.nextIndex())
            guard next.0 != nil || next.1 != nil else { return }
        }
        try whole.countRest()
        let missing = [(whole.onlyInFirst, second), (whole.onlyInSecond, first)].compactMap { unmatched, other in
            unmatched.count > 0 ? "\(other.path) lacks \(unmatched.list)" : nil
        }
        throw FramegenError(
            .invalidData,
            "\(first.path) has \(Self.count(whole.matchedCount + whole.onlyInFirst.count)) and \(second.path) "
                + "\(Self.count(whole.matchedCount + whole.onlyInSecond.count)), expected the same: "
                + "\(missing.joined(separator: ", ")); to compare what both have, allow it (--allow-length-mismatch)")
    }

    private static func count(_ count: Int) -> String { count == 1 ? "1 frame" : "\(count) frames" }
}

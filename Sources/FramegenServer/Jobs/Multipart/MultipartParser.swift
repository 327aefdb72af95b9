/// Takes a `multipart/form-data` body (RFC 7578) apart while it arrives, and keeps no more of it than a boundary's or a
/// head's bytes.
///
/// It is strict: no text before the first boundary or behind the last one, no folded or foreign headers that change the
/// meaning. What browsers and curl send is read.
struct MultipartParser {
    /// What the next bytes were.
    enum Event: Equatable {
        case partBegan(MultipartHead)
        case data([UInt8])
        case partEnded
        case ended
    }

    private enum State { case boundaryEnd, head, content, epilogue }

    static let headLimitInBytes = 4096
    private let delimiter: [UInt8]
    private var state = State.content
    private var hasPart = false
    /// What was not decided yet; the line break that belongs to the first boundary is not sent.
    private var pending: [UInt8] = [0x0D, 0x0A]

    /// - Parameter boundary: as `MultipartBoundary` checks it.
    init(boundary: String) { delimiter = Array("\r\n--\(boundary)".utf8) }

    /// Takes the next bytes.
    ///
    /// - Throws: `Problem` with `.invalidRequest`; nothing more can be taken then.
    mutating func consume(_ bytes: [UInt8]) throws(Problem) -> [Event] {
        pending += bytes
        var events: [Event] = []
        var position = 0
        while let next = try step(from: position, &events) { position = next }
        pending.removeFirst(position)
        return events
    }

    /// Checks that the body was whole.
    ///
    /// - Throws: `Problem` with `.invalidRequest` when it ended before its last boundary.
    func finish() throws(Problem) {
        guard state == .epilogue, pending.isEmpty || pending == [0x0D, 0x0A] else {
            throw Self.malformed("it ends before its last boundary")
        }
    }

    /// Decides on what begins at `position`.
    ///
    /// - Returns: where the next step begins; nil when it takes more bytes.
    private mutating func step(from position: Int, _ events: inout [Event]) throws(Problem) -> Int? {
        switch state {
        case .content: try readContent(from: position, &events)
        case .boundaryEnd: try readBoundaryEnd(from: position, &events)
        case .head: try readHead(from: position, &events)
        case .epilogue: try readEpilogue(from: position)
        }
    }

    private mutating func readContent(from position: Int, _ events: inout [Event]) throws(Problem) -> Int? {
        let found = firstDelimiter(from: position)
        if found.start > position {
            guard hasPart else { throw Self.malformed("it does not begin with its boundary") }
            events.append(.data(Array(pending[position..<found.start])))
        }
        guard found.isWhole else { return found.start > position ? found.start : nil }
        if hasPart { events.append(.partEnded) }
        state = .boundaryEnd
        return found.start + delimiter.count
    }

    /// Where the delimiter is, or could begin with the bytes that are there.
    private func firstDelimiter(from position: Int) -> (start: Int, isWhole: Bool) {
        var start = position
        while let candidate = pending[start...].firstIndex(of: 0x0D) {
            let length = min(delimiter.count, pending.count - candidate)
            if pending[candidate..<candidate + length].elementsEqual(delimiter[..<length]) {
                return (candidate, length == delimiter.count)
            }
            start = candidate + 1
        }
        return (pending.count, false)
    }

    private mutating func readBoundaryEnd(from position: Int, _ events: inout [Event]) throws(Problem) -> Int? {
        guard pending.count - position >= 2 else { return nil }
        switch (pending[position], pending[position + 1]) {
        case (0x0D, 0x0A): state = .head
        case (UInt8(ascii: "-"), UInt8(ascii: "-")):
            state = .epilogue
            events.append(.ended)
        default: throw Self.malformed("a boundary is followed by something else than a line break")
        }
        return position + 2
    }

    private mutating func readHead(from position: Int, _ events: inout [Event]) throws(Problem) -> Int? {
        let end = Array("\r\n\r\n".utf8)
        let window = pending[position...].prefix(Self.headLimitInBytes)
        var found: Int?
        for start in window.indices.dropLast(3) where window[start] == 0x0D {
            if window[start..<start + 4].elementsEqual(end) {
                found = start
                break
            }
        }
        guard let found else {
            guard window.count < Self.headLimitInBytes else {
                throw Self.malformed("a part's head has more than \(Self.headLimitInBytes) bytes")
            }
            return nil
        }
        events.append(.partBegan(try MultipartHead(Array(pending[position..<found]))))
        hasPart = true
        state = .content
        return found + 4
    }

    private func readEpilogue(from position: Int) throws(Problem) -> Int? {
        guard pending.count - position <= 2, zip(pending[position...], [0x0D, 0x0A] as [UInt8]).allSatisfy(==) else {
            throw Self.malformed("something follows its last boundary")
        }
        return nil
    }

    static func malformed(_ reason: String) -> Problem {
        Problem(.invalidRequest, "the multipart body cannot be read: \(reason)")
    }
}

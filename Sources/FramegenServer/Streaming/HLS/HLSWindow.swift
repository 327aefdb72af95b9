import Hummingbird
import Media

/// The newest fragments of a stream as the parts and segments of low-latency HLS, no more than a time and a number of bytes.
struct HLSWindow: Sendable {
    /// Fragments joined.
    struct Part: Sendable {
        private(set) var fragments: [ByteBuffer] = []
        private(set) var durationInSeconds = 0.0
        private(set) var byteCount = 0
        let isIndependent: Bool

        init(isIndependent: Bool) { self.isIndependent = isIndependent }

        mutating func append(_ fragment: BroadcastFragment) {
            fragments.append(fragment.bytes)
            byteCount += fragment.bytes.readableBytes
            durationInSeconds += fragment.times.durationInSeconds
        }
    }

    /// What lies between two key frames.
    struct Segment: Sendable {
        let number: Int
        let dateInSeconds: Double
        var parts: [Part] = []

        var durationInSeconds: Double { parts.reduce(0) { $0 + $1.durationInSeconds } }
        var byteCount: Int { parts.reduce(0) { $0 + $1.byteCount } }
    }

    /// Whole segments that a playlist lists, where none is shorter than usual.
    static let listedSegmentCount = 6
    /// More would only be there if somebody asked for a key frame at every turn.
    private static let listedSegmentsAtMost = 48

    /// Sums of frames' durations are not exact.
    private static let rounding = 0.01

    let targetDurationInSeconds: Int
    private let partDurationInSeconds: Double
    private let bytesAtMost: Int
    /// Whole segments, those that are listed and before them as many seconds that were.
    private(set) var segments: [Segment] = []
    /// The segment that is being made; nil before the first key frame and after the end.
    private(set) var current: Segment?
    /// The part that is being made.
    private var openPart: Part?
    /// Number of the segment that is being made or comes next.
    private(set) var currentNumber: Int
    private(set) var hasEnded = false
    private(set) var partTargetInSeconds: Double
    private var byteCount = 0

    /// - Parameters:
    ///   - firstNumber: of the first segment.
    ///   - settings: of the broadcast.
    init(firstNumber: Int, settings: StreamBroadcastSettings) {
        currentNumber = firstNumber
        targetDurationInSeconds = max(1, Int(settings.keyFrameIntervalInSeconds.rounded(.up)))
        partDurationInSeconds = settings.partDurationInSeconds
        partTargetInSeconds = settings.partDurationInSeconds
        bytesAtMost = settings.hlsBytesAtMost
    }

    /// Whether more is kept than may be: no key frame comes at which a segment could end.
    var isOverfull: Bool { byteCount > bytesAtMost }

    /// Whether a whole segment is there: some players take no playlist without.
    var isListable: Bool { !segments.isEmpty || hasEnded }

    /// Adds the fragment that follows.
    ///
    /// - Returns: whether a part was completed.
    mutating func append(_ fragment: BroadcastFragment, dateInSeconds: Double) -> Bool {
        guard !hasEnded else { return false }
        var isChanged = false
        if fragment.times.isKeyFrame {
            isChanged = endSegment()
            current = Segment(number: currentNumber, dateInSeconds: dateInSeconds)
            let frames = max(1, (partDurationInSeconds / max(1e-3, fragment.times.durationInSeconds)).rounded())
            partTargetInSeconds = max(partDurationInSeconds / 2, frames * fragment.times.durationInSeconds)
        }
        // A part without a picture would last no time: the rest of the sound is left out where no part is open.
        guard current != nil, openPart != nil || fragment.times.durationInSeconds > 0 else { return isChanged }
        var part = openPart ?? Part(isIndependent: fragment.times.isKeyFrame)
        part.append(fragment)
        byteCount += fragment.bytes.readableBytes
        openPart = part
        if part.durationInSeconds + fragment.times.durationInSeconds / 2 >= partTargetInSeconds {
            endPart()
            isChanged = true
        }
        while byteCount > bytesAtMost, let first = segments.first { drop(first) }
        return isChanged
    }

    /// Ends the last segment; nothing follows.
    mutating func end() {
        _ = endSegment()
        hasEnded = true
    }

    private mutating func endPart() {
        guard let openPart else { return }
        current?.parts.append(openPart)
        self.openPart = nil
    }

    private mutating func endSegment() -> Bool {
        endPart()
        guard let current, !current.parts.isEmpty else { return false }
        segments.append(current)
        self.current = nil
        currentNumber += 1
        dropOld()
        return true
    }

    private mutating func dropOld() {
        let listedSeconds = Double(Self.listedSegmentCount * targetDurationInSeconds)
        while segments.count > Self.listedSegmentCount, let first = segments.first,
            segments.count > 2 * Self.listedSegmentsAtMost
                || segments.dropFirst().reduce(0, { $0 + $1.durationInSeconds }) >= 2 * listedSeconds - Self.rounding
        {
            drop(first)
        }
    }

    private mutating func drop(_ first: Segment) {
        byteCount -= first.byteCount
        segments.removeFirst()
    }

    // MARK: What players ask for

    /// The playlist as it is now.
    var playlist: HLSPlaylist {
        let listed = listedSegments
        let seconds = (listed + [current].compactMap { $0 }).map(\.durationInSeconds)
        // Parts serve at the live edge alone.
        var rest = seconds.reduce(0, +)
        var entries: [HLSPlaylist.Segment] = []
        for (segment, duration) in zip(listed, seconds) {
            rest -= duration
            let parts = rest < 3 * Double(targetDurationInSeconds) ? segment.parts : []
            entries.append(entry(segment, parts: parts, duration: duration))
        }
        if let current, !current.parts.isEmpty { entries.append(entry(current, parts: current.parts, duration: nil)) }
        return HLSPlaylist(
            targetDurationInSeconds: targetDurationInSeconds, partTargetInSeconds: partTargetInSeconds,
            segments: entries, hasEnded: hasEnded)
    }

    private func entry(_ segment: Segment, parts: [Part], duration: Double?) -> HLSPlaylist.Segment {
        HLSPlaylist.Segment(
            number: segment.number, dateInSeconds: segment.dateInSeconds,
            parts: parts.map {
                HLSPlaylist.Part(durationInSeconds: $0.durationInSeconds, isIndependent: $0.isIndependent)
            }, durationInSeconds: duration)
    }

    /// The newest segments: six, or more where some are short.
    private var listedSegments: ArraySlice<Segment> {
        var (count, seconds) = (0, 0.0)
        let wanted = Double(Self.listedSegmentCount * targetDurationInSeconds)
        for segment in segments.reversed().prefix(Self.listedSegmentsAtMost)
        where count < Self.listedSegmentCount || seconds < wanted - Self.rounding {
            count += 1
            seconds += segment.durationInSeconds
        }
        return segments.suffix(count)
    }

    /// The fragments of a whole segment.
    func fragments(ofSegment number: Int) -> [ByteBuffer]? {
        segments.first { $0.number == number }?.parts.flatMap(\.fragments)
    }

    /// The fragments of a whole part.
    func fragments(ofPart index: Int, segment number: Int) -> [ByteBuffer]? {
        let segment = number == current?.number ? current : segments.first { $0.number == number }
        guard let segment, segment.parts.indices.contains(index) else { return nil }
        return segment.parts[index].fragments
    }

    /// Whether a part is the one that is announced as the next.
    func isNext(part index: Int, segment number: Int) -> Bool {
        !hasEnded && number == currentNumber && index == current?.parts.count ?? 0
    }

    /// Whether the playlist has got as far as a segment, or a part of it.
    ///
    /// A part after a segment's last one means the first one of the next segment.
    func reaches(segment number: Int, part: Int?) -> Bool {
        if hasEnded { return true }
        guard number >= currentNumber else {
            guard let part, let segment = segments.first(where: { $0.number == number }),
                part >= segment.parts.count
            else { return true }
            return number + 1 < currentNumber || reaches(segment: number + 1, part: 0)
        }
        guard number == currentNumber, let part else { return false }
        return part < current?.parts.count ?? 0
    }

    /// Whether it is so far ahead that waiting for it makes no sense.
    func isTooFarAhead(segment number: Int, part: Int?) -> Bool {
        guard !hasEnded else { return false }
        if number > currentNumber + 1 { return true }
        guard let part else { return false }
        let advance = partTargetInSeconds < 1 ? Int((3 / partTargetInSeconds).rounded(.up)) : 3
        guard number >= currentNumber else { return false }
        let lastPart = number == currentNumber ? (current?.parts.count ?? 0) - 1 : 0
        return part > lastPart + advance
    }
}

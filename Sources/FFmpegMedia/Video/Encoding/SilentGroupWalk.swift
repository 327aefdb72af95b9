import FrameGeneration
import MediaSupport

/// Says of each picture of a live stream whether it is one of a silent person that was encoded before, and keeps what is
/// encoded for the next time.
///
/// While the walk over the template moves, groups begin at every so many of its steps; while it stands still, as soon as it
/// does.
struct SilentGroupWalk {
    enum Step {
        /// The picture was encoded before.
        case send(EncodedPacket)
        /// It is to be encoded, as a key frame where nothing before it may be looked at.
        case encode(isKey: Bool)
    }

    private enum Place {
        case outside
        case encoding(SilentGroups.Start, [SilentGroups.Picture])
        case sending([SilentGroups.Picture], next: Int)
    }

    /// Pictures that were sent again.
    private(set) var sentAgainCount = 0
    private let groups: SilentGroups
    private let settings: VideoSettings
    private let frameSize: ImageSize
    /// Pictures in a group of a person that stays still.
    private let pictureCount: Int
    /// Steps of the walk, and pictures, of which as few as these take the same time.
    private let steps: Int
    private let pictures: Int
    /// Of the last picture.
    private var walkStep: Int?
    private var place = Place.outside

    private static let usualPictureCount = 50
    /// Of 25 steps a second that is enough for 20, 15, 12, 10 and 5 pictures.
    private static let mostPictures = 12

    /// A stream that begins; nil where each step of the walk is seen in more than one picture, or where they hardly ever come
    /// together.
    ///
    /// - Parameters:
    ///   - groups: those of the stream's avatar.
    ///   - settings: of the encoder.
    ///   - frameSize: of every frame.
    init?(_ groups: SilentGroups, settings: VideoSettings, frameSize: ImageSize) {
        let (walk, video) = (groups.stepRate, settings.frameRate)
        let (first, second) = (walk.numerator * video.denominator, walk.denominator * video.numerator)
        let divisor = Self.greatestDivisor(first, second)
        (steps, pictures) = (first / divisor, second / divisor)
        guard steps >= pictures, pictures <= Self.mostPictures else { return nil }
        self.groups = groups
        self.settings = settings
        self.frameSize = frameSize
        pictureCount = settings.keyFrameInterval ?? Self.usualPictureCount
    }

    /// What is to be done for the stream's next picture.
    ///
    /// - Parameters:
    ///   - frame: the picture's.
    ///   - keyFrameIsWanted: whether players must be able to begin at it.
    /// - Returns: the packet to be sent, or that the picture is to be encoded.
    mutating func step(to frame: Frame, keyFrameIsWanted: Bool) -> Step {
        let last = walkStep
        walkStep = frame.live?.walkStep
        guard let mark = frame.live, mark.isIdle, !mark.isRepeated, let last else { return leave() }
        let step = mark.walkStep
        let isStill = step == last
        // A round ends with any step, and the next one begins with one of the first.
        let most = (steps + pictures - 1) / pictures
        let isNext = step > last ? step - last >= steps / pictures && step - last <= most : step < most
        guard isStill || isNext else { return leave() }
        let begins = isStill || step < last || group(of: step) != group(of: last)
        switch place {
        case .sending(let group, let next) where next < group.count && group[next].walkStep == step:
            return group[next].packet.isKey || !keyFrameIsWanted ? send(group, next) : leave()
        case .encoding(let start, let group) where start.isStill == isStill:
            guard isStill ? group.count == pictureCount : begins else { return .encode(isKey: false) }
            groups.keep(group, at: start)
        default:
            guard begins else { return leave() }
        }
        return begin(
            SilentGroups.Start(
                settings: settings, frameSize: frameSize, walkStep: step,
                place: isStill ? 0 : frame.index % pictures, isStill: isStill))
    }

    /// Takes what came of a picture that was to be encoded.
    mutating func keep(_ packet: Packet) {
        guard case .encoding(let start, var group) = place, let walkStep else { return }
        // Held twice, the group would be copied.
        place = .outside
        let picture = SilentGroups.Picture(walkStep: walkStep, packet: EncodedPacket(packet, stream: 0))
        guard !group.isEmpty || picture.packet.isKey else { return }
        group.append(picture)
        place = .encoding(start, group)
    }

    /// Which part of a round a step is in, each as long as the pictures from one key frame to the next.
    private func group(of step: Int) -> Int { step * pictures / (steps * pictureCount) }

    private mutating func begin(_ start: SilentGroups.Start) -> Step {
        if let group = groups.group(at: start) { return send(group, 0) }
        place = .encoding(start, [])
        return .encode(isKey: true)
    }

    private mutating func send(_ group: [SilentGroups.Picture], _ index: Int) -> Step {
        place = .sending(group, next: index + 1)
        sentAgainCount += 1
        return .send(group[index].packet)
    }

    private mutating func leave() -> Step {
        // The encoder does not know what was sent in its place, so it begins anew.
        let isKey = if case .sending = place { true } else { false }
        place = .outside
        return .encode(isKey: isKey)
    }

    private static func greatestDivisor(_ first: Int, _ second: Int) -> Int {
        second == 0 ? max(first, 1) : greatestDivisor(second, first % second)
    }
}

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
    private let pictureSize: ImageSize
    /// Pictures in a group of a person that stays still.
    private let pictureCount: Int
    /// The smallest numbers of steps of the walk and of pictures that last equally long: 5 and 4 at 20 pictures a second.
    private let steps: Int
    private let pictures: Int
    /// Parts of a round that are groups of their own: as few as there can be, so that all have many pictures.
    private let partCount: Int
    /// Of the last picture; nil after one that says none.
    private var walkStep: Int?
    private var lastWasKey = false
    private var place = Place.outside

    private static let usualPictureCount = 50
    /// Of 25 steps a second that is enough for 20, 15, 12, 10 and 5 pictures.
    private static let mostPictures = 12
    /// Of fewer pictures a second groups would have hardly any, and encoding them takes next to nothing.
    private static let leastPicturesPerSecond = 5

    /// A stream that begins; nil for rates that are not served.
    ///
    /// - Parameters:
    ///   - groups: those of the stream's avatar.
    ///   - settings: of the encoder.
    ///   - frameSize: of every frame.
    init?(_ groups: SilentGroups, settings: VideoSettings, frameSize: ImageSize) {
        guard let ratio = Self.ratio(of: groups, to: settings.frameRate) else { return nil }
        (steps, pictures) = ratio
        self.groups = groups
        pictureSize = settings.pictureSize(ofFrames: frameSize)
        // What it comes to is known.
        var settings = settings
        settings.largestHeight = nil
        self.settings = settings
        pictureCount = settings.keyFrameInterval ?? Self.usualPictureCount
        // Of so many steps no more pictures come than a group may have, wherever they begin.
        let stepsPerGroup = max(steps * pictureCount / pictures, 1)
        partCount = (groups.roundLength + stepsPerGroup - 1) / stepsPerGroup
    }

    /// The smallest numbers of steps and of pictures that last equally long; nil for rates of which each step of the walk is
    /// seen in more than one picture, or where they hardly ever come together, and for rounds of so few steps that a picture
    /// may come a round later.
    static func ratio(of groups: SilentGroups, to frameRate: FrameRate) -> (steps: Int, pictures: Int)? {
        let first = groups.stepRate.numerator * frameRate.denominator
        let second = groups.stepRate.denominator * frameRate.numerator
        let divisor = FrameRate.greatestCommonDivisor(first, second)
        let (steps, pictures) = (first / divisor, second / divisor)
        guard steps >= pictures, pictures <= mostPictures,
            frameRate.numerator >= leastPicturesPerSecond * frameRate.denominator,
            groups.roundLength == 1 || groups.roundLength > mostSteps(steps, pictures)
        else { return nil }
        return (steps, pictures)
    }

    /// From a picture to the next one.
    private static func mostSteps(_ steps: Int, _ pictures: Int) -> Int { (steps + pictures - 1) / pictures }

    /// What is to be done for the stream's next picture.
    ///
    /// - Parameters:
    ///   - frame: the picture's.
    ///   - keyFrameIsWanted: whether players must be able to begin at it.
    /// - Returns: the packet to be sent, or that the picture is to be encoded.
    mutating func step(to frame: Frame, keyFrameIsWanted: Bool) -> Step {
        let last = walkStep
        // A picture that is shown for lost time has the step of the one that it is a copy of.
        walkStep = frame.live?.isRepeated == false ? frame.live?.walkStep : nil
        guard let mark = frame.live, mark.isIdle, !mark.isRepeated, let last else { return leave() }
        let step = mark.walkStep
        let distance = (step - last + groups.roundLength) % groups.roundLength
        let isStill = distance == 0
        guard isStill || (steps / pictures...Self.mostSteps(steps, pictures)).contains(distance) else { return leave() }
        let begins = isStill || step < last || part(of: step) != part(of: last)
        switch place {
        case .sending(let group, let next) where next < group.count && group[next].walkStep == step:
            // A key frame that is asked for just behind one comes a picture later.
            return group[next].packet.isKey || !keyFrameIsWanted || lastWasKey ? send(group, next) : leave()
        case .encoding(let start, let group) where start.isStill == isStill:
            // Of a short template a group has several rounds.
            let picturesPerRound = (groups.roundLength * pictures + steps - 1) / steps
            let hasRoom = partCount == 1 && group.count + picturesPerRound <= pictureCount
            guard isStill ? group.count == pictureCount : begins && !hasRoom else { return .encode(isKey: false) }
            groups.keep(group, at: start)
        default:
            guard begins else { return leave() }
        }
        // Two key frames in a row of different encoders may have one number, which H.264 forbids (7.4.3, idr_pic_id).
        guard !lastWasKey else { return leave() }
        return begin(
            SilentGroups.Start(
                settings: settings, pictureSize: pictureSize, walkStep: step,
                place: isStill ? 0 : frame.index % pictures, isStill: isStill))
    }

    /// Takes what came of a picture that was to be encoded.
    mutating func keep(_ packet: Packet) {
        lastWasKey = packet.isKey
        guard case .encoding(let start, var group) = place, let walkStep else { return }
        // Held twice, the group would be copied.
        place = .outside
        let picture = SilentGroups.Picture(walkStep: walkStep, packet: EncodedPacket(packet, stream: 0))
        guard !group.isEmpty || picture.packet.isKey else { return }
        group.append(picture)
        place = .encoding(start, group)
    }

    /// Which part of a round a step is in; no part has more pictures than there are from one key frame to the next.
    private func part(of step: Int) -> Int { step * partCount / groups.roundLength }

    private mutating func begin(_ start: SilentGroups.Start) -> Step {
        if let group = groups.group(at: start) { return send(group, 0) }
        place = .encoding(start, [])
        return .encode(isKey: true)
    }

    private mutating func send(_ group: [SilentGroups.Picture], _ index: Int) -> Step {
        place = .sending(group, next: index + 1)
        lastWasKey = group[index].packet.isKey
        sentAgainCount += 1
        return .send(group[index].packet)
    }

    private mutating func leave() -> Step {
        // The encoder does not know what was sent in its place, so it begins anew.
        let isKey = if case .sending = place { true } else { false }
        place = .outside
        return .encode(isKey: isKey)
    }
}

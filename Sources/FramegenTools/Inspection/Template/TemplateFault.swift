import Foundation
import FrameGeneration

/// Something of a template that will be seen in every speech: what, where, why, and what to do about it.
///
/// Numbers tell it. What is before the face in most images, such as a microphone, is not found, nor a face that all
/// landmarks miss.
public struct TemplateFault: Sendable, Hashable, Encodable {
    /// What is seen.
    public enum Kind: String, Sendable, Hashable, Encodable, CaseIterable {
        /// The face is larger than the network's square.
        case large
        /// The face gets lighter or darker.
        case light
        /// The face box trembles.
        case jitter
        /// The face box reaches out of the image.
        case outside
        /// The mouth is not in what the network fills in.
        case mouth
        /// The image is less sharp than the others.
        case blur
        /// Parts of the face are as light or as dark as can be.
        case clipped
        /// The face looks otherwise than in the other images, as behind a hand.
        case covered
    }

    /// What is seen.
    public let kind: Kind
    /// Where, by the places in the inspection's frames; at least one.
    public let frames: [Int]
    /// Where it is worst.
    public let worstFrame: Int
    /// What will be seen and why, as a sentence without a full stop.
    public let finding: String
    /// What to do, as a sentence without a full stop.
    public let advice: String

    /// Pixels by which a box's corner leaves its way before it is seen: whole pixels alone give 0.3, and up to 0.9.
    private static let steadyCorner = 1.0
    /// Levels by which the light of a face may change from one image to the next, and over the template.
    private static let steadyLight = (step: 3.0, whole: 25.0)
    /// Of the median of all images, the detail that a sharp one has at least.
    private static let sharpPart = 0.5
    /// The part of a face that may be as light or as dark as can be.
    private static let clippedPart = 0.02
    /// The part of the mouth's surroundings that may be outside.
    private static let hiddenPart = 0.1
    /// Levels by which a part of a face may look otherwise than in the other images, and how much of it: a mouth that is
    /// wide open is less.
    private static let usualLook: (levels: Float, part: Double) = (24, 0.35)

    static func all(
        in faces: [FaceLook?], _ frames: [TemplateInspection.Frame], jitter: BoxJitter?, steadyJitter: BoxJitter?,
        cropSide: Int
    ) -> [TemplateFault] {
        [
            large(frames, cropSide: cropSide), light(faces),
            trembling(frames, jitter, steadyJitter, cropSide: cropSide),
            outside(frames),
            mouth(faces), blur(faces), clipped(faces), covered(faces),
        ].compactMap { $0 }
    }

    private static func large(_ frames: [TemplateInspection.Frame], cropSide: Int) -> TemplateFault? {
        let sides = frames.map { Double($0.box?.width ?? 0) }
        return TemplateFault(.large, sides, where: { $0 > Double(cropSide) }) { side in
            "the face is up to \(Int(side)) pixels wide and the network's square \(cropSide), so that it is blurred "
                + "\(text(side / Double(cropSide))) times"
        } advice: {
            "--sharpen auto, or images in which the face is at most \(cropSide) pixels wide"
        }
    }

    private static func light(_ faces: [FaceLook?]) -> TemplateFault? {
        let levels = faces.map { $0?.light }
        let known = levels.compactMap { $0 }
        guard let least = known.min(), let most = known.max() else { return nil }
        let steps = levels.indices.map { index in
            guard index > 0, let last = levels[index - 1], let own = levels[index] else { return 0.0 }
            return abs(own - last)
        }
        let advice = "even light and a camera with fixed exposure; --paste seamless takes on the light of each image"
        let flicker = TemplateFault(.light, steps, where: { $0 > steadyLight.step }) { step in
            "the light on the face changes by up to \(text(step)) levels from one image to the next, which flickers"
        } advice: {
            advice
        }
        guard flicker == nil, most - least > steadyLight.whole else { return flicker }
        let gaps = levels.map { level in level.map { abs($0 - known.reduce(0, +) / Double(known.count)) } ?? 0 }
        return TemplateFault(.light, gaps, where: { $0 > steadyLight.whole / 2 }) { _ in
            "the light on the face changes by \(text(most - least)) levels over the template, which the network may not "
                + "follow"
        } advice: {
            advice
        }
    }

    private static func trembling(
        _ frames: [TemplateInspection.Frame], _ jitter: BoxJitter?, _ steady: BoxJitter?, cropSide: Int
    ) -> TemplateFault? {
        guard let jitter else { return nil }
        var distances = [Double](repeating: 0, count: frames.count)
        for corner in jitter.corners { distances[corner.frame] = corner.distance }
        // What trembles by a pixel of a face larger than the network's square, trembles by less in that.
        let side = frames.compactMap { $0.box?.width }.max() ?? 0
        let limit = steadyCorner * max(Double(side) / Double(max(cropSide, 1)), 1)
        return TemplateFault(.jitter, distances, where: { $0 > limit }) { most in
            let left = steady.map { ", and \(text($0.corner.max)) with --steady" } ?? ""
            return "the face box leaves its way by \(text(jitter.corner.median)) pixels in the median and by "
                + "\(text(most)) at most\(left), which makes the mouth tremble"
        } advice: {
            "--steady, or landmarks with less noise"
        }
    }

    private static func outside(_ frames: [TemplateInspection.Frame]) -> TemplateFault? {
        let sizes = frames.map { Double($0.clippedAt.count) }
        return TemplateFault(.outside, sizes, where: { $0 > 0 }) { _ in
            "the face box reaches out of the image, so that the network sees a stretched face it was not trained on"
        } advice: {
            "images with more room around the face, or --walk without these"
        }
    }

    private static func mouth(_ faces: [FaceLook?]) -> TemplateFault? {
        let parts = faces.map { $0?.hiddenMouth ?? 0 }
        return TemplateFault(.mouth, parts, where: { $0 > hiddenPart }) { part in
            "up to \(Int((part * 100).rounded())) % of the mouth's surroundings are outside of the face box or the image"
        } advice: {
            "landmarks that are looked at, or --walk without these"
        }
    }

    private static func blur(_ faces: [FaceLook?]) -> TemplateFault? {
        let known = faces.compactMap { $0?.detail }.sorted()
        guard !known.isEmpty, known[known.count / 2] > 0 else { return nil }
        let median = known[known.count / 2]
        // The less, the worse.
        let parts = faces.map { 1 - ($0?.detail ?? median) / median }
        return TemplateFault(.blur, parts, where: { $0 > 1 - sharpPart }) { part in
            "the face has down to \(Int(((1 - part) * 100).rounded())) % of the usual detail's energy, as motion or a lens "
                + "out of focus leave it, and the pasted part is sharper"
        } advice: {
            "a shorter exposure, or --walk without these"
        }
    }

    private static func clipped(_ faces: [FaceLook?]) -> TemplateFault? {
        let parts = faces.map { $0?.clippedPart ?? 0 }
        return TemplateFault(.clipped, parts, where: { $0 > clippedPart }) { part in
            "up to \(Int((part * 100).rounded())) % of the face box are as light or as dark as can be, where no detail is "
                + "left"
        } advice: {
            "less light or a lower exposure"
        }
    }

    private static func covered(_ faces: [FaceLook?]) -> TemplateFault? {
        let known = faces.compactMap { $0?.cells }
        guard !known.isEmpty else { return nil }
        func median(_ values: [SIMD3<Float>]) -> SIMD3<Float> {
            var middle = SIMD3<Float>.zero
            for colour in 0..<3 { middle[colour] = values.map { $0[colour] }.sorted()[values.count / 2] }
            return middle
        }
        let usual = known[0].indices.map { cell in median(known.map { $0[cell] }) }
        let parts = faces.map { face -> Double in
            guard let cells = face?.cells else { return 0 }
            // Another light over the whole face is another fault, whether it multiplies levels or is added to them.
            let factor = median(FaceLook.sideCells.map { (cells[$0] + .one) / (usual[$0] + .one) })
            let cast = median(FaceLook.sideCells.map { cells[$0] - usual[$0] })
            let others = FaceLook.middleCells.filter { cell in
                [usual[cell] * factor, usual[cell] + cast].allSatisfy { expected in
                    let gap = cells[cell] - expected.clamped(lowerBound: .zero, upperBound: .init(repeating: 255))
                    return max(abs(gap.x), abs(gap.y), abs(gap.z)) > usualLook.levels
                }
            }
            return Double(others.count) / Double(FaceLook.middleCells.count)
        }
        return TemplateFault(.covered, parts, where: { $0 > usualLook.part }) { part in
            "up to \(Int((part * 100).rounded())) % of the mouth's surroundings look otherwise than in most images, as behind a hand or "
                + "where landmarks miss it, and the network paints a face there"
        } advice: {
            "images that show the whole face, or --walk without these"
        }
    }

    /// One decimal.
    private static func text(_ value: Double) -> String { String(format: "%.1f", value) }

    private init(kind: Kind, frames: [Int], worstFrame: Int, finding: String, advice: String) {
        self.kind = kind
        self.frames = frames
        self.worstFrame = worstFrame
        self.finding = finding
        self.advice = advice
    }

    /// A fault of the frames whose number is at fault, the more the higher it is; nil where none is.
    private init?(
        _ kind: Kind, _ numbers: [Double], where isFault: (Double) -> Bool, finding: (Double) -> String,
        advice: () -> String
    ) {
        let frames = numbers.indices.filter { isFault(numbers[$0]) }
        guard let worst = frames.max(by: { numbers[$0] < numbers[$1] }) else { return nil }
        self.init(
            kind: kind, frames: frames, worstFrame: worst, finding: finding(numbers[worst]), advice: advice())
    }
}

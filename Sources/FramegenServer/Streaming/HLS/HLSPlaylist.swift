import Foundation

/// The text of a low-latency HLS media playlist, as RFC 8216bis (draft-pantos-hls-rfc8216bis) wants it.
struct HLSPlaylist: Sendable {
    /// A part of a segment.
    struct Part: Sendable {
        let durationInSeconds: Double
        /// Whether it begins with a key frame.
        let isIndependent: Bool
    }

    /// A segment, or what there is of the newest one.
    struct Segment: Sendable {
        let number: Int
        /// When its first picture was made, from the beginning of 1970, UTC.
        let dateInSeconds: Double
        /// Empty where players are too far on to want them.
        let parts: [Part]
        /// nil while it is being made.
        let durationInSeconds: Double?
    }

    /// No segment lasts longer, when rounded to whole seconds.
    let targetDurationInSeconds: Int
    /// No part lasts longer.
    let partTargetInSeconds: Double
    let segments: [Segment]
    /// Whether the stream is over.
    let hasEnded: Bool

    /// The text, each name of a file followed by a query, such as one with a token.
    func text(query: String = "") -> String {
        // Rounded up, so that no part that is rounded to the nearest is longer.
        let partTarget = (partTargetInSeconds * 1e5 - 1e-6).rounded(.up) / 1e5
        var lines = [
            "#EXTM3U", "#EXT-X-VERSION:9", "#EXT-X-TARGETDURATION:\(targetDurationInSeconds)",
            "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=\(Self.text(3 * partTarget)),"
                + "HOLD-BACK=\(Self.text(3 * Double(targetDurationInSeconds)))",
            "#EXT-X-PART-INF:PART-TARGET=\(Self.text(partTarget))",
            "#EXT-X-MEDIA-SEQUENCE:\(segments.first?.number ?? 0)", "#EXT-X-INDEPENDENT-SEGMENTS",
            "#EXT-X-MAP:URI=\"\(HLSFile.initialization.name)\(query)\"",
        ]
        for segment in segments {
            lines.append("#EXT-X-PROGRAM-DATE-TIME:\(Self.date(segment.dateInSeconds))")
            for (index, part) in segment.parts.enumerated() {
                let name = HLSFile.part(segment: segment.number, index: index).name
                lines.append(
                    "#EXT-X-PART:DURATION=\(Self.text(part.durationInSeconds)),URI=\"\(name)\(query)\""
                        + (part.isIndependent ? ",INDEPENDENT=YES" : ""))
            }
            guard let duration = segment.durationInSeconds else { continue }
            lines += ["#EXTINF:\(Self.text(duration)),", HLSFile.segment(segment.number).name + query]
        }
        lines.append(hasEnded ? "#EXT-X-ENDLIST" : "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"\(nextPart.name)\(query)\"")
        return lines.joined(separator: "\n") + "\n"
    }

    private var nextPart: HLSFile {
        guard let last = segments.last else { return .part(segment: 0, index: 0) }
        return last.durationInSeconds == nil
            ? .part(segment: last.number, index: last.parts.count) : .part(segment: last.number + 1, index: 0)
    }

    private static func text(_ seconds: Double) -> String { String(format: "%.5f", seconds) }

    private static func date(_ seconds: Double) -> String {
        Date.ISO8601FormatStyle(includingFractionalSeconds: true).format(Date(timeIntervalSince1970: seconds))
    }
}

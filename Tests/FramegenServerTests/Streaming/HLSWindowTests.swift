import Foundation
import Hummingbird
import Media
import Testing

@testable import FramegenServer

@Suite("HLS windows and playlists", .timeLimit(.minutes(2)))
struct HLSWindowTests {
    private var settings: StreamBroadcastSettings { StreamBroadcastSettings() }

    private func fragment(
        _ number: Int, isKeyFrame: Bool, duration: Double = 0.04, byteCount: Int = 4
    ) -> BroadcastFragment {
        BroadcastFragment(
            number: number, bytes: ByteBuffer(repeating: UInt8(truncatingIfNeeded: number), count: byteCount),
            times: StreamFragmentTimes(
                startInSeconds: Double(number) * duration, durationInSeconds: duration, isKeyFrame: isKeyFrame),
            arrival: .zero)
    }

    @Test("the playlist says what RFC 8216bis asks for")
    func text() {
        var window = HLSWindow(firstNumber: 7, settings: settings)
        for number in 0..<62 {
            _ = window.append(
                fragment(number, isKeyFrame: number % 50 == 0), dateInSeconds: 1_700_000_000 + Double(number) * 0.04)
        }
        let parts = (0..<10).map { index in
            "#EXT-X-PART:DURATION=0.20000,URI=\"part7.\(index).m4s?t=1\"" + (index == 0 ? ",INDEPENDENT=YES" : "")
        }
        let expected =
            [
                "#EXTM3U", "#EXT-X-VERSION:9", "#EXT-X-TARGETDURATION:2",
                "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.60000,HOLD-BACK=6.00000",
                "#EXT-X-PART-INF:PART-TARGET=0.20000", "#EXT-X-MEDIA-SEQUENCE:7", "#EXT-X-INDEPENDENT-SEGMENTS",
                "#EXT-X-MAP:URI=\"init.mp4?t=1\"", "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:20.000Z",
            ] + parts + [
                "#EXTINF:2.00000,", "segment7.m4s?t=1", "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:22.000Z",
                "#EXT-X-PART:DURATION=0.20000,URI=\"part8.0.m4s?t=1\",INDEPENDENT=YES",
                "#EXT-X-PART:DURATION=0.20000,URI=\"part8.1.m4s?t=1\"",
                "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"part8.2.m4s?t=1\"",
            ]
        #expect(window.playlist.text(query: "?t=1") == expected.joined(separator: "\n") + "\n")
        window.end()
        let ended = window.playlist.text()
        #expect(ended.hasSuffix("#EXTINF:0.48000,\nsegment8.m4s\n#EXT-X-ENDLIST\n"))
        #expect(!ended.contains("PRELOAD"))
    }

    @Test(
        "no part is longer than the target, and none but a segment's last is much shorter",
        arguments: [24.0, 25, 30_000.0 / 1001, 50, 60, 12.5, 3])
    func partDurations(framesPerSecond: Double) {
        var window = HLSWindow(firstNumber: 0, settings: settings)
        let interval = Int(2 * framesPerSecond)
        for number in 0..<interval * 4 {
            _ = window.append(
                fragment(number, isKeyFrame: number % interval == 0, duration: 1 / framesPerSecond),
                dateInSeconds: 0)
        }
        for segment in window.segments {
            #expect(segment.parts.allSatisfy { $0.durationInSeconds <= window.partTargetInSeconds + 1e-6 })
            #expect(
                segment.parts.dropLast().allSatisfy { $0.durationInSeconds >= 0.85 * window.partTargetInSeconds })
            #expect(segment.durationInSeconds.rounded() <= Double(window.targetDurationInSeconds))
        }
    }

    @Test("over hours numbers go on one by one and what is kept stays the same")
    func hours() throws {
        var window = HLSWindow(firstNumber: 0, settings: settings)
        var (last, segmentsKept, ends) = (0, 0, 0)
        for number in 0..<3 * 3600 * 25 {
            let isKeyFrame = number % 50 == 0
            _ = window.append(
                fragment(number, isKeyFrame: isKeyFrame), dateInSeconds: 1_700_000_000 + Double(number) * 0.04)
            guard isKeyFrame, number % 5000 == 0, number > 1000 else { continue }
            let playlist = window.playlist
            ends += 1
            #expect(playlist.segments.count == 6)
            let numbers = playlist.segments.map(\.number)
            #expect(numbers == Array(numbers[0]..<numbers[0] + 6))
            #expect(numbers.last == number / 50 - 1)
            #expect(numbers[0] > last)
            last = numbers[0]
            segmentsKept = max(segmentsKept, window.segments.count)
            #expect(playlist.text().contains("#EXT-X-MEDIA-SEQUENCE:\(numbers[0])\n"))
        }
        #expect(ends == 53)
        #expect(segmentsKept <= 13)
    }

    @Test("a segment is its parts, byte for byte")
    func bytes() throws {
        var window = HLSWindow(firstNumber: 0, settings: settings)
        for number in 0...60 { _ = window.append(fragment(number, isKeyFrame: number % 30 == 0), dateInSeconds: 0) }
        let segment = try #require(window.fragments(ofSegment: 1))
        let parts = try (0..<6).flatMap { try #require(window.fragments(ofPart: $0, segment: 1)) }
        #expect(segment == parts)
        #expect(segment.count == 30)
        #expect(window.fragments(ofPart: 6, segment: 1) == nil)
        #expect(window.fragments(ofSegment: 2) == nil)
    }

    @Test("bytes are bounded, also when no key frame comes")
    func boundedBytes() {
        var settings = settings
        settings.hlsBytesAtMost = 100_000
        var window = HLSWindow(firstNumber: 0, settings: settings)
        for number in 0..<500 {
            _ = window.append(fragment(number, isKeyFrame: number % 10 == 0, byteCount: 1000), dateInSeconds: 0)
            #expect(!window.isOverfull)
        }
        for number in 500..<700 where !window.isOverfull {
            _ = window.append(fragment(number, isKeyFrame: false, byteCount: 1000), dateInSeconds: 0)
        }
        #expect(window.isOverfull)
    }

    @Test(
        "what a player may wait for",
        arguments: [
            // Segment 3 is being made and has parts 0 and 1; segments before it have ten.
            (2, nil, true, false), (3, nil, false, false), (4, nil, false, false), (5, nil, false, true),
            (3, 1, true, false), (3, 2, false, false), (3, 16, false, false), (3, 17, false, true),
            (2, 9, true, false), (2, 10, true, false), (4, 0, false, false), (4, 30, false, true),
            (Int.max, Int.max, false, true), (0, Int.max, true, false),
        ] as [(Int, Int?, Bool, Bool)])
    func reaching(segment: Int, part: Int?, isReached: Bool, isTooFar: Bool) {
        var window = HLSWindow(firstNumber: 0, settings: settings)
        for number in 0..<162 { _ = window.append(fragment(number, isKeyFrame: number % 50 == 0), dateInSeconds: 0) }
        #expect(window.currentNumber == 3)
        #expect(window.current?.parts.count == 2)
        #expect(window.reaches(segment: segment, part: part) == isReached)
        #expect(window.isTooFarAhead(segment: segment, part: part) == isTooFar)
    }

    @Test(
        "names are read as they are written, and no other ones",
        arguments: [
            "index.m3u8", "init.mp4", "segment0.m4s", "segment12.m4s", "part3.0.m4s",
        ])
    func names(name: String) {
        #expect(HLSFile(name: name)?.name == name)
        for other in [name.uppercased(), "0" + name, name + "x", "segment01.m4s", "part1.m4s", "segment+1.m4s"] {
            #expect(HLSFile(name: other) == nil)
        }
    }
}

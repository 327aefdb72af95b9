import Foundation
import Framegen
import Synchronization

/// Lets the avatar speak live into a stream: as many utterances as that, each when the mouth has been shut for a second,
/// and every fourth one interrupted after two seconds.
func speakLive(_ avatar: Avatar, utterances: Int, to path: String) async throws {
    let speech = try await LiveSpeech(for: avatar)
    let take = avatar.speak(.live(speech))
    let format = try await take.format
    var settings = VideoSettings(frameRate: format.frameRate, crf: 23, preset: .superfast, threads: 1)
    settings.lowDelay = true
    guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
    else { throw FramegenError(.cannotWrite, "\(path) cannot be written") }
    let sink = LiveSink(
        speech, count: utterances,
        video: try VideoStreamSink(
            to: FileWriter(file: file), frameSize: format.frameSize, settings: settings, sound: format.sound))
    let processorTime = ProcessState.processorSeconds
    let duration = try await seconds { try await take.write(to: [sink]) }
    await sink.sayResults()
    say("processor time", (ProcessState.processorSeconds - processorTime) / duration, "cores")
    say("resident", ProcessState.residentMiB, "MiB")
}

/// Bytes to a file.
struct FileWriter: StreamWriter {
    let file: FileHandle

    func write(_ piece: StreamPiece) throws(FramegenError) {
        do {
            try file.write(contentsOf: piece.bytes)
        } catch {
            throw FramegenError(.cannotWrite, "the stream cannot be written", cause: error)
        }
    }
}

/// Encodes frames, says the next utterance when it is time, and measures.
actor LiveSink: FrameSink {
    nonisolated var wantsPictures: Bool { true }
    private let speech: LiveSpeech
    private let count: Int
    private let video: VideoStreamSink
    private var said = 0
    private var begun: ContinuousClock.Instant?
    private var current: Int?
    private var idleFrames = 0
    private var interrupted: ContinuousClock.Instant?
    private var latencies: [Double] = []
    private var soundLatencies: [Double] = []
    private var closings: [Double] = []
    private var lateness: [Double] = []
    private var repeated = 0

    init(_ speech: LiveSpeech, count: Int, video: VideoStreamSink) {
        self.speech = speech
        self.count = count
        self.video = video
    }

    func write(_ frame: Frame) async throws(FramegenError) {
        try await video.write(frame)
        guard let mark = frame.live else { return }
        lateness.append(speech.lateness(of: mark))
        if mark.isRepeated { repeated += 1 }
        if let begun, let current {
            let passed = begun.duration(to: .now) / .seconds(1)
            if mark.seenUtterance == current, latencies.count < said { latencies.append(passed) }
            if mark.utterance == current, soundLatencies.count < said { soundLatencies.append(passed) }
            if said % 4 == 0, interrupted == nil, passed > 2 {
                interrupted = .now
                await speech.interrupt()
            }
        }
        idleFrames = mark.isIdle ? idleFrames + 1 : 0
        if mark.isIdle, let interrupted {
            closings.append(interrupted.duration(to: .now) / .seconds(1))
            self.interrupted = nil
            current = nil
        }
        // In the first five seconds the faces for silence are made.
        guard idleFrames >= 25, frame.index > 250 else { return }
        if said == count {
            await speech.end()
        } else {
            said += 1
            idleFrames = 0
            begun = .now
            current = try await speech.say(.sound(path: "Demo/audio/voice_kal16.wav"))
        }
    }

    func finish() async throws(FramegenError) { try await video.finish() }

    func abandon() async { await video.abandon() }

    func sayResults() {
        for (label, values) in [
            ("call to the first frame made from the sound", latencies),
            ("call to the first frame with sound", soundLatencies),
            ("interruption to the shut mouth", closings), ("lateness of a frame", lateness),
        ] where !values.isEmpty {
            let sorted = values.sorted()
            say("\(label), median", 1000 * sorted[sorted.count / 2], "ms")
            say("\(label), 95th percentile", 1000 * sorted[min(sorted.count - 1, sorted.count * 95 / 100)], "ms")
            say("\(label), largest", 1000 * (sorted.last ?? 0), "ms")
        }
        say("frames repeated, of \(lateness.count)", Double(repeated), "")
    }
}

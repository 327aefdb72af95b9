import Foundation
import FrameGeneration
import Framegen
import Media
import TestSupport
import Testing

@testable import FramegenServer

@Suite("What an avatar's frames are measured to cost", .timeLimit(.minutes(5)))
struct CostMeasurementTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// An avatar of small images, whose network does nothing for a while.
    private func avatar(imageCount: Int, secondsPerFace: Double = 0.001) async throws -> Avatar {
        let boxes = (0..<imageCount).map { (left: 10 + $0 % 2, right: 40 + $0 % 2, top: 10) }
        let images = try ImageTemplate(boxes: boxes, in: folder)
        let template = try Template(path: images.path, usesParsing: false, decoder: ImageFileDecoder())
        return try await Avatar.test(
            template, generator: .syncTalk328AVE,
            engine: StandInEngine { run in if run.window != nil { Thread.sleep(forTimeInterval: secondsPerFace) } },
            templateCacheInBytes: 0, platform: .standard
        ) { parts in parts.speechEncoder = .test(engine: MeanEngine()) }
    }

    @Test("a frame of speech is as dear as its face, and silence, whose faces were made before, is not")
    func kinds() async throws {
        let face = 0.05
        let avatar = try await avatar(imageCount: 3, secondsPerFace: face)
        let costs = try await Admission.Costs.measure(avatar, try SilentGroups(of: avatar))
        for cost in [costs.encoded, costs.sentAgain] {
            // Frames that waited to be encoded come together.
            #expect(cost.speakingInSeconds > face / 2)
            #expect(cost.idleInSeconds > 0 && cost.idleInSeconds < face / 2)
            #expect(cost.stillInSeconds > 0 && cost.stillInSeconds < face / 2)
        }
    }

    @Test("the first session finds the silence encoded that the measurement saw")
    func silence() async throws {
        let avatar = try await avatar(imageCount: 3)
        let silence = try SilentGroups(of: avatar)
        _ = try await Admission.Costs.measure(avatar, silence)

        let speech = try await LiveSpeech(for: avatar, pace: .asFastAsPossible)
        let take = avatar.speak(.live(speech))
        let format = try await take.format
        let sink = try VideoStreamSink(
            to: Nobody(), frameSize: format.frameSize, settings: .live(format.frameRate), sound: format.sound,
            silence: silence)
        try await take.write(to: [CountedFrames(sink, ending: speech, after: 100)])
        // All but those up to the first step with which a group begins.
        #expect(await sink.picturesSentAgain > 80)
    }

    @Test("noise that cannot be spoken ends the measurement with an error")
    func unspeakable() async throws {
        let images = try ImageTemplate(boxes: [(10, 40, 10), (12, 42, 10)], in: folder)
        let template = try Template(path: images.path, usesParsing: false, decoder: ImageFileDecoder())
        let avatar = try await Avatar.test(
            template, generator: .syncTalk328AVE, templateCacheInBytes: 0, platform: .standard
        ) { parts in
            // Silence is the same throughout, and noise is not.
            let engine = StandInEngine { run throws(FramegenError) in
                guard Set(run.inputs[0].values).count == 1 else { throw FramegenError(.internalFailure, "no memory") }
            }
            parts.speechEncoder = .test(engine: engine)
        }
        let error = await #expect(throws: FramegenError.self) {
            try await Admission.Costs.measure(avatar, try SilentGroups(of: avatar))
        }
        #expect(error?.message.contains("was not spoken") == true)
    }

    @Test("a template so long that its silence hardly comes back is counted as encoded each time")
    func longTemplate() async throws {
        let avatar = try await avatar(imageCount: 202)
        #expect(try avatar.firstPassFrameCount(TakeSettings()) > 400)
        let costs = try await Admission.Costs.measure(avatar, try SilentGroups(of: avatar))
        #expect(costs.encoded == costs.sentAgain)
        #expect(costs.encoded.speakingInSeconds > 0)
    }
}

private struct Nobody: StreamWriter {
    func write(_ piece: StreamPiece) {}
}

/// Ends the speech after some frames.
private actor CountedFrames: FrameSink {
    nonisolated var wantsPictures: Bool { true }
    private let sink: VideoStreamSink
    private let speech: LiveSpeech
    private let limit: Int
    private var count = 0

    init(_ sink: VideoStreamSink, ending speech: LiveSpeech, after limit: Int) {
        self.sink = sink
        self.speech = speech
        self.limit = limit
    }

    func write(_ frame: Frame) async throws(FramegenError) {
        try await sink.write(frame)
        count += 1
        if count == limit { await speech.end() }
    }

    func finish() async throws(FramegenError) { try await sink.finish() }

    func abandon() async { await sink.abandon() }
}

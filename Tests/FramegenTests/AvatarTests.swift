import Foundation
import Framegen
import Media
import RegexBuilder
import TestSupport
import Testing

@Suite("One avatar, several takes")
struct AvatarTests {
    private static let voices = ["audio/voice_kal16.wav", "audio/voice_espeak.wav"].map(Fixtures.demoPath)

    /// What viewers get of a frame.
    private struct Shown: Equatable {
        let index: Int
        let templateIndex: Int
        let image: PixelImage
        let sound: SoundSpan?
    }

    private static func avatar(_ change: (inout AvatarSettings) -> Void = { _ in }) async throws -> Avatar {
        var settings = Demo.settings()
        settings.engine.threads = 2
        change(&settings)
        return try await Avatar(Demo.source(), settings: settings)
    }

    private static func frames(_ take: Take) async throws -> [Shown] {
        var shown: [Shown] = []
        for try await frame in take.frames {
            shown.append(
                Shown(
                    index: frame.index, templateIndex: frame.templateIndex, image: frame.makeImage(),
                    sound: frame.sound))
        }
        return shown
    }

    private static func take(_ voice: Int, of avatar: Avatar) -> Take {
        var settings = TakeSettings()
        settings.frameLimit = 6
        return avatar.speak(.sound(path: voices[voice]), settings: settings)
    }

    @Test("show the same frames with the same sound one after the other and at once as each with an avatar of its own")
    func sameFrames() async throws {
        var alone: [[Shown]] = []
        for voice in Self.voices.indices {
            alone.append(try await Self.frames(Self.take(voice, of: Self.avatar())))
        }
        #expect(alone.map(\.count) == [6, 6] && alone[0] != alone[1])
        #expect(alone.allSatisfy { $0.allSatisfy { ($0.sound?.sampleCount ?? 0) > 0 } })

        let avatar = try await Self.avatar()
        for voice in Self.voices.indices {
            #expect(try await Self.frames(Self.take(voice, of: avatar)) == alone[voice], "voice \(voice)")
        }
        async let first = Self.frames(Self.take(0, of: avatar))
        async let second = Self.frames(Self.take(1, of: avatar))
        let atOnce = try await [first, second]
        #expect(atOnce == alone)
    }

    @Test("walk the part of the template that is asked for, forth and back, and start within it")
    func walk() async throws {
        let avatar = try await Self.avatar {
            $0.engine.choice = .passthrough
            $0.template.walk = .frames(10...12)
        }
        func indices(startFrame: Int) async throws -> [Int] {
            var settings = TakeSettings()
            settings.frameLimit = 6
            settings.startFrame = startFrame
            let take = avatar.speak(Demo.features.speech, settings: settings)
            return try await Self.frames(take).map(\.templateIndex)
        }
        // The first frame shows the one after the start, as the original's does.
        #expect(try await indices(startFrame: 0) == [11, 12, 11, 10, 11, 12])
        #expect(try await indices(startFrame: 11) == [12, 11, 12, 11, 12, 11])
        for start in [9, 13] {
            let error = await #expect(throws: FramegenError.self) { try await indices(startFrame: start) }
            #expect(error?.code == .invalidRequest && error?.message.contains("expected 10 to 12") == true)
        }
    }

    @Test("a walk that leaves the template is refused", arguments: [95...100, 100...100, -1...3])
    func badWalk(walk: ClosedRange<Int>) async throws {
        let error = await #expect(throws: FramegenError.self) {
            try await Self.avatar {
                $0.engine.choice = .passthrough
                $0.template.walk = .frames(walk)
            }
        }
        #expect(error?.code == .invalidRequest && error?.message.contains("expected parts of 0..99") == true)
    }
}

@Suite("The precision that auto takes")
struct PrecisionChoiceTests {
    @Test(
        """
        is bf16 for the demo where the processor multiplies matrices of it, or else what is faster; the summary says why, and a
        second time nothing is tried
        """,
        .enabled(if: ProcessorFeatures.current.hasBF16, "the processor has no instructions for bf16"))
    func bf16() async throws {
        let folder = try TemporaryFolder()
        var request = Demo.request(.sound(path: Demo.voice))
        request.settings.precision = .auto
        request.take.frameLimit = 2
        request.outputs = [.frames(FrameFolder(path: folder.file("frames")))]
        var loading = AvatarLoading(request.source, request.settings)
        loading.memoryFolder = folder.file("memory")
        let avatar = try await Avatar(loading.parts())
        let reason = try #require(avatar.precisionReason)
        let number = /[0-9.]+/
        let faster = Regex {
            "bf16 keeps "
            number
            " dB, "
            number
            " in the face and the mouth, and takes "
            number
            " ms a frame against "
            number
            " in fp32"
        }
        let slower = Regex {
            "bf16 is no faster: it takes "
            number
            " ms a frame against "
            number
            " in fp32"
        }
        #expect(reason.prefixMatch(of: avatar.precision == .bf16 ? faster : slower) != nil, "\(reason)")
        // With vectors alone, a network in bf16 takes longer than framegen's own layers in fp32 on some processors.
        #expect(avatar.precision == .bf16 || !ProcessorFeatures.current.multipliesMatrices, "\(reason)")
        #expect(avatar.precision != .bf16 || avatar.engineName == "openvino")

        let summary = try await request.render(avatar) { _ in }
        #expect(summary.precision == avatar.precision && summary.precisionReason == reason)
        #expect(summary.engineName == avatar.engineName && summary.frameCount == 2)
        // The figures are the ones that were remembered.
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("memory")).count == 1)
        #expect(try await Avatar(loading.parts()).precisionReason == reason)
    }

    @Test(
        "in bf16 keeps 45 dB in the face and in the mouth, where the mouth opens and shuts fastest",
        .enabled(if: ProcessorFeatures.current.hasBF16, "the processor has no instructions for bf16"),
        // Of the demo's speech the frames whose mouths are worst.
        arguments: [155..<160, 252..<256])
    func mouthsInBF16(range: Range<Int>) async throws {
        func frames(_ precision: PrecisionChoice) async throws -> [Frame] {
            var settings = Demo.settings()
            settings.precision = precision
            let avatar = try await Avatar(Demo.source(), settings: settings)
            var take = TakeSettings()
            take.firstFrame = range.lowerBound
            take.frameLimit = range.upperBound
            let speech = Speech.sound(path: Fixtures.demoPath("audio/speech.wav"))
            var frames: [Frame] = []
            for try await frame in avatar.speak(speech, settings: take).frames { frames.append(frame) }
            return frames
        }
        let template = try Template(path: Demo.template, usesParsing: false, decoder: ImageFileDecoder())
        let (exact, fast) = (try await frames(.fp32), try await frames(.bf16))
        #expect(exact.count == range.count && fast.count == range.count)
        for (exact, fast) in zip(exact, fast) {
            let place = template.frames[exact.templateIndex]
            for rect in [place.cropRect, try #require(place.mouthRect)] {
                let metrics = QualityMetrics(
                    comparing: exact.makeImage().cropped(to: rect), with: fast.makeImage().cropped(to: rect))
                #expect(metrics.peakSignalToNoiseRatio > 45, "frame \(exact.index)")
            }
        }
    }

    @Test("is fp32 with an engine that has no bf16, which is said only where the processor has it")
    func fp32() async throws {
        var settings = Demo.settings(.passthrough)
        settings.precision = .auto
        let avatar = try await Avatar(Demo.source(), settings: settings)
        #expect(avatar.precision == .fp32)
        #expect(
            avatar.precisionReason
                == (ProcessorFeatures.current.hasBF16 ? "passthrough does not compute in bf16 here" : nil))
    }

    @Test("has no reason where it was asked for")
    func askedFor() async throws {
        let avatar = try await Avatar(Demo.source(), settings: Demo.settings(.passthrough))
        #expect(avatar.precision == .fp32 && avatar.precisionReason == nil)
    }
}

package import FrameGeneration
package import Synchronization

extension Platform {
    /// A platform without files but the template's.
    ///
    /// - Parameters:
    ///   - imageDecoder: reads the template's images.
    ///   - openSound: opens a sound file; by default there is none.
    ///   - openFeatures: opens a file of features; by default there is none.
    /// - Returns: the platform.
    package static func test(
        imageDecoder: any ImageDecoding = TextImageDecoder(),
        openSound: @escaping @Sendable (String) throws(FramegenError) -> any SoundSource = missing,
        openFeatures: @escaping @Sendable (String) throws(FramegenError) -> any FeatureSource = missing
    ) -> Platform {
        Platform(
            imageDecoder: imageDecoder, pictureConverter: GreyPictures(),
            openSound: { (path, _, _) throws(FramegenError) in try openSound(path) },
            openSamples: { (samples) throws(FramegenError) in try ArrivingSound(samples) },
            convertTrack: { (source, _) throws(FramegenError) in source },
            openFeatures: { (path, _) throws(FramegenError) in try openFeatures(path) })
    }

    private static func missing<Source>(_ path: String) throws(FramegenError) -> Source {
        throw FramegenError(.notFound, "there is no \(path)")
    }
}

/// Makes pictures of which each is of one grey: the first value of the image, or the middle of the face once
/// there is one.
package struct GreyPictures: PictureConverting {
    package init() {}

    package func picture(of image: PixelImage) -> PlanarPicture { Self.picture(image.size, image.pixels[0]) }

    package func update(_ picture: inout PlanarPicture, with face: PixelImage, at rect: PixelRect, in image: PixelImage)
    {
        picture = Self.picture(
            image.size, face.pixels[(face.height / 2 * face.width + face.width / 2) * PixelImage.channels])
    }

    private static func picture(_ size: ImageSize, _ value: UInt8) -> PlanarPicture {
        let count = size.roundedUpToEven.width * size.roundedUpToEven.height
        let difference = PageArray<UInt8>(repeating: 128, count: count / 4)
        return PlanarPicture(
            size: size, luma: PageArray(repeating: value, count: count), blueDifference: difference,
            redDifference: difference)
    }
}

/// Sound that is held in memory, given out in pieces, and counted.
package actor ArraySound: SoundSource {
    /// What readers have asked for.
    package struct Use: Sendable {
        /// Calls of `nextPiece`.
        package var calls = 0
        /// Samples of each channel that were given out.
        package var givenSamples = 0
        /// Whether somebody asked for a piece before the one before had come.
        package var isOverlapped = false
    }

    package nonisolated let name: String
    package nonisolated let trackFormat: SoundTrackFormat
    package nonisolated let expectedSpeechSampleCount: Int?
    package nonisolated let use = Mutex(Use())
    private let speech: [Float]
    private let track: [Float]
    private let pieceCount: Int
    private var piece = 0
    private var isGiving = false

    /// - Parameters:
    ///   - name: what errors call it.
    ///   - format: of `track`.
    ///   - speech: what features are made of.
    ///   - track: what viewers hear, interleaved.
    ///   - pieceCount: pieces, of which each has its share of both.
    ///   - isLengthKnown: whether the sound says how long it is.
    package init(
        name: String = "sound in memory", format: SoundTrackFormat, speech: [Float] = [], track: [Float],
        pieceCount: Int = 10, isLengthKnown: Bool = true
    ) {
        self.name = name
        trackFormat = format
        expectedSpeechSampleCount = isLengthKnown ? speech.count : nil
        self.speech = speech
        self.track = track
        self.pieceCount = pieceCount
    }

    package func nextPiece() async -> SoundPiece? {
        use.withLock { use in
            use.calls += 1
            if isGiving { use.isOverlapped = true }
        }
        isGiving = true
        // Others may come meanwhile.
        await Task.yield()
        isGiving = false
        guard piece < pieceCount else { return nil }
        defer { piece += 1 }
        let next = SoundPiece(speech: share(of: speech, 1), track: share(of: track, trackFormat.channelCount))
        use.withLock { $0.givenSamples += next.track.count / trackFormat.channelCount }
        return next
    }

    private func share(of samples: [Float], _ channelCount: Int) -> [Float] {
        let count = samples.count / channelCount
        return Array(
            samples[count * piece / pieceCount * channelCount..<count * (piece + 1) / pieceCount * channelCount])
    }
}

/// Samples that arrive, heard as they are: at 16,000 Hz.
private actor ArrivingSound: SoundSource {
    nonisolated let name: String
    nonisolated let trackFormat: SoundTrackFormat
    nonisolated let expectedSpeechSampleCount: Int? = nil
    private let samples: SpeechSamples

    init(_ samples: SpeechSamples) throws(FramegenError) {
        guard samples.sampleRate == 16_000 else {
            throw FramegenError(.invalidRequest, "tests have no sound of \(samples.sampleRate) Hz, expected 16000")
        }
        self.samples = samples
        name = samples.name
        trackFormat = SoundTrackFormat(sampleRate: samples.sampleRate, channelCount: 1)
    }

    func nextPiece() async throws(FramegenError) -> SoundPiece? {
        try await samples.next().map { SoundPiece(speech: $0, track: $0) }
    }
}

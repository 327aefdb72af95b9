/// A template frame with its face cut out.
package struct CutFrame: Sendable {
    /// The video frames that show it, one or more.
    package let indices: Range<Int>
    package let templateIndex: Int
    package let source: Template.Frame
    /// The feature row in the middle of the sound that belongs to it.
    package let featureRow: Int
    let image: Image
    let parsing: Image?
    /// The face box, resized.
    package let faceCrop: Image
}

/// A template frame prepared for the network, with the sound that belongs to it.
package struct ComposedFrame: Sendable {
    package let cut: CutFrame
    package let networkInput: Tensor
    package let audioWindow: Tensor
}

/// A template frame and the face that the network made for it.
package struct GeneratedFrame: Sendable {
    package let cut: CutFrame
    package let face: Tensor
}

/// A finished picture and the video frames that show it.
package struct CompositedFrame: Sendable {
    package let indices: Range<Int>
    package let templateIndex: Int
    package let image: Image
}

/// Reads template frames in ping-pong order and prepares them, one for each row of features that a video frame shows.
actor ComposeStage {
    private let template: Template
    private let decoder: any ImageDecoding
    private let composer: Composer
    private let times: StageTimes
    private let frameLimit: Int
    private let schedule: FrameSchedule
    private var order: PingPong
    private var windows: AudioWindows
    private var row = 0
    private let executor = StageExecutor(name: "compose")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(
        template: Template, windows: AudioWindows, schedule: FrameSchedule, composer: Composer,
        decoder: any ImageDecoding, startFrame: Int, frameLimit: Int?, times: StageTimes
    ) {
        self.template = template
        self.windows = windows
        self.schedule = schedule
        self.composer = composer
        self.decoder = decoder
        self.frameLimit = frameLimit ?? .max
        self.times = times
        order = PingPong(count: template.frames.count, start: startFrame)
    }

    func next() async throws(FramegenError) -> ComposedFrame? {
        while true {
            let indices = schedule.frames(showing: row).clamped(to: 0..<frameLimit)
            guard indices.lowerBound < frameLimit, let window = try await nextWindow(),
                let templateIndex = order.next()
            else { return nil }
            defer { row += 1 }
            if !indices.isEmpty { return try compose(indices, templateIndex, window) }
        }
    }

    private func compose(
        _ indices: Range<Int>, _ templateIndex: Int, _ window: Tensor
    ) throws(FramegenError) -> ComposedFrame {
        let start = ContinuousClock.now
        defer { times.add(.compose, since: start) }
        let frame = template.frames[templateIndex]
        let image = try pixels(at: frame.imagePath)
        let parsing = try frame.parsingPath.map { path throws(FramegenError) in try pixels(at: path) }
        let faceCrop = composer.faceCrop(of: image, frame.cropRect)
        let cut = CutFrame(
            indices: indices, templateIndex: templateIndex, source: frame, featureRow: row, image: image,
            parsing: parsing, faceCrop: faceCrop)
        return ComposedFrame(cut: cut, networkInput: composer.networkInput(for: faceCrop), audioWindow: window)
    }

    private func nextWindow() async throws(FramegenError) -> Tensor? {
        var windows = self.windows
        defer { self.windows = windows }
        return try await windows.window(around: row)
    }

    /// - Throws: also `.invalidData` when the file has changed its size since the template was opened.
    private func pixels(at path: String) throws(FramegenError) -> Image {
        let image = try decoder.decodeImage(at: path)
        guard image.size == template.imageSize else {
            throw FramegenError(
                .invalidData, "\(path) is \(image.size), expected \(template.imageSize) as it was before")
        }
        return image
    }
}

/// Owns the engine's session.
actor GenerateStage {
    private let times: StageTimes
    private var session: (any InferenceSession)?
    private let executor = StageExecutor(name: "generate")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(times: StageTimes) {
        self.times = times
    }

    func prepare(_ engine: any InferenceEngine, for model: NetworkModel, options: SessionOptions)
        throws(FramegenError)
    {
        session = try engine.makeSession(for: model, options: options)
    }

    /// Returns when the run that is under way, if any, is over.
    func settle() {}

    func generate(_ frame: ComposedFrame) throws(FramegenError) -> GeneratedFrame {
        try Task.checkNotCancelled()
        let start = ContinuousClock.now
        defer { times.add(.generate, since: start) }
        guard let face = try session?.run([frame.networkInput, frame.audioWindow]).first else {
            throw FramegenError(.internalFailure, "the engine returned no output")
        }
        let input = frame.networkInput.shape
        guard face.shape == [1, Image.channels, input[2], input[3]] else {
            throw FramegenError(
                .internalFailure, "the engine returned \(face.shape), expected a face of \(input[3])×\(input[2])")
        }
        return GeneratedFrame(cut: frame.cut, face: face)
    }
}

/// Puts faces back into their frames.
actor CompositeStage {
    private let compositor: Compositor
    private let times: StageTimes
    private let executor = StageExecutor(name: "composite")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(compositor: Compositor, times: StageTimes) {
        self.compositor = compositor
        self.times = times
    }

    func composite(_ frame: GeneratedFrame) -> CompositedFrame {
        let start = ContinuousClock.now
        defer { times.add(.composite, since: start) }
        let cut = frame.cut
        var image = cut.image
        compositor.paste(
            frame.face, faceCrop: cut.faceCrop, into: &image, at: cut.source.cropRect, parsing: cut.parsing)
        return CompositedFrame(indices: cut.indices, templateIndex: cut.templateIndex, image: image)
    }
}

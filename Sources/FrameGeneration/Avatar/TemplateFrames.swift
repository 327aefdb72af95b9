/// The template frames of an avatar: read and cut when a take comes to them, and kept as far as the budget goes.
///
/// A frame that two takes need at once is prepared once.
actor TemplateFrames {
    private let template: Template
    private let decoder: any ImageDecoding
    private let cutter: FaceCutter
    private var cache: TemplateCache
    /// Frames that some take is working on, whether they are kept or not.
    private var inUse: [Int: WeakFrame] = [:]
    private var walks: [ObjectIdentifier: PingPong] = [:]
    private let executor = StageExecutor(name: "template")

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private struct WeakFrame {
        weak var frame: PreparedFrame?
    }

    init(template: Template, cutter: FaceCutter, cache: TemplateCache, decoder: any ImageDecoding) {
        self.template = template
        self.cutter = cutter
        self.cache = cache
        self.decoder = decoder
    }

    /// The frame `templateIndex`, prepared.
    ///
    /// - Parameters:
    ///   - templateIndex: which one.
    ///   - walker: who asks.
    ///   - walk: where the asker goes from here.
    ///   - times: where the time is added up.
    /// - Returns: the frame, shared with all takes that show it.
    /// - Throws: what the decoder throws, and `.invalidData` when a file has changed its size since the template was
    ///   opened.
    func frame(
        _ templateIndex: Int, for walker: ObjectIdentifier, on walk: PingPong, _ times: StageTimes
    ) throws(FramegenError) -> PreparedFrame {
        let start = ContinuousClock.now
        defer { times.add(.cut, since: start) }
        walks[walker] = walk
        if let frame = cache.frame(templateIndex) ?? inUse[templateIndex]?.frame {
            // It may be in use and not be kept.
            cache.keep(frame, for: walks.values)
            times.countTemplateFrame(wasKept: true, keptBytes: cache.byteCount)
            return frame
        }
        try Task.checkNotCancelled()
        let frame = try prepare(templateIndex)
        cache.keep(frame, for: walks.values)
        inUse = inUse.filter { $0.value.frame != nil }
        inUse[templateIndex] = WeakFrame(frame: frame)
        times.countTemplateFrame(wasKept: false, keptBytes: cache.byteCount)
        return frame
    }

    /// Forgets where `walker` was going.
    func end(_ walker: ObjectIdentifier) { walks[walker] = nil }

    private func prepare(_ templateIndex: Int) throws(FramegenError) -> PreparedFrame {
        let frame = template.frames[templateIndex]
        let image = try pixels(at: frame.imagePath)
        let labels = try frame.parsingPath.map { path throws(FramegenError) in
            FaceLabels(try pixels(at: path), at: frame.cropRect)
        }
        let faceCrop = frame.box.map { cutter.faceCrop(of: image, $0) } ?? cutter.faceCrop(of: image, frame.cropRect)
        return PreparedFrame(
            templateIndex: templateIndex, source: frame, image: image, labels: labels, faceCrop: faceCrop)
    }

    private func pixels(at path: String) throws(FramegenError) -> PixelImage {
        let image = try decoder.decodeImage(at: path)
        guard image.size == template.imageSize else {
            throw FramegenError(
                .invalidData, "\(path) is \(image.size), expected \(template.imageSize) as it was before")
        }
        return image
    }
}

import Foundation
public import FrameGeneration
import Media

extension ComparisonRequest {
    /// Compares the two sides, and writes the table and the page that are asked for.
    ///
    /// Frames are read as they are compared, so that memory does not grow with their count.
    ///
    /// - Parameter report: called with the number of pairs compared up to then, in order.
    /// - Returns: the numbers; whether thresholds are met is among them, and no error.
    /// - Throws: `FramegenError`: `.notFound` and `.invalidData` for what cannot be read, and for two sides that cannot be
    ///   compared, naming both; `.invalidRequest` for a contradiction; `.cannotWrite`. No half-written file is left.
    public func compare(report: @Sendable (Int) -> Void = { _ in }) async throws(FramegenError) -> ComparisonSummary {
        try checkValues()
        let (first, second) = try await runBlocking { () throws(FramegenError) in
            try checkOutputs()
            return (try ComparisonInput(path: firstPath), try ComparisonInput(path: secondPath))
        }
        switch (first, second) {
        case (.tensor, .tensor): return try await compareTensors()
        case (.tensor, _), (_, .tensor):
            throw FramegenError(
                .invalidRequest,
                "\(firstPath) is \(first.name) and \(secondPath) \(second.name), expected two tensors, or frames on both "
                    + "sides")
        default: return try await compareFrames(first, second, report)
        }
    }

    private func compareTensors() async throws(FramegenError) -> ComparisonSummary {
        guard templatePath == nil else {
            throw FramegenError(.invalidRequest, "a template is given for \(firstPath), a tensor, which has no mouth")
        }
        return try await runBlocking { () throws(FramegenError) in
            let tensors = try TensorPair(self)
            let metrics = QualityMetrics(comparing: tensors.first, with: tensors.second, dataRange: tensors.dataRange)
            guard metrics.structuralSimilarity != nil || thresholds.minimumSSIM == nil else {
                throw FramegenError(
                    .invalidRequest,
                    "a similarity of \(thresholds.minimumSSIM ?? 0) is asked for, which tensors of the shape "
                        + "\(tensors.first.shape) do not have, expected planes of at least 7×7")
            }
            let result = ComparisonSummary(
                self, kind: .tensors(shape: tensors.first.shape, dataRange: tensors.dataRange),
                pairs: [.init(number: 0, whole: metrics, face: nil, mouth: nil, mouthRect: nil)], notes: [])
            try write(result, worst: WorstFrames(limit: 0))
            return result
        }
    }

    private func compareFrames(
        _ first: ComparisonInput, _ second: ComparisonInput, _ report: @Sendable (Int) -> Void
    ) async throws(FramegenError) -> ComparisonSummary {
        guard dataRange == nil else {
            throw FramegenError(.invalidRequest, "a range of values is given for frames, whose range is 255")
        }
        let (pairs, faces) = try await runBlocking { () throws(FramegenError) in
            (
                try FramePairs(first, second, self),
                try templatePath.map { path throws(FramegenError) in
                    try FacePlaces(templatePath: path, startFrame: startFrame)
                }
            )
        }
        var compared: [ComparisonSummary.Pair] = []
        var worst = WorstFrames(limit: page?.worstFrameCount ?? 0)
        var size = ImageSize(width: 0, height: 0)
        var (beforeLast, last): (FacePlaces.Look?, FacePlaces.Look?) = (nil, nil)
        var next = try await pairs.next()
        while let pair = next {
            // Reading the next pair takes as long as comparing this one.
            async let following = pairs.nextResult()
            let (numbers, look) = try await runBlocking { () throws(FramegenError) in
                (try compare(pair, faces), try faces?.look(of: pair))
            }
            var result = numbers
            result.seams = look?.seams
            result.sharpness = look?.sharpness
            if let look, let last { result.mouthMotion = look.mouthMotion(since: last) }
            if let look, let last, let beforeLast { result.jitter = look.jitter(since: last, beforeLast) }
            (beforeLast, last) = (last, look)
            compared.append(result)
            worst.consider(pair, result)
            size = pair.first.size
            report(compared.count)
            next = try await following.get()
        }
        let notes = try await pairs.notes()
        let result = ComparisonSummary(self, kind: .frames(size), pairs: compared, notes: notes)
        try await runBlocking { [worst] () throws(FramegenError) in try write(result, worst: worst) }
        return result
    }

    private func compare(
        _ pair: FramePair, _ faces: FacePlaces?
    ) throws(FramegenError) -> ComparisonSummary.Pair {
        let whole = QualityMetrics(comparing: pair.first, with: pair.second)
        guard whole.structuralSimilarity != nil || thresholds.minimumSSIM == nil else {
            throw FramegenError(
                .invalidRequest,
                "a similarity of \(thresholds.minimumSSIM ?? 0) is asked for, which frames of \(pair.first.size) do not "
                    + "have, expected at least 7×7")
        }
        guard let places = try faces?.rects(inFrame: pair.index, of: pair.first.size, firstPath) else {
            return .init(number: pair.number, whole: whole, face: nil, mouth: nil, mouthRect: nil)
        }
        return .init(
            number: pair.number, whole: whole, face: pair.metrics(in: places.face),
            mouth: pair.metrics(in: places.mouth), mouthRect: places.mouth)
    }

    private func write(_ result: ComparisonSummary, worst: WorstFrames) throws(FramegenError) {
        if let table { try Self.write(result.table, to: table.path) }
        if let page { try Self.write(try ComparisonPage(result, worst, command: page.command).html, to: page.path) }
    }

    private static func write(_ text: String, to path: String) throws(FramegenError) {
        try AtomicFile.write(Array(text.utf8), to: path, makesFolder: true)
    }
}

extension FramePair {
    /// The numbers of a part of the frame.
    fileprivate func metrics(in rect: PixelRect) -> QualityMetrics {
        QualityMetrics(comparing: first.cropped(to: rect), with: second.cropped(to: rect))
    }
}

extension FramePairs {
    /// For `async let`, which forgets what kind of error is thrown.
    fileprivate func nextResult() -> Result<FramePair?, FramegenError> {
        do throws(FramegenError) { return .success(try next()) } catch { return .failure(error) }
    }
}

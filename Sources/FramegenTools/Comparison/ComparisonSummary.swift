public import FrameGeneration

/// What a comparison has found.
public struct ComparisonSummary: Sendable {
    /// What was compared.
    public enum Kind: Sendable, Equatable {
        /// Frames, all of one size.
        case frames(ImageSize)
        /// Two tensors of one shape, and the range that their ratio is taken to.
        case tensors(shape: [Int], dataRange: Double)
    }

    /// The part that numbers belong to.
    public enum Region: String, Sendable, Codable {
        /// Whole frames.
        case frame
        /// The rectangle in each frame that the network's face is pasted into.
        case face
        /// The mouth's rectangle in each frame.
        case mouth
        /// All values of a tensor.
        case tensor
    }

    /// One pair.
    public struct Pair: Sendable {
        /// The number of the frame: that in its file's name, or its place in a video from 0; 0 for tensors.
        public let number: Int
        /// Over everything.
        public let whole: QualityMetrics
        /// Over the pasted face, where a template was given.
        public let face: QualityMetrics?
        /// Over the mouth, where a template was given.
        public let mouth: QualityMetrics?
        /// The mouth's rectangle.
        public let mouthRect: PixelRect?
        /// How much the border of each side's pasted face is to be seen, where a template was given.
        public internal(set) var seams: Sides<SeamMetrics>?
        /// Levels by which each side's mouth has moved since the pair before, beyond the template's own, where a template was
        /// given.
        public internal(set) var mouthMotion: Sides<Double>?
        /// Pixels by which each side's face stood beside its way in the pair before, between the one before that and this
        /// one, where a template was given and shows something to tell it from.
        public internal(set) var jitter: Sides<Double>?
        /// How sharp each side's face is: the energy of its detail over the template's at the same place, without the mouth,
        /// where a template was given and has detail there.
        public internal(set) var sharpness: Sides<Double>?
    }

    /// What belongs to the first and to the second side.
    public struct Sides<Value: Sendable>: Sendable {
        /// The first side's.
        public let first: Value
        /// The second side's.
        public let second: Value

        /// Both.
        public init(first: Value, second: Value) {
            self.first = first
            self.second = second
        }
    }

    /// One metric over all pairs.
    public struct Statistics: Sendable, Equatable {
        /// The mean; of the peak signal-to-noise ratio that of the mean squared error of all, which stays finite where
        /// some frames are equal.
        public let mean: Double
        /// The worst of all: the lowest, or of errors the highest.
        public let worst: Double
        /// The number of the first frame that has it.
        public let worstFrame: Int
    }

    /// Whether a threshold was met.
    public struct Check: Sendable, Equatable {
        /// What was limited.
        public let metric: QualityMetric
        /// Where.
        public let region: Region
        /// The lowest number allowed, or of errors the highest.
        public let limit: Double
        /// The worst of all frames.
        public let worst: Double
        /// The number of the first frame that has it.
        public let worstFrame: Int
        /// How many frames do not meet it.
        public let failedFrameCount: Int
        /// Whether every frame meets it.
        public var isPassed: Bool { failedFrameCount == 0 }
    }

    /// Path of the first side.
    public let firstPath: String
    /// Path of the second side.
    public let secondPath: String
    /// What was compared.
    public let kind: Kind
    /// In order; at least one.
    public let pairs: [Pair]
    /// The numbers over all pairs, of the whole first.
    public let statistics: [(region: Region, metrics: [QualityMetric: Statistics])]
    /// One for each threshold and region.
    public let checks: [Check]
    /// What the user should know about the way the two were matched.
    public let notes: [String]

    /// Whether every threshold is met; true without any.
    public var isPassed: Bool { checks.allSatisfy(\.isPassed) }

    init(
        _ request: ComparisonRequest, kind: Kind, pairs: [Pair], notes: [String]
    ) {
        firstPath = request.firstPath
        secondPath = request.secondPath
        self.kind = kind
        self.pairs = pairs
        self.notes = notes
        let regions = kind.regions.filter { region in pairs.contains { $0[region] != nil } }
        let dataRange = kind.dataRange
        statistics = regions.map { region in
            let numbers = QualityMetric.allCases.compactMap { metric in
                Statistics(of: metric, over: region, pairs, dataRange: dataRange).map { (metric, $0) }
            }
            return (region, Dictionary(uniqueKeysWithValues: numbers))
        }
        checks = regions.flatMap { region in
            request.thresholds.limits.compactMap { metric, limit in
                Check(metric, limit, region: region, pairs)
            }
        }
    }
}

extension ComparisonSummary.Kind {
    /// In the order in which they are shown.
    fileprivate var regions: [ComparisonSummary.Region] {
        switch self {
        case .frames: [.frame, .face, .mouth]
        case .tensors: [.tensor]
        }
    }

    /// The range that the mean squared error is on.
    fileprivate var dataRange: Double {
        switch self {
        case .frames: 1
        case .tensors(_, let dataRange): dataRange
        }
    }
}

extension ComparisonSummary.Pair {
    /// The numbers of a region; nil where it was not compared.
    package subscript(region: ComparisonSummary.Region) -> QualityMetrics? {
        switch region {
        case .frame, .tensor: whole
        case .face: face
        case .mouth: mouth
        }
    }
}

extension ComparisonRequest.Thresholds {
    /// Those that are set.
    var limits: [(metric: QualityMetric, limit: Double)] {
        let all: [(QualityMetric, Double?)] = [(.psnr, minimumPSNR), (.ssim, minimumSSIM), (.mse, maximumMSE)]
        return all.compactMap { metric, limit in limit.map { (metric, $0) } }
    }
}

extension ComparisonSummary.Statistics {
    fileprivate init?(
        of metric: QualityMetric, over region: ComparisonSummary.Region, _ pairs: [ComparisonSummary.Pair],
        dataRange: Double
    ) {
        let values = metric.values(of: pairs, region)
        guard let worst = metric.worst(of: values) else { return nil }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        let errors = QualityMetric.mse.values(of: pairs, region).map(\.value)
        self.mean =
            metric == .psnr
            ? QualityMetrics.peakSignalToNoiseRatio(meanSquaredError: mean(errors), dataRange: dataRange)
            : mean(values.map(\.value))
        self.worst = worst.value
        worstFrame = worst.number
    }
}

extension ComparisonSummary.Check {
    fileprivate init?(
        _ metric: QualityMetric, _ limit: Double, region: ComparisonSummary.Region, _ pairs: [ComparisonSummary.Pair]
    ) {
        let values = metric.values(of: pairs, region)
        guard let worst = metric.worst(of: values) else { return nil }
        self.metric = metric
        self.region = region
        self.limit = limit
        self.worst = worst.value
        worstFrame = worst.number
        failedFrameCount = values.count { metric.isBetterWhenHigher ? $0.value < limit : $0.value > limit }
    }
}

extension QualityMetric {
    fileprivate func values(
        of pairs: [ComparisonSummary.Pair], _ region: ComparisonSummary.Region
    ) -> [(number: Int, value: Double)] {
        pairs.compactMap { pair in pair[region]?[self].map { (pair.number, $0) } }
    }

    fileprivate func worst(of values: [(number: Int, value: Double)]) -> (number: Int, value: Double)? {
        isBetterWhenHigher ? values.min { $0.value < $1.value } : values.max { $0.value < $1.value }
    }
}

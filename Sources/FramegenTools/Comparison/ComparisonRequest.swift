/// What to compare and how: two folders of frames, videos or images in any combination, or two `.npy` tensors.
///
/// As JSON all but the two paths may be left out.
public struct ComparisonRequest: Sendable, Codable, Equatable {
    /// The frames, or the tensor, that the other ones are held against.
    public var firstPath: String
    /// The frames, or the tensor, in question.
    public var secondPath: String
    /// The template that both were rendered from, where the mouth is to be judged by itself too.
    ///
    /// Frame i is taken to show the i-th image of the template's walk, as it does at one frame a feature row; at another
    /// frame rate the mouth would be looked for in the wrong place.
    public var templatePath: String?
    /// The first of the template's frames that was used, from 0.
    public var startFrame = 0
    /// Frames to compare at most; nil for all.
    public var frameLimit: Int?
    /// Whether frames that only one side has are passed over instead of being an error.
    public var allowsLengthMismatch = false
    /// The distance between the smallest and the largest value that are possible in a tensor; nil for 1 where all values
    /// of the first one lie in 0…1, else for the distance between its smallest and its largest.
    public var dataRange: Double?
    /// What must be met.
    public var thresholds = Thresholds()
    /// A file for the numbers of every frame.
    public var table: Table?
    /// A file for curves and pictures.
    public var page: Page?

    /// A request with default settings, to be changed as needed.
    public init(firstPath: String, secondPath: String) {
        self.firstPath = firstPath
        self.secondPath = secondPath
    }

    // Decoding is written out so that settings left out of the JSON keep their defaults.

    /// Reads a request in which all but the two paths may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        firstPath = try container.decode(String.self, forKey: .firstPath)
        secondPath = try container.decode(String.self, forKey: .secondPath)
        templatePath = try container.decodeIfPresent(String.self, forKey: .templatePath)
        startFrame = try container.decodeIfPresent(Int.self, forKey: .startFrame) ?? startFrame
        frameLimit = try container.decodeIfPresent(Int.self, forKey: .frameLimit)
        allowsLengthMismatch =
            try container.decodeIfPresent(Bool.self, forKey: .allowsLengthMismatch) ?? allowsLengthMismatch
        dataRange = try container.decodeIfPresent(Double.self, forKey: .dataRange)
        thresholds = try container.decodeIfPresent(Thresholds.self, forKey: .thresholds) ?? thresholds
        table = try container.decodeIfPresent(Table.self, forKey: .table)
        page = try container.decodeIfPresent(Page.self, forKey: .page)
    }
}

extension ComparisonRequest {
    /// What every frame must meet, over the whole frame and over the mouth.
    public struct Thresholds: Sendable, Codable, Equatable {
        /// The lowest peak signal-to-noise ratio, in dB.
        public var minimumPSNR: Double?
        /// The lowest structural similarity, at most 1.
        public var minimumSSIM: Double?
        /// The highest mean squared error: of bytes divided by 255, or of a tensor's values.
        public var maximumMSE: Double?

        /// No thresholds, or those given.
        public init(minimumPSNR: Double? = nil, minimumSSIM: Double? = nil, maximumMSE: Double? = nil) {
            self.minimumPSNR = minimumPSNR
            self.minimumSSIM = minimumSSIM
            self.maximumMSE = maximumMSE
        }
    }

    /// The numbers of every frame as comma-separated values.
    public struct Table: Sendable, Codable, Equatable {
        /// The file; its folder is made when it is not there.
        public var path: String
        /// Whether a file that is there already may be replaced.
        public var overwrites: Bool

        /// A table at `path`.
        public init(path: String, overwrites: Bool = false) {
            self.path = path
            self.overwrites = overwrites
        }

        /// Reads a table of which all but the path may be left out.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.init(
                path: try container.decode(String.self, forKey: .path),
                overwrites: try container.decodeIfPresent(Bool.self, forKey: .overwrites) ?? false)
        }
    }

    /// One HTML file that needs nothing beside itself.
    public struct Page: Sendable, Codable, Equatable {
        /// How many frames may be shown; each costs memory for two pictures.
        public static let worstFrameCounts = 0...20

        /// The file; its folder is made when it is not there.
        public var path: String
        /// How many of the worst frames are shown side by side.
        public var worstFrameCount: Int
        /// Whether a file that is there already may be replaced.
        public var overwrites: Bool
        /// The command that makes it, which it shows as it is; nil to show none.
        public var command: String?

        /// A page at `path`.
        public init(path: String, worstFrameCount: Int = 5, overwrites: Bool = false, command: String? = nil) {
            self.path = path
            self.worstFrameCount = worstFrameCount
            self.overwrites = overwrites
            self.command = command
        }

        /// Reads a page of which all but the path may be left out.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.init(
                path: try container.decode(String.self, forKey: .path),
                worstFrameCount: try container.decodeIfPresent(Int.self, forKey: .worstFrameCount) ?? 5,
                overwrites: try container.decodeIfPresent(Bool.self, forKey: .overwrites) ?? false,
                command: try container.decodeIfPresent(String.self, forKey: .command))
        }
    }
}

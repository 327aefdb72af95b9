public import FrameGeneration

/// How an avatar is loaded.
public struct AvatarSettings: Sendable, Codable, Hashable {
    /// What runs the networks.
    public var engine = EngineSettings()
    /// The arithmetic of the networks.
    public var precision = PrecisionChoice.auto
    /// How the template is used.
    public var template = TemplateSettings()
    /// How the network's faces are put back into the template's frames.
    public var paste = Paste.exact
    /// How much of its sharpness a face regains that is larger than the network's square.
    public var sharpening = Sharpening.off

    /// Fast settings, to be changed as needed.
    public init() {}

    /// Reads settings of which all may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        engine = try container.decode(.engine, default: engine)
        precision = try container.decode(.precision, default: precision)
        template = try container.decode(.template, default: template)
        paste = try container.decode(.paste, default: paste)
        sharpening = try container.decode(.sharpening, default: sharpening)
    }
}

/// How an avatar's template is used.
public struct TemplateSettings: Sendable, Codable, Hashable {
    /// Memory for what depends on the template alone, which is computed once for each of its frames and used whenever the
    /// frame comes back; 0 for none, nil for `MemoryBudget.standardInBytes`.
    public var cacheInBytes: Int?
    /// Whether what the network computes for each of the template's frames is kept in the template's folder
    /// `framegen-cache` too, where a later program finds it.
    ///
    /// For each template frame of a 328 generator that is 3 MB, and up to 13 MB where `cacheInBytes` has room for it. What
    /// two generators need stays, of more the longest unused is removed when a program adds files.
    public var keepsCacheOnDisk = false
    /// The template's frames that are used, forth and back.
    ///
    /// Few frames are soon all in the cache, so that a long template can be as fast as a short one.
    public var walk = TemplateWalk.whole
    /// Whether the template's `parsing` images say where torso and background keep their pixels.
    public var usesParsing = false
    /// Whether the landmarks are smoothed over the template, which takes the trembling of a face box away.
    public var isSteady = false

    /// The whole template with the usual cache, to be changed as needed.
    public init() {}

    /// Reads settings of which all may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        cacheInBytes = try container.decodeIfPresent(Int.self, forKey: .cacheInBytes)
        keepsCacheOnDisk = try container.decode(.keepsCacheOnDisk, default: keepsCacheOnDisk)
        walk = try container.decode(.walk, default: walk)
        usesParsing = try container.decode(.usesParsing, default: usesParsing)
        isSteady = try container.decode(.isSteady, default: isSteady)
    }
}

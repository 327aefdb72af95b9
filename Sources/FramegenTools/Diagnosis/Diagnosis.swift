public import FrameGeneration
import FusedLayers
public import Media

/// What this machine offers to framegen, and what is missing.
public struct Diagnosis: Sendable, Encodable {
    /// Whether a video with sound can be rendered at full speed: an inference runtime works, and there are encoders for
    /// H.264 and AAC.
    public let isReady: Bool
    /// The inference runtimes that framegen knows, found or not.
    public let runtimes: [RuntimeDiagnosis]
    /// What Core ML does with a generator; nil where the system has none.
    public let coreML: CoreMLDiagnosis?
    /// The instructions that framegen computes a generator's layers at full resolution with, by the precision, such as
    /// `AVX2` by `fp32`; where there are none for a precision, a runtime computes them.
    public let fusedLayers: [String: String]
    /// Encoders for video and sound.
    public let codecs: Codecs
    /// The libraries underneath.
    public let libraries: [MediaLibraries.Library]
    /// Processor and memory.
    public let system: SystemDiagnosis
    /// What is missing or not as good as it could be, the gravest first.
    public let findings: [Finding]

    /// Encoders by FFmpeg's names.
    public struct Codecs: Sendable, Hashable, Encodable {
        /// The H.264 encoder that would be used; nil where there is none.
        public let h264Encoder: String?
        /// The AAC encoder that would be used; nil where there is none.
        public let aacEncoder: String?
        /// What users should know of the H.264 encoder.
        public let h264Warning: String?
        /// The licence of the FFmpeg that was found.
        public let ffmpegLicence: String

        package init(h264Encoder: String?, aacEncoder: String?, h264Warning: String?, ffmpegLicence: String) {
            self.h264Encoder = h264Encoder
            self.aacEncoder = aacEncoder
            self.h264Warning = h264Warning
            self.ffmpegLicence = ffmpegLicence
        }
    }

    /// Something missing, what follows from it, and what to do.
    public struct Finding: Sendable, Hashable, Encodable {
        /// Whether no video can be rendered at full speed because of it.
        public let isBlocking: Bool
        /// What is missing or amiss.
        public let what: String
        /// What it means for rendering.
        public let meaning: String
        /// What to do about it.
        public let remedy: String
    }

    /// Looks at this machine, and runs a small network on every runtime; takes about a second.
    ///
    /// - Throws: `FramegenError` with `.cancelled` only.
    public init() async throws(FramegenError) {
        self = try await runBlocking { () throws(FramegenError) in
            try Task.checkNotCancelled()
            return Diagnosis(
                runtimes: RuntimeDiagnosis.all(),
                codecs: Codecs(
                    h264Encoder: MediaLibraries.h264Encoder, aacEncoder: MediaLibraries.aacEncoder,
                    h264Warning: MediaLibraries.h264Warning, ffmpegLicence: MediaLibraries.ffmpegLicence),
                libraries: MediaLibraries.all, system: .current, coreML: .current,
                fusedLayers: FusingEngine.instructions)
        }
    }

    /// Draws the conclusions from what was found.
    package init(
        runtimes: [RuntimeDiagnosis], codecs: Codecs, libraries: [MediaLibraries.Library], system: SystemDiagnosis,
        coreML: CoreMLDiagnosis? = nil, fusedLayers: [String: String] = [:]
    ) {
        self.coreML = coreML
        self.fusedLayers = fusedLayers
        self.runtimes = runtimes
        self.codecs = codecs
        self.libraries = libraries
        self.system = system
        let findings = Self.findings(runtimes, coreML) + Self.findings(codecs) + system.findings
        self.findings = findings.filter(\.isBlocking) + findings.filter { !$0.isBlocking }
        isReady = !findings.contains(where: \.isBlocking)
    }
}

extension Diagnosis {
    private static func findings(_ runtimes: [RuntimeDiagnosis], _ coreML: CoreMLDiagnosis?) -> [Finding] {
        let hasCoreML = coreML.map { $0.fault == nil } ?? false
        let isAlone = !hasCoreML && !runtimes.contains(where: \.works)
        return runtimes.filter { !$0.works }.map { runtime in
            let others = (runtimes.filter(\.works).map(\.name) + (hasCoreML ? ["coreml"] : [])).joined(
                separator: " and ")
            return Finding(
                isBlocking: isAlone,
                what: runtime.libraryPath == nil
                    ? "\(runtime.name) was not found" : "\(runtime.name) was found but does not work",
                meaning: isAlone
                    ? "nothing is rendered, unless the reference engine is asked for, which takes seconds a frame"
                    : "networks run on \(others), "
                        + (runtime.name == "onnxruntime" ? "slower in fp32, and not on a GPU" : "and not in bf16"),
                remedy: runtime.fault ?? "")
        }
    }

    private static func findings(_ codecs: Codecs) -> [Finding] {
        var findings: [Finding] = []
        if codecs.h264Encoder == nil {
            findings.append(
                Finding(
                    isBlocking: true, what: "FFmpeg's libavcodec has no H.264 encoder",
                    meaning: "no video can be written, only frames (--frames-dir)",
                    remedy: "install an FFmpeg that is built with libx264"))
        }
        if codecs.aacEncoder == nil {
            findings.append(
                Finding(
                    isBlocking: true, what: "FFmpeg's libavcodec has no AAC encoder",
                    meaning: "no video with sound can be written", remedy: "install an FFmpeg with its AAC encoder"))
        }
        if let warning = codecs.h264Warning {
            findings.append(
                Finding(
                    isBlocking: false, what: warning,
                    meaning: "--preset is without effect and --crf only sets a bit rate",
                    remedy: "install an FFmpeg that is built with libx264"))
        }
        return findings
    }
}

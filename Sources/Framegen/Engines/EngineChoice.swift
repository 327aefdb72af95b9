import EngineSupport
package import FrameGeneration

/// What runs the networks, by its name.
public struct EngineChoice: RawRepresentable, Sendable, Hashable, CaseIterable {
    /// Such as `openvino`.
    public let rawValue: String

    /// The engine of that name; nil where framegen knows none.
    public init?(rawValue: String) {
        guard rawValue == Self.automaticName || EngineKind.all.contains(where: { $0.name == rawValue }) else {
            return nil
        }
        self.rawValue = rawValue
    }

    private init(name: String) { rawValue = name }

    private static let automaticName = "auto"

    /// The fastest that is found here and has the precision that is wanted.
    ///
    /// It is never the reference engine: where no runtime is installed, that is an error.
    public static let automatic = EngineChoice(name: automaticName)
    /// OpenVINO.
    public static let openvino = EngineChoice(name: EngineKind.openVINO.name)
    /// Core ML, on macOS, iOS, tvOS and visionOS.
    public static let coreml = EngineChoice(name: EngineKind.coreML.name)
    /// ONNX Runtime, on any of its execution providers.
    public static let onnxruntime = EngineChoice(name: EngineKind.onnxRuntime.name)
    /// Plain Swift: needs nothing, and takes seconds a frame.
    public static let reference = EngineChoice(name: EngineKind.reference.name)
    /// No network at all: the face comes out as it went in.
    ///
    /// For measuring everything else.
    public static let passthrough = EngineChoice(name: EngineKind.passThrough.name)

    /// All that there are.
    public static var allCases: [EngineChoice] { [automatic] + EngineKind.all.map { EngineChoice(name: $0.name) } }

    /// Nil for the automatic choice.
    private var kind: EngineKind? { EngineKind.all.first { $0.name == rawValue } }
}

extension EngineChoice: Codable {
    /// Reads a name.
    public init(from decoder: any Decoder) throws {
        let name = try decoder.singleValueContainer().decode(String.self)
        let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
        self = try decoder.value(
            of: name, { EngineChoice(rawValue: $0) }, orFail: "there is no engine \(name), expected one of \(names)")
    }

    /// Writes the name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

extension EngineChoice {
    /// Finds the engine.
    ///
    /// - Parameters:
    ///   - provider: what ONNX Runtime computes on; nil for the processor.
    ///   - computeUnits: what Core ML may compute on; nil for the processor and the Neural Engine.
    ///   - precision: what it is to compute in.
    /// - Returns: the engine, and what the user should know about it: for `automatic` why it is not the fastest one, if
    ///   it is not.
    /// - Throws: `FramegenError` with `.notFound` when the engine, or for `automatic` all of them, has no runtime here, or
    ///   its runtime not the provider; `.invalidData` when a runtime is broken and there is no other; `.invalidRequest`
    ///   when the engine has no providers.
    package func resolve(
        provider: ExecutionProvider?, computeUnits: ComputeUnits? = nil, precision: Precision
    ) throws(FramegenError) -> (engine: any InferenceEngine, warning: String?) {
        let device = EngineKind.Device(provider: provider, computeUnits: computeUnits)
        if let kind {
            if let computeUnits, !kind.hasComputeUnits {
                throw FramegenError(
                    .invalidRequest,
                    "the compute units \(computeUnits.rawValue) are Core ML's, and the engine is \(rawValue), expected "
                        + "coreml")
            }
            if let provider, !kind.hasProviders {
                throw FramegenError(
                    .invalidRequest,
                    "the provider \(provider.rawValue) is one of ONNX Runtime's, and the engine is \(rawValue), expected "
                        + "onnxruntime")
            }
            return try kind.make(device)
        }
        let able = EngineKind.all.filter { kind in
            kind.automaticPrecisions.contains(precision) && (provider == nil || kind.hasProviders)
                && (computeUnits == nil || kind.hasComputeUnits)
        }
        guard provider == nil, computeUnits == nil, precision == .fp32 else {
            // Nothing takes the place of what was asked for.
            guard let only = able.first else {
                throw FramegenError(
                    .invalidRequest, "no engine computes in \(precision) on \(provider?.rawValue ?? "cpu")")
            }
            return try only.make(device)
        }
        return try Self.firstThatWorks(of: able)
    }

    /// A runtime that does not work is as one that is not there, but the user hears of it.
    private static func firstThatWorks(
        of kinds: [EngineKind]
    ) throws(FramegenError) -> (engine: any InferenceEngine, warning: String?) {
        var named: [String] = []
        var broken: [String] = []
        for kind in kinds {
            do throws(FramegenError) {
                let found = try kind.make(EngineKind.Device())
                let warning = broken.map { "the engine is \(kind.name): \($0)" }.first
                return (found.engine, found.warning ?? warning)
            } catch  where error.code == .notFound {
                // Where it was looked for is no news, unless the user said where.
                if let runtime = kind.runtime?.kind, RuntimeSearch(for: runtime).environmentFolder != nil {
                    named.append(error.message)
                }
            } catch  where error.code == .invalidData {
                broken.append(error.message)
            }
        }
        let names = kinds.compactMap(\.runtime?.kind.name).joined(separator: " or ")
        throw FramegenError(
            broken.isEmpty ? .notFound : .invalidData,
            ([
                "no runtime for networks works here, expected \(names); `framegen runtimes install` installs them for all "
                    + "programs"
            ] + broken + named).joined(separator: "; "))
    }
}

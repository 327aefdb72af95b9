package import EngineSupport
package import FrameGeneration

/// An engine that framegen knows: what it is called, what it can do, and how it is found.
///
/// One engine is one value, in a file of its own, and a line in `all`.
package struct EngineKind: Sendable {
    /// What users type and reports print.
    package let name: String
    /// For help: what it is, in a few words.
    package let summary: String
    /// Precisions in which it is taken where the choice is left to framegen.
    package let automaticPrecisions: Set<Precision>
    /// Whether it computes on one of several execution providers.
    package let hasProviders: Bool
    /// Whether it computes on a choice of the machine's units.
    package var hasComputeUnits = false
    /// What has to be installed for it; nil for an engine that needs nothing.
    package let runtime: Runtime?
    /// Makes the engine, and says what the user should know of it.
    ///
    /// Throws `FramegenError` with `.notFound` when there is no runtime for it here, or not for the provider.
    package let make:
        @Sendable (_ device: Device) throws(FramegenError) -> (engine: any InferenceEngine, warning: String?)

    /// What an engine is to compute on, where it has a choice; nil for its own.
    package struct Device: Sendable {
        package var provider: ExecutionProvider?
        package var computeUnits: ComputeUnits?

        package init(provider: ExecutionProvider? = nil, computeUnits: ComputeUnits? = nil) {
            self.provider = provider
            self.computeUnits = computeUnits
        }
    }

    /// What an engine runs on.
    package struct Runtime: Sendable {
        /// How it is looked for and installed.
        package let kind: RuntimeKind
        /// Finds and opens it.
        package let locate: @Sendable () throws(FramegenError) -> Library
    }

    /// The library that an engine was found in.
    package struct Library: Sendable {
        package let path: String
        package let version: String
        package let providers: [String]

        package init(path: String, version: String, providers: [String] = []) {
            self.path = path
            self.version = version
            self.providers = providers
        }
    }

    /// All that there are; where the choice is left to framegen, the first that can do what is wanted.
    package static let all: [EngineKind] = [.onnxRuntime, .openVINO, .coreML, .reference, .passThrough]

    /// An engine that other systems have: it is named everywhere, so that what is written on one is read on all.
    static func elsewhere(name: String, summary: String, hasProviders: Bool = false) -> EngineKind {
        EngineKind(
            name: name, summary: summary, automaticPrecisions: [], hasProviders: hasProviders, runtime: nil,
            make: { _ throws(FramegenError) in
                throw FramegenError(.notFound, "this system has no engine \(name), expected one of its own")
            })
    }
}

import FrameGeneration

extension EngineKind {
    static let reference = EngineKind(
        name: "reference", summary: "plain Swift, which takes seconds a frame", automaticPrecisions: [],
        hasProviders: false, runtime: nil,
        make: { _ throws(FramegenError) in (ReferenceEngine(), nil) })

    static let passThrough = EngineKind(
        name: "passthrough", summary: "no network: the face comes out as it went in", automaticPrecisions: [],
        hasProviders: false, runtime: nil,
        make: { _ throws(FramegenError) in (PassThroughEngine(), nil) })
}

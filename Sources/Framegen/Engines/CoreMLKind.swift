import FrameGeneration

#if canImport(CoreML)
    import CoreMLEngine
#endif

extension EngineKind {
    /// Whether this system has Core ML.
    static var isCoreMLHere: Bool {
        #if canImport(CoreML)
            true
        #else
            false
        #endif
    }

    /// After the runtimes that are installed on purpose: what speed it has on a machine nobody has measured yet.
    static let coreML = EngineKind(
        name: "coreml", summary: "Core ML, on the Neural Engine, the GPU or the processor of Apple's machines",
        automaticPrecisions: [.fp32, .fp16], hasProviders: false, hasComputeUnits: true, runtime: nil,
        make: { device throws(FramegenError) in
            #if canImport(CoreML)
                return (CoreMLEngine(computeUnits: device.computeUnits ?? .cpuAndNeuralEngine), nil)
            #else
                throw FramegenError(
                    .notFound,
                    "the engine coreml, the one that computes in fp16, needs macOS or iOS, whose Core ML it runs on: choose "
                        + "another engine, and another precision than fp16")
            #endif
        })
}

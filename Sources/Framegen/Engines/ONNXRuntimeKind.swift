#if os(Linux) || os(macOS)
    import FrameGeneration
    import FusedLayers
    import ONNXRuntimeEngine

    extension EngineKind {
        /// Before OpenVINO in fp32: BENCHMARKS.md, "The engine", says by how much.
        static let onnxRuntime = EngineKind(
            name: "onnxruntime", summary: "ONNX Runtime, on any of its execution providers",
            automaticPrecisions: [.fp32],
            hasProviders: true,
            runtime: Runtime(kind: .onnxRuntime) { () throws(FramegenError) in
                let runtime = try ONNXRuntimeEngine.locateRuntime()
                return Library(
                    path: runtime.libraryPath, version: runtime.version, providers: runtime.providers.map(\.rawValue))
            },
            make: { device throws(FramegenError) in
                let provider = device.provider ?? .cpu
                _ = try ONNXRuntimeEngine.locateRuntime(offering: provider)
                let warning =
                    "ONNX Runtime leaves to the processor what its provider \(provider.rawValue) cannot do, and does not say "
                    + "how much"
                let engine = ONNXRuntimeEngine(provider: provider)
                // Another device has caches of its own.
                return (
                    provider == .cpu ? FusingEngine(engine) : engine, provider.runsWholeNetworks ? nil : warning
                )
            })
    }
#else
    extension EngineKind {
        static let onnxRuntime = EngineKind.elsewhere(
            name: "onnxruntime", summary: "ONNX Runtime, on any of its execution providers", hasProviders: true)
    }
#endif

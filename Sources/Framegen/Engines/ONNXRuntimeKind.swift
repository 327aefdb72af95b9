#if os(Linux) || os(macOS)
    import FrameGeneration
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
            make: { provider throws(FramegenError) in
                let provider = provider ?? .cpu
                _ = try ONNXRuntimeEngine.locateRuntime(offering: provider)
                let warning =
                    "ONNX Runtime leaves to the processor what its provider \(provider.rawValue) cannot do, and does not say "
                    + "how much"
                return (ONNXRuntimeEngine(provider: provider), provider.runsWholeNetworks ? nil : warning)
            })
    }
#else
    extension EngineKind {
        static let onnxRuntime = EngineKind.elsewhere(
            name: "onnxruntime", summary: "ONNX Runtime, on any of its execution providers", hasProviders: true)
    }
#endif

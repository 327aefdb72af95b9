#if os(Linux) || os(macOS)
    import FrameGeneration
    import FusedLayers
    import OpenVINOEngine

    extension EngineKind {
        static let openVINO = EngineKind(
            name: "openvino", summary: "OpenVINO, on the processor", automaticPrecisions: [.fp32, .bf16],
            hasProviders: false,
            runtime: Runtime(kind: .openVINO) { () throws(FramegenError) in
                let runtime = try OpenVINOEngine.locateRuntime()
                return Library(path: runtime.libraryPath, version: runtime.version)
            },
            make: { _ throws(FramegenError) in
                _ = try OpenVINOEngine.locateRuntime()
                return (FusingEngine(OpenVINOEngine()), nil)
            })
    }
#else
    extension EngineKind {
        static let openVINO = EngineKind.elsewhere(
            name: "openvino", summary: "OpenVINO, on the processor", hasProviders: false)
    }
#endif

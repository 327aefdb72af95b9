import FrameGeneration
import FramegenTools
import Media
import TestSupport
import Testing

@Suite("Diagnosis") struct DiagnosisTests {
    private static let codecs = Diagnosis.Codecs(
        h264Encoder: "libx264", aacEncoder: "aac", h264Warning: nil, ffmpegLicence: "GPL version 2 or later")

    private func runtime(works: Bool, isFound: Bool = true) -> RuntimeDiagnosis {
        RuntimeDiagnosis(name: works ? "reference" : "passthrough") { () throws(FramegenError) in
            guard isFound else { throw FramegenError(.notFound, "it is not there: get it") }
            return EngineKind.Library(path: "/lib/x.so", version: "1.2")
        } engine: { () throws(FramegenError) in
            let engine: any InferenceEngine = works ? ReferenceEngine() : PassThroughEngine()
            return engine
        }
    }

    private func diagnosis(
        _ runtimes: [RuntimeDiagnosis], _ codecs: Diagnosis.Codecs = codecs
    ) throws -> Diagnosis {
        Diagnosis(runtimes: runtimes, codecs: codecs, libraries: MediaLibraries.all, system: .current)
    }

    @Test("a runtime works when it computes a known result, and its fault is told when it does not")
    func trial() {
        let working = runtime(works: true)
        #expect(working.works && working.trialInSeconds ?? 0 > 0 && working.fault == nil)
        #expect(working.name == "reference" && working.libraryPath == "/lib/x.so" && working.version == "1.2")
        // The pass-through engine computes no network.
        let broken = runtime(works: false)
        #expect(!broken.works && broken.trialInSeconds == nil && broken.fault != nil && broken.version == "1.2")
        let missing = runtime(works: true, isFound: false)
        #expect(!missing.works && missing.libraryPath == nil && missing.fault == "it is not there: get it")
    }

    @Test("Core ML is enough by itself, if it works")
    func coreML() throws {
        func diagnosis(_ coreML: CoreMLDiagnosis?) -> Diagnosis {
            Diagnosis(
                runtimes: [runtime(works: false, isFound: false)], codecs: Self.codecs, libraries: MediaLibraries.all,
                system: .current, coreML: coreML)
        }
        let works = diagnosis(CoreMLDiagnosis(operationsByUnit: ["Neural Engine": 182]))
        #expect(works.isReady && works.findings.contains { $0.meaning.hasPrefix("networks run on coreml") })
        #expect(!diagnosis(CoreMLDiagnosis(fault: "it is broken")).isReady)
        #expect(!diagnosis(nil).isReady)
    }

    @Test("one runtime that works is enough, and none is in the way of full speed")
    func runtimes() throws {
        let (working, broken, missing) = (
            runtime(works: true), runtime(works: false), runtime(works: true, isFound: false)
        )
        let good = try diagnosis([missing, working])
        #expect(good.isReady && !good.findings.contains(where: \.isBlocking))
        #expect(good.findings.contains { $0.what.contains("not found") && $0.remedy == missing.fault })
        let bad = try diagnosis([missing, broken])
        #expect(!bad.isReady && bad.findings.filter(\.isBlocking).count == 2)
        #expect(bad.findings.first?.meaning.contains("seconds a frame") == true)
        #expect(bad.findings.contains { $0.what.contains("does not work") && $0.remedy == broken.fault })
    }

    @Test("missing encoders are in the way, a weaker one is not")
    func encoders() throws {
        let working = runtime(works: true)
        let none = try diagnosis(
            [working],
            Diagnosis.Codecs(h264Encoder: nil, aacEncoder: nil, h264Warning: nil, ffmpegLicence: "LGPL"))
        #expect(!none.isReady && none.findings.filter(\.isBlocking).count == 2)
        #expect(none.findings.allSatisfy { !$0.what.isEmpty && !$0.meaning.isEmpty && !$0.remedy.isEmpty })
        let weaker = try diagnosis(
            [working],
            Diagnosis.Codecs(h264Encoder: "other", aacEncoder: "aac", h264Warning: "no x264", ffmpegLicence: "LGPL"))
        #expect(weaker.isReady && weaker.findings.contains { $0.what == "no x264" && !$0.isBlocking })
    }

    @Test("this machine's libraries have versions, and what renders here is found")
    func here() async throws {
        let diagnosis = try await Diagnosis()
        #expect(diagnosis.runtimes.map(\.name) == ["onnxruntime", "openvino"])
        #expect(diagnosis.libraries.map(\.name).contains("libavcodec"))
        for library in diagnosis.libraries where library.name != "FFmpeg" {
            #expect(library.version.wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+.*|unknown/) != nil, "\(library)")
        }
        // The other tests render here with both.
        #expect(diagnosis.codecs.h264Encoder != nil && diagnosis.codecs.aacEncoder != nil)
        #expect(diagnosis.system.processorCount >= 1 && diagnosis.system.memoryInBytes ?? 1 > 0)
    }
}

#if os(Linux)
    @Suite("Linux's files about the machine") struct LinuxSystemTests {
        private func system(
            flags: String = "fpu avx2 avx512f", memory: String = "MemTotal:  16000000 kB\nMemAvailable: 8000000 kB\n",
            processorLimit: String = "", memoryLimit: String = ""
        ) -> SystemDiagnosis {
            SystemDiagnosis(
                processorCount: 8,
                limits: ContainerLimits(processorLimit: processorLimit, memoryLimit: memoryLimit),
                processorInformation:
                    "processor\t: 0\nmodel name\t: A Processor\nflags\t\t: \(flags)\nFeatures\t: \(flags)\n",
                memoryInformation: memory)
        }

        private func isPresent(_ name: String, _ system: SystemDiagnosis) -> Bool? {
            system.features.first { $0.name == name }?.isPresent
        }

        @Test("instructions are told by whole names")
        func instructions() {
            let system = system(
                flags: ProcessorFeatures.architecture == "arm64" ? "fp asimddp bf16" : "fpu avx2 avx512_bf16")
            #expect(system.processor == "A Processor")
            if ProcessorFeatures.architecture == "arm64" {
                #expect(isPresent("BF16", system) == true && isPresent("NEON", system) == false)
            } else {
                #expect(isPresent("AVX2", system) == true && isPresent("AVX-512 BF16", system) == true)
                #expect(isPresent("AVX-512", system) == false && isPresent("AMX BF16", system) == false)
            }
        }

        @Test("memory is what the container allows")
        func memory() {
            #expect(system().memoryInBytes == 16_384_000_000 && system().availableMemoryInBytes == 8_192_000_000)
            let limited = system(memoryLimit: "536870912\n")
            #expect(limited.memoryInBytes == 536_870_912 && limited.availableMemoryInBytes == 536_870_912)
            #expect(limited.findings.contains { $0.what.contains("512 MiB") })
            #expect(system(memoryLimit: "max\n").memoryInBytes == 16_384_000_000)
            #expect(system(memory: "").memoryInBytes == nil && system(memory: "").availableMemoryInBytes == nil)
        }

        @Test("the container's share of the processors is told")
        func quota() {
            #expect(system(processorLimit: "250000 100000\n").processorQuota == 2.5)
            #expect(system(processorLimit: "max 100000\n").processorQuota == nil)
        }

        @Test("a processor without AVX2 is advised about", .enabled(if: ProcessorFeatures.architecture == "x86_64"))
        func oldProcessor() {
            #expect(system(flags: "fpu sse4_2").findings.contains { $0.what.contains("AVX2") && !$0.isBlocking })
        }
    }
#endif

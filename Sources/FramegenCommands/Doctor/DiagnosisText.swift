import Foundation
import FrameGeneration
import Framegen
import FramegenTools

extension Diagnosis: Report {
    var text: String {
        var table = TextTable()
        for (index, runtime) in runtimes.enumerated() { table.add([index == 0 ? "runtimes" : "", runtime.text]) }
        if let coreML { table.add(["Core ML", coreML.text]) }
        let fused = fusedLayers.sorted { $0.key < $1.key }.map { "\($0.value) in \($0.key)" }
        table.add([
            "full size", fused.isEmpty ? "on the runtimes" : "layers fused with \(fused.joined(separator: ", "))",
        ])
        table.add(["H.264", codecs.h264Encoder ?? "no encoder"])
        table.add(["AAC", codecs.aacEncoder ?? "no encoder"])
        for (index, library) in libraries.enumerated() {
            let licence = library.name == "FFmpeg" ? ", \(codecs.ffmpegLicence)" : ""
            table.add([index == 0 ? "libraries" : "", "\(library.name) \(library.version)\(licence)"])
        }
        system.add(to: &table)
        let verdict =
            isReady
            ? "Ready: videos can be rendered at full speed." : "Not ready: no video can be rendered at full speed."
        return ([table.text] + findings.map(\.text) + [verdict]).joined(separator: "\n\n")
    }
}

extension RuntimeDiagnosis {
    fileprivate var text: String {
        guard let libraryPath, let version else { return "\(name): not found" }
        let state = trialInSeconds.map { "works, \(String(format: "%.2f", $0)) s for a small network" }
        let offer = providers.isEmpty ? "" : "; --provider \(providers.joined(separator: ", "))"
        return "\(name) \(version), \(libraryPath): \(state ?? "does not work")\(offer)".onOneLine
    }
}

extension CoreMLDiagnosis {
    fileprivate var text: String {
        if let fault { return "does not work: \(fault)".onOneLine }
        let all = operationsByUnit.values.reduce(0, +)
        let counts = operationsByUnit.sorted { $0.value > $1.value }.map { "\($0.value) of \(all) on the \($0.key)" }
        return "works; a 328 generator's operations in fp16: \(counts.joined(separator: ", "))"
    }
}

extension Diagnosis.Finding {
    fileprivate var text: String {
        """
        \(isBlocking ? "MISSING" : "ADVICE"): \(what.onOneLine)
          means: \(meaning.onOneLine)
          do:    \(remedy.onOneLine)
        """
    }
}

extension SystemDiagnosis {
    fileprivate func add(to table: inout TextTable) {
        let quota = processorQuota.map { ", the time of \(String(format: "%.1f", $0)) allowed" } ?? ""
        let name = processor.map { ", \($0.onOneLine)" } ?? ""
        table.add(["processor", "\(architecture)\(name), \(processorCount) to use\(quota)"])
        for (name, isPresent) in [("  has", true), ("  has not", false)] {
            let features = features.filter { $0.isPresent == isPresent }.map(\.name)
            if !features.isEmpty { table.add([name, features.joined(separator: ", ")]) }
        }
        func gigabytes(_ bytes: Int) -> String { String(format: "%.1f GiB", Double(bytes) / Double(1 << 30)) }
        let memory = [
            memoryInBytes.map { "\(gigabytes($0)) in all" },
            availableMemoryInBytes.map { "\(gigabytes($0)) available" },
        ].compactMap { $0 }
        table.add(["memory", memory.isEmpty ? "unknown" : memory.joined(separator: ", ")])
    }
}

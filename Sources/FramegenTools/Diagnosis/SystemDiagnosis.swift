import Foundation
public import FrameGeneration

/// The processor and the memory that rendering can use.
public struct SystemDiagnosis: Sendable, Hashable, Encodable {
    /// `x86_64` or `arm64`.
    public let architecture: String
    /// The processor's name, where the system tells it.
    public let processor: String?
    /// Processors that this process may use, no more than `processorQuota` keeps busy.
    public let processorCount: Int
    /// Processors' worth of time that the container allows; nil for no limit.
    public let processorQuota: Double?
    /// Instructions that make networks faster.
    public let features: [ProcessorFeature]
    /// Memory of the machine, or what the container allows of it, in bytes.
    public let memoryInBytes: Int?
    /// Memory that is free or can be freed, in bytes; nil where the system does not tell.
    public let availableMemoryInBytes: Int?

    /// What a run may come to with the usual cache of the template, and a little more.
    private static let wantedMemoryInBytes = 5 << 28

    /// What of this is less than it should be.
    package var findings: [Diagnosis.Finding] {
        var findings: [Diagnosis.Finding] = []
        if let missing = features.first(where: { $0.name == "AVX2" && !$0.isPresent }) {
            findings.append(
                Diagnosis.Finding(
                    isBlocking: false, what: "the processor has no \(missing.name)",
                    meaning: "networks run several times slower", remedy: "render on a newer processor"))
        }
        if let availableMemoryInBytes, availableMemoryInBytes < Self.wantedMemoryInBytes {
            findings.append(
                Diagnosis.Finding(
                    isBlocking: false, what: "\(availableMemoryInBytes >> 20) MiB of memory are available",
                    meaning:
                        "rendering, which takes some 1.1 GiB with the template's cache, may be ended by the system",
                    remedy: "give --template-cache 0 to do with half of that, end other programs, or allow the "
                        + "container more memory"))
        }
        return findings
    }
}

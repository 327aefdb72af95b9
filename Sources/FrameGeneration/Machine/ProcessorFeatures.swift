import Foundation

/// A set of instructions that makes networks faster.
public struct ProcessorFeature: Sendable, Hashable, Encodable {
    /// Such as `AVX2`.
    public let name: String
    /// Whether the processor has it.
    public let isPresent: Bool
}

/// The instructions that a processor has, of those that matter for networks.
package struct ProcessorFeatures: Sendable, Hashable {
    package let features: [ProcessorFeature]

    /// Whether there are instructions for bf16.
    package var hasBF16: Bool { features.contains { $0.name.hasSuffix("BF16") && $0.isPresent } }

    #if arch(x86_64)
        package static let architecture = "x86_64"
    #elseif arch(arm64)
        package static let architecture = "arm64"
    #else
        package static let architecture = "another"
    #endif

    #if canImport(Darwin)
        /// This machine's, from sysctl.
        package static var current: ProcessorFeatures {
            ProcessorFeatures(
                features: instructions.map { name, key in
                    var value: Int64 = 0
                    var size = MemoryLayout<Int64>.size
                    // A shorter number fills the lower bytes.
                    let isKnown = sysctlbyname(key, &value, &size, nil, 0) == 0
                    return ProcessorFeature(name: name, isPresent: isKnown && value == 1)
                })
        }

        private static let instructions: [(name: String, key: String)] =
            architecture == "arm64"
            ? [
                ("NEON", "hw.optional.AdvSIMD"), ("dot product", "hw.optional.arm.FEAT_DotProd"),
                ("BF16", "hw.optional.arm.FEAT_BF16"), ("I8MM", "hw.optional.arm.FEAT_I8MM"),
            ]
            : [("AVX2", "hw.optional.avx2_0"), ("AVX-512", "hw.optional.avx512f")]
    #else
        /// This machine's, from the kernel's `/proc/cpuinfo`.
        package static var current: ProcessorFeatures {
            ProcessorFeatures(
                processorInformation: (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? "")
        }

        /// The kernel's names of instructions by their usual ones, for either architecture.
        private static let instructions: [(name: String, flag: String)] =
            architecture == "arm64"
            ? [
                ("NEON", "asimd"), ("dot product", "asimddp"), ("BF16", "bf16"), ("I8MM", "i8mm"), ("SVE", "sve"),
            ]
            : [
                ("AVX2", "avx2"), ("AVX-512", "avx512f"), ("AVX-512 BF16", "avx512_bf16"),
                ("AVX-512 FP16", "avx512_fp16"), ("AVX-512 VNNI", "avx512_vnni"), ("AVX VNNI", "avx_vnni"),
                ("AMX BF16", "amx_bf16"), ("AMX INT8", "amx_int8"),
            ]

        /// Reads the text of `/proc/cpuinfo`; an empty one is as a missing file.
        package init(processorInformation: String) {
            let line = processorInformation.split(separator: "\n").first { line in
                let key = line.prefix { $0 != ":" && !$0.isWhitespace }
                return key == "flags" || key == "Features"
            }
            let flags = Set((line?.drop { $0 != ":" }.dropFirst() ?? "").split(separator: " ").map(String.init))
            features = Self.instructions.map { ProcessorFeature(name: $0.name, isPresent: flags.contains($0.flag)) }
        }
    #endif

    private init(features: [ProcessorFeature]) { self.features = features }
}

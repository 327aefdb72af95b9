import Foundation
import FrameGeneration

/// How much memory a run may keep what it can use again in.
public enum MemoryBudget {
    /// 700 MB, or an eighth of the memory of a small machine or container.
    ///
    /// With all else that takes 1.2 GiB for a template of 100 frames of 720×720.
    public static var standardInBytes: Int {
        let machine = Int(clamping: ProcessInfo.processInfo.physicalMemory)
        return standardInBytes(ofMemory: min(machine, ContainerLimits.current.memoryInBytes ?? machine))
    }

    /// The budget where there are so many bytes in all.
    package static func standardInBytes(ofMemory memoryInBytes: Int) -> Int { min(700_000_000, memoryInBytes / 8) }

    /// Reads `512MiB`, `1GiB`, `1.5GB` or `0`; nil for anything else.
    ///
    /// Other numbers want a unit: who writes 5 hardly means five bytes.
    public static func bytes(_ text: String) -> Int? {
        let units: [(name: String, bytes: Double)] = [
            ("KIB", 1024), ("MIB", 1_048_576), ("GIB", 1_073_741_824), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9),
        ]
        let upper = text.uppercased()
        if upper == "0" { return 0 }
        guard let unit = units.first(where: { upper.hasSuffix($0.name) }) else { return nil }
        let digits = upper.dropLast(unit.name.count)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || (48...57).contains($0) }),
            let number = Double(digits), number * unit.bytes < 1e15
        else { return nil }
        return Int(number * unit.bytes)
    }
}

import Foundation
import Framegen
import TestSupport
import Testing

@Suite("Kept values that are not what they must be")
struct DamagedValueFileTests {
    private let runs: StoredRuns

    init() throws { runs = try StoredRuns() }

    /// What happens to a file of kept values.
    private enum Damage: String, CaseIterable, CustomTestStringConvertible {
        case emptied, cut, lengthened, text, bitInMagic, otherVersion, hugeDimension, bitInKey, bitInValues, bitInHash
        case otherFrames, linkElsewhere, linkToItself, folder, pipe

        var testDescription: String { rawValue }
    }

    private func apply(_ damage: Damage, to name: String, other: String) throws {
        let path = "\(runs.path)/\(name)"
        var bytes = try runs.bytes(name)
        // 23 magic bytes, then in 32 bits each: version, tensors, and for each the number 4 and its dimensions; the key.
        let version = 23
        let key = version + 8 + 20 * Int(bytes[version + 4])
        switch damage {
        case .emptied: bytes = []
        case .cut: bytes.removeLast()
        case .lengthened: bytes.append(0)
        case .text: bytes = Array("not what you think".utf8)
        case .bitInMagic: bytes[3] ^= 1
        case .otherVersion: bytes[version] += 1
        case .hugeDimension: bytes.replaceSubrange(version + 12..<version + 16, with: [255, 255, 255, 127])
        case .bitInKey: bytes[key] ^= 1
        case .bitInValues: bytes[bytes.count / 2] ^= 0x80
        case .bitInHash: bytes[bytes.count - 1] ^= 1
        case .otherFrames: bytes = try runs.bytes(other)
        case .linkElsewhere, .linkToItself, .folder, .pipe:
            try FileManager.default.removeItem(atPath: path)
        }
        switch damage {
        case .linkElsewhere:
            let precious = try runs.template.folder.write(Array("precious".utf8), to: "precious")
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: precious)
        case .linkToItself: try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
        case .folder: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        case .pipe: #expect(mkfifo(path, 0o644) == 0)
        default: try runs.write(bytes, to: name)
        }
    }

    @Test("are computed and written anew, and never used", arguments: Damage.allCases)
    private func damaged(damage: Damage) async throws {
        let cold = try await runs.run()
        let names = try runs.names()
        let whole = try runs.bytes(names[1])
        try apply(damage, to: names[1], other: names[0])
        let repairing = try await runs.run()
        #expect(repairing.images == cold.images && repairing.warning == nil)
        #expect(repairing.templateRuns == 1)
        #expect(try runs.names() == names)
        #expect(try runs.bytes(names[1]) == whole)
        #expect(try await runs.run().templateRuns == 0)
        if damage == .linkElsewhere {
            #expect(try String(contentsOfFile: runs.template.folder.file("precious"), encoding: .utf8) == "precious")
        }
    }

    @Test("a folder with something in it, in a file's place, stays; the frames are made, and the user is told")
    func occupiedName() async throws {
        let cold = try await runs.run()
        let name = try #require(try runs.names().first)
        try FileManager.default.removeItem(atPath: "\(runs.path)/\(name)")
        try FileManager.default.createDirectory(atPath: "\(runs.path)/\(name)", withIntermediateDirectories: false)
        try runs.write([7], to: "\(name)/precious")
        let result = try await runs.run()
        #expect(result.images == cold.images && result.templateRuns == 1)
        #expect(result.warning?.contains(name) == true)
        #expect(try runs.bytes("\(name)/precious") == [7])
        #expect(try runs.names().count == StoredRuns.imageCount)
    }

    @Test("a file where the folder should be is left alone; the frames are made, and the user is told")
    func fileInPlace() async throws {
        try runs.template.folder.write([7], to: "framegen-cache")
        let result = try await runs.run()
        #expect(result.images.count == StoredRuns.frameCount && result.templateRuns == StoredRuns.imageCount)
        #expect(result.warning?.contains("framegen-cache is not a folder") == true)
    }

    @Test(
        "a full disk stops the keeping and not the run",
        .enabled(if: SmallDisk.isPossible, "only root can make a small disk"))
    func fullDisk() async throws {
        let disk = try SmallDisk(sizeInKilobytes: 100)
        try FileManager.default.createSymbolicLink(atPath: runs.path, withDestinationPath: disk.path)
        let result = try await runs.run()
        #expect(result.images.count == StoredRuns.frameCount)
        #expect(result.warning?.contains("No space left") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path).isEmpty)
    }
}

import Foundation
import FrameGeneration
import FramegenTools
import TestSupport
import Testing

@Suite("Inspecting features") struct FeatureInspectionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func inspect(_ path: String) async throws -> FeatureInspection {
        guard case .features(let features) = try await Inspection(path: path) else {
            throw FramegenError(.internalFailure, "\(path) was not taken for features")
        }
        return features
    }

    private func npy(_ shape: String, _ values: [Float], to name: String) throws -> String {
        let text = "{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }"
        let header = Array((text + String(repeating: " ", count: 117 - text.utf8.count) + "\n").utf8)
        let start = [0x93] + Array("NUMPY".utf8) + [1, 0] + little(UInt16(header.count))
        return try folder.write(start + header + values.flatMap { little($0.bitPattern) }, to: name)
    }

    @Test("the demo's are AVE's, 13.92 s of them")
    func demo() async throws {
        let features = try await inspect(Fixtures.demoPath("audio/aud_ave.npy"))
        #expect(features.rowCount == 348 && features.rowShape == [512] && features.dataType == "float32")
        #expect(features.generators.map(\.generator) == ["SyncTalk_2D 328 ave", "SyncTalk_2D 160 ave"])
        #expect(features.generators.allSatisfy { abs($0.seconds - 13.92) < 1e-9 && !$0.rowsAreWindows })
        #expect(features.rowsNotFinite.isEmpty && !features.shapeIsAssumed)
    }

    @Test("values are summed up, and rows of no numbers and of zeros are named")
    func values() async throws {
        var values = [Float](repeating: 2, count: 5 * 2048)
        values[0] = -3
        values[1] = 7
        values[2048 + 9] = .nan
        for index in 2 * 2048..<3 * 2048 { values[index] = 0 }
        values[4 * 2048] = -.infinity
        let features = try await inspect(try npy("(5, 2, 1024)", values, to: "a.npy"))
        #expect(features.rowCount == 5 && features.rowShape == [2, 1024])
        #expect(features.rowsNotFinite == [1, 4] && features.zeroRows == [2])
        #expect(features.min == -3 && features.max == 7)
        // Four rows of 2, two values of which are −3 and 7, two of which do not count; one row of 0.
        let sum = 2.0 * Double(4 * 2048 - 4) + 4
        #expect(abs((features.mean ?? 0) - sum / Double(5 * 2048 - 2)) < 1e-9)
        #expect(
            features.generators.map(\.generator) == [
                "SyncTalk_2D 328 hubert", "SyncTalk_2D 160 hubert", "Ultralight 160 hubert",
            ])
    }

    @Test("20 rows are a second of WeNet's, and windows are told from rows")
    func rates() async throws {
        let wenet = try await inspect(try npy("(2, 16, 512)", [Float](repeating: 1, count: 16384), to: "w.npy"))
        #expect(wenet.generators.allSatisfy { $0.rowsPerSecond == 20 && abs($0.seconds - 0.1) < 1e-9 })
        #expect(wenet.generators.count == 3)
        let windows = try await inspect(try npy("(2, 32, 16, 16)", [Float](repeating: 1, count: 16384), to: "x.npy"))
        #expect(windows.generators.map(\.generator) == ["SyncTalk_2D 328 ave", "SyncTalk_2D 160 ave"])
        #expect(windows.generators.allSatisfy { $0.rowsAreWindows })
        let others = try await inspect(try npy("(3, 7)", [Float](repeating: .nan, count: 21), to: "o.npy"))
        #expect(others.generators.isEmpty && others.mean == nil && others.rowsNotFinite == [0, 1, 2])
    }

    @Test("raw values are taken for rows of 512 unless JSON says otherwise")
    func raw() async throws {
        let bytes = [Float](repeating: 0.5, count: 2 * 8192).flatMap { little($0.bitPattern) }
        let path = try folder.write(bytes, to: "a.bin")
        let assumed = try await inspect(path)
        #expect(assumed.rowCount == 32 && assumed.rowShape == [512] && assumed.shapeIsAssumed)
        try folder.write(Array(#"{"num_frames":2,"feature_size":8192,"shape":[2,32,16,16]}"#.utf8), to: "a.bin.json")
        let described = try await inspect(path)
        #expect(described.rowCount == 2 && described.rowShape == [32, 16, 16] && !described.shapeIsAssumed)
    }

    @Test("files that are nothing, or damaged, are named with what was expected")
    func badFiles() async throws {
        let cases: [(String, [UInt8], String)] = [
            ("text.txt", Array("not what you think".utf8), "expected a checkpoint"), ("empty", [], "is empty"),
            ("short.npy", Array("xx".utf8), "is not a .npy file: it is a text"), ("odd.bin", [1, 2, 3], "2048"),
            ("text.pth", Array("not what you think".utf8), "PyTorch checkpoint"),
        ]
        for (name, bytes, text) in cases {
            let path = try folder.write(bytes, to: name)
            let error = await #expect(throws: FramegenError.self) { _ = try await Inspection(path: path) }
            #expect(error?.code == .invalidData, "\(name)")
            #expect(error?.message.contains(path) == true && error?.message.contains(text) == true, "\(name)")
        }
        let error = await #expect(throws: FramegenError.self) {
            _ = try await Inspection(path: folder.file("nowhere"))
        }
        #expect(error?.code == .notFound)
    }
}

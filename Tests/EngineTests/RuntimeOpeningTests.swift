import EngineSupport
import Foundation
import FrameGeneration
import TestSupport
import Testing

@Suite("Opening runtimes")
struct RuntimeOpeningTests {
    @Test("tells path and version, from a folder that may be named outright", arguments: Runtime.allCases)
    func located(runtime: Runtime) throws {
        let found = try runtime.locate()
        #expect(found.path.contains(runtime.kind.libraryStem))
        #expect(found.version.firstMatch(of: /^\d+\.\d+\.\d/) != nil)
        let folder = URL(filePath: found.path).deletingLastPathComponent().path(percentEncoded: false)
        #expect(try runtime.locate(libraryFolder: folder).version == found.version)
    }

    @Test("opens one library for all the paths it has", arguments: Runtime.allCases)
    func openedOnce(runtime: Runtime) throws {
        let path = try runtime.locate().path
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("\(runtime.kind.libraryStem).so"), withDestinationPath: path)
        for _ in 0..<100 {
            // More often than there is room for different libraries.
            _ = try runtime.locate()
            _ = try runtime.locate(libraryFolder: folder.path)
        }
    }

    @Test("reports a file that is no library", arguments: Runtime.allCases)
    func noLibrary(runtime: Runtime) throws {
        let folder = try TemporaryFolder(named: "framegen no library")
        let path = try folder.write([UInt8]("this is text".utf8), to: "\(runtime.kind.libraryStem).so.2641")
        let error = #expect(throws: FramegenError.self) {
            try runtime.locate(libraryFolder: folder.path)
        }
        #expect(error?.code == .invalidData)
        #expect(error?.message.hasPrefix("\(path) cannot be used as \(runtime.kind.name)'s library: ") == true)
        #expect(error?.message.contains("\n") == false)
    }

    @Test(
        "reports another library under the runtime's name, by the function that is missing",
        .enabled(if: someLibrary != nil), arguments: Runtime.allCases)
    func anotherLibrary(runtime: Runtime) throws {
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(
            atPath: try #require(someLibrary), toPath: folder.file("\(runtime.kind.libraryStem).so"))
        let error = #expect(throws: FramegenError.self) {
            try runtime.locate(libraryFolder: folder.path)
        }
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("it has no function ") == true)
    }

    /// Cut later than its headers it brings the system's loader down, which cannot be prevented here; the checksum
    /// and the rename of an installation keep such files away.
    @Test("reports a library cut short in its headers", .enabled(if: someLibrary != nil), arguments: Runtime.allCases)
    func truncatedLibrary(runtime: Runtime) throws {
        let whole = try Data(contentsOf: URL(filePath: try #require(someLibrary)))
        for count in [0, 1, 16, 64] {
            let folder = try TemporaryFolder()
            try folder.write([UInt8](whole.prefix(count)), to: "\(runtime.kind.libraryStem).so")
            #expect(throws: FramegenError.self) { try runtime.locate(libraryFolder: folder.path) }
        }
    }

    @Test("lets no model through an engine whose folder is wrong", arguments: Runtime.allCases)
    func engineNeedsItsFolder(runtime: Runtime) throws {
        let error = #expect(throws: FramegenError.self) {
            _ = try runtime.session(libraryFolder: "/nowhere", onnx: [], inputs: [], outputs: [])
        }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("/nowhere") == true)
    }
}

/// A small library that is loaded anyway: the one beside OpenVINO's that its threads are made with.
private let someLibrary: String? = {
    guard let path = try? Runtime.openvino.locate().path else { return nil }
    let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.first { $0.hasPrefix("libtbbmalloc.") }.map { "\(folder)/\($0)" }
}()

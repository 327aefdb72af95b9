import Foundation
import FrameGeneration
import OpenVINOEngine
import TestSupport
import Testing

@Suite("The search for OpenVINO")
struct RuntimeSearchTests {
    private let root: TemporaryFolder

    init() throws { root = try TemporaryFolder(named: "framegen runtime search") }

    @discardableResult
    private func makeLibrary(_ folder: String, named name: String = "libopenvino_c.so.2641") throws -> String {
        let path = root.file(folder)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return try root.write([UInt8]("not a library".utf8), to: "\(folder)/\(name)")
    }

    private func search(
        folder: String? = nil, environment: String? = nil, executable: String? = nil, system: [String] = []
    ) -> RuntimeSearch {
        RuntimeSearch(
            libraryFolder: folder.map(root.file), environmentFolder: environment.map(root.file),
            executablePath: executable.map(root.file), systemFolders: system.map(root.file))
    }

    @Test("takes the given folder, then the environment's, then the one that set-up fills, then the system's")
    func order() throws {
        let given = try makeLibrary("given")
        let environment = try makeLibrary("environment")
        let setUp = try makeLibrary("package/.runtimes/openvino")
        let system = try makeLibrary("usr/lib")
        let executable = "package/.build/release/framegen"
        let all = search(folder: "given", environment: "environment", executable: executable, system: ["usr/lib"])
        #expect(try all.libraryPath() == given)
        var rest = all
        rest.libraryFolder = nil
        #expect(try rest.libraryPath() == environment)
        rest.environmentFolder = nil
        #expect(try rest.libraryPath() == setUp)
        rest.executablePath = root.file("elsewhere/framegen")
        #expect(try rest.libraryPath() == system)
    }

    @Test("takes the nearest folder above the program, and needs no current directory")
    func nearestAncestor() throws {
        try makeLibrary("outer/.runtimes/openvino")
        let near = try makeLibrary("outer/inner/.runtimes/openvino")
        #expect(try search(executable: "outer/inner/a/b/framegen").libraryPath() == near)
    }

    @Test("passes over a set-up folder that is empty")
    func emptySetUpFolder() throws {
        try FileManager.default.createDirectory(
            atPath: root.file("inner/.runtimes/openvino"), withIntermediateDirectories: true)
        let outer = try makeLibrary(".runtimes/openvino")
        #expect(try search(executable: "inner/framegen").libraryPath() == outer)
    }

    @Test("takes the highest of several versions")
    func highestVersion() throws {
        try makeLibrary("lib", named: "libopenvino_c.so.990")
        let highest = try makeLibrary("lib", named: "libopenvino_c.so.2641")
        try makeLibrary("lib", named: "libopenvino_c.so")
        #expect(try search(system: ["lib"]).libraryPath() == highest)

        try makeLibrary("opt/openvino_2025.4/runtime/lib/intel64")
        let newest = try makeLibrary("opt/openvino_2025.10/runtime/lib/intel64")
        #expect(try search(system: ["opt/openvino*/runtime/lib/*"]).libraryPath() == newest)
    }

    @Test(
        "knows the names on every platform",
        arguments: ["libopenvino_c.so", "libopenvino_c.so.2641", "libopenvino_c.dylib", "libopenvino_c.2641.dylib"])
    func names(name: String) throws {
        let library = try makeLibrary("lib", named: name)
        #expect(try search(folder: "lib").libraryPath() == library)
    }

    @Test("does not take other files", arguments: ["libopenvino.so.2641", "libopenvino_core.so", "libopenvino_c.txt"])
    func otherNames(name: String) throws {
        try makeLibrary("lib", named: name)
        #expect(throws: FramegenError.self) { try search(system: ["lib"]).libraryPath() }
    }

    @Test("says where it looked and how to get OpenVINO")
    func notFound() throws {
        let error = #expect(throws: FramegenError.self) {
            try search(executable: "bin/framegen", system: ["usr/lib", "opt/*"]).libraryPath()
        }
        #expect(error?.code == .notFound)
        let message = try #require(error?.message)
        for part in [
            ".runtimes/openvino", root.file("bin/framegen"), root.file("usr/lib"), root.file("opt/*"), "make build",
            "FRAMEGEN_OPENVINO",
        ] {
            #expect(message.contains(part))
        }
    }

    @Test("stops at a wrong folder that the caller or the environment named, and says what is wrong with it")
    func wrongFolders() throws {
        let system = try makeLibrary("usr/lib")
        try FileManager.default.createDirectory(atPath: root.file("empty"), withIntermediateDirectories: true)
        for (folder, fault) in [("empty", "holds no libopenvino_c"), ("nowhere", "does not exist")] {
            let given = #expect(throws: FramegenError.self) {
                try search(folder: folder, system: ["usr/lib"]).libraryPath()
            }
            #expect(given?.code == .notFound)
            #expect(given?.message.contains("\(root.file(folder)) \(fault)") == true)
            let environment = #expect(throws: FramegenError.self) {
                try search(environment: folder, system: ["usr/lib"]).libraryPath()
            }
            #expect(environment?.message.contains("\(root.file(folder)) that FRAMEGEN_OPENVINO names \(fault)") == true)
        }
        let file = #expect(throws: FramegenError.self) {
            try search(folder: "usr/lib/libopenvino_c.so.2641").libraryPath()
        }
        #expect(file?.message.contains("is not a folder") == true)
        #expect(try search(system: ["usr/lib"]).libraryPath() == system)
    }

    @Test("takes an empty environment variable for none")
    func emptyVariable() throws {
        let system = try makeLibrary("usr/lib")
        let search = RuntimeSearch(
            libraryFolder: nil, environmentFolder: "", executablePath: nil, systemFolders: [root.file("usr/lib")])
        #expect(try search.libraryPath() == system)
    }
}

@Suite("Opening OpenVINO")
struct RuntimeOpeningTests {
    @Test("tells path and version, from a folder that may be named outright")
    func located() throws {
        let found = try OpenVINOEngine.locateRuntime()
        #expect(found.libraryPath.contains("libopenvino_c"))
        #expect(found.version.firstMatch(of: /^20\d\d\.\d/) != nil)
        let folder = URL(filePath: found.libraryPath).deletingLastPathComponent().path(percentEncoded: false)
        #expect(try OpenVINOEngine.locateRuntime(libraryFolder: folder).version == found.version)
    }

    @Test("opens one library for all the paths it has")
    func openedOnce() throws {
        let path = try OpenVINOEngine.locateRuntime().libraryPath
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("libopenvino_c.so"), withDestinationPath: path)
        for _ in 0..<100 {
            // More often than there is room for different libraries.
            _ = try OpenVINOEngine.locateRuntime()
            _ = try OpenVINOEngine.locateRuntime(libraryFolder: folder.path)
        }
    }

    @Test("reports a file that is no library")
    func noLibrary() throws {
        let folder = try TemporaryFolder(named: "framegen no library")
        let path = try folder.write([UInt8]("this is text".utf8), to: "libopenvino_c.so.2641")
        let error = #expect(throws: FramegenError.self) {
            try OpenVINOEngine.locateRuntime(libraryFolder: folder.path)
        }
        #expect(error?.code == .invalidData)
        #expect(error?.message.hasPrefix("\(path) cannot be used as OpenVINO's library: ") == true)
        #expect(error?.message.contains("\n") == false)
    }

    @Test(
        "reports another library under OpenVINO's name, by the function that is missing",
        .enabled(if: someLibrary != nil))
    func anotherLibrary() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(atPath: try #require(someLibrary), toPath: folder.file("libopenvino_c.so"))
        let error = #expect(throws: FramegenError.self) {
            try OpenVINOEngine.locateRuntime(libraryFolder: folder.path)
        }
        #expect(error?.code == .invalidData)
        #expect(error?.message.contains("it has no function ov_") == true)
    }

    /// Cut later than its headers it brings the system's loader down, which cannot be prevented here; set-up's checksum
    /// and its rename keep such files away.
    @Test("reports a library cut short in its headers", .enabled(if: someLibrary != nil))
    func truncatedLibrary() throws {
        let whole = try Data(contentsOf: URL(filePath: try #require(someLibrary)))
        for count in [0, 1, 16, 64] {
            let folder = try TemporaryFolder()
            try folder.write([UInt8](whole.prefix(count)), to: "libopenvino_c.so")
            #expect(throws: FramegenError.self) { try OpenVINOEngine.locateRuntime(libraryFolder: folder.path) }
        }
    }

    @Test("lets no model through an engine whose folder is wrong")
    func engineNeedsItsFolder() throws {
        let error = #expect(throws: FramegenError.self) {
            _ = try OpenVINOEngine(libraryFolder: "/nowhere").makeSession(
                onnx: [], inputs: [], outputs: [], options: SessionOptions(threads: 1))
        }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("/nowhere") == true)
    }
}

/// A small library that is loaded anyway: the one beside OpenVINO's that its threads are made with.
private let someLibrary: String? = {
    guard let path = try? OpenVINOEngine.locateRuntime().libraryPath else { return nil }
    let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.first { $0.hasPrefix("libtbbmalloc.") }.map { "\(folder)/\($0)" }
}()

import EngineSupport
import Foundation
import FrameGeneration
import TestSupport
import Testing

@Suite("The search for runtimes")
struct RuntimeSearchTests {
    private let root: TemporaryFolder
    private let kind = RuntimeKind(
        name: "Some Runtime", libraryStem: "libsome_c", environmentVariable: "FRAMEGEN_SOME",
        release: RuntimeRelease(
            package: "some", version: "1.0", wheels: [], wheelMegabytes: 1, libraryFolder: "", libraries: [],
            licences: []),
        installerFolders: ["/opt/some*/lib"])

    init() throws { root = try TemporaryFolder(named: "framegen runtime search") }

    @discardableResult
    private func makeLibrary(_ folder: String, named name: String = "libsome_c.so.2641") throws -> String {
        let path = root.file(folder)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return try root.write([UInt8]("not a library".utf8), to: "\(folder)/\(name)")
    }

    private func search(
        folder: String? = nil, environment: String? = nil, executable: String? = nil, installed: [String] = [],
        system: [String] = []
    ) -> RuntimeSearch {
        RuntimeSearch(
            for: kind, libraryFolder: folder.map(root.file), environmentFolder: environment.map(root.file),
            executablePath: executable.map(root.file), runtimeFolders: installed.map(root.file),
            systemFolders: system.map(root.file))
    }

    @Test("takes the given folder, then the environment's, the program's, the user's, the system's, its libraries'")
    func order() throws {
        let given = try makeLibrary("given")
        let environment = try makeLibrary("environment")
        let withProgram = try makeLibrary("package/.runtimes/some")
        let user = try makeLibrary("home/some")
        let everybody = try makeLibrary("local/some")
        let system = try makeLibrary("usr/lib")
        let all = search(
            folder: "given", environment: "environment", executable: "package/.build/release/framegen",
            installed: ["home", "local"], system: ["usr/lib"])
        #expect(try all.libraryPath() == given)
        var rest = all
        rest.libraryFolder = nil
        #expect(try rest.libraryPath() == environment)
        rest.environmentFolder = nil
        #expect(try rest.libraryPath() == withProgram)
        rest.executablePath = root.file("elsewhere/framegen")
        #expect(try rest.libraryPath() == user)
        rest.runtimeFolders.removeFirst()
        #expect(try rest.libraryPath() == everybody)
        rest.runtimeFolders.removeFirst()
        #expect(try rest.libraryPath() == system)
    }

    @Test("finds what was packed with a program, in lib beside its folder or beside itself", arguments: ["bin/", ""])
    func packed(folder: String) throws {
        let packed = try makeLibrary("app/lib/framegen/runtimes/some")
        #expect(try search(executable: "app/\(folder)talk", installed: ["home"]).libraryPath() == packed)
    }

    #if os(Linux)
        @Test(
            "takes for the user's folder what the XDG specification says",
            arguments: [
                (["HOME": "/home/a"], "/home/a/.local/share"),
                (["HOME": "/home/a", "XDG_DATA_HOME": ""], "/home/a/.local/share"),
                (["HOME": "/home/a", "XDG_DATA_HOME": "relative"], "/home/a/.local/share"),
                (["HOME": "/home/a", "XDG_DATA_HOME": "/data"], "/data"),
            ])
        func userFolder(environment: [String: String], dataHome: String) {
            #expect(RuntimeFolders.userFolder(environment: environment) == "\(dataHome)/framegen/runtimes")
        }
    #endif

    @Test("takes the nearest folder above the program, and needs no current directory")
    func nearestAncestor() throws {
        try makeLibrary("outer/.runtimes/some")
        let near = try makeLibrary("outer/inner/.runtimes/some")
        #expect(try search(executable: "outer/inner/a/b/framegen").libraryPath() == near)
    }

    @Test("passes over a folder of runtimes that is empty")
    func emptyFolder() throws {
        try FileManager.default.createDirectory(
            atPath: root.file("inner/.runtimes/some"), withIntermediateDirectories: true)
        let outer = try makeLibrary(".runtimes/some")
        #expect(try search(executable: "inner/framegen").libraryPath() == outer)
    }

    @Test("takes the highest of several versions")
    func highestVersion() throws {
        try makeLibrary("lib", named: "libsome_c.so.990")
        let highest = try makeLibrary("lib", named: "libsome_c.so.2641")
        try makeLibrary("lib", named: "libsome_c.so")
        #expect(try search(system: ["lib"]).libraryPath() == highest)

        try makeLibrary("opt/some_2025.4/runtime/lib/intel64")
        let newest = try makeLibrary("opt/some_2025.10/runtime/lib/intel64")
        #expect(try search(system: ["opt/some*/runtime/lib/*"]).libraryPath() == newest)
    }

    @Test(
        "knows the names on every platform",
        arguments: ["libsome_c.so", "libsome_c.so.2641", "libsome_c.dylib", "libsome_c.2641.dylib"])
    func names(name: String) throws {
        let library = try makeLibrary("lib", named: name)
        #expect(try search(folder: "lib").libraryPath() == library)
    }

    @Test("does not take other files", arguments: ["libsome.so.2641", "libsome_core.so", "libsome_c.txt"])
    func otherNames(name: String) throws {
        try makeLibrary("lib", named: name)
        #expect(throws: FramegenError.self) { try search(system: ["lib"]).libraryPath() }
    }

    @Test("says where it looked and how to get it")
    func notFound() throws {
        let error = #expect(throws: FramegenError.self) {
            try search(executable: "bin/framegen", installed: ["home"], system: ["usr/lib", "opt/*"]).libraryPath()
        }
        #expect(error?.code == .notFound)
        let message = try #require(error?.message)
        for part in [
            "Some Runtime", ".runtimes", root.file("bin/framegen"), root.file("home"), root.file("usr/lib"),
            root.file("opt/*"), "framegen runtimes install", "FRAMEGEN_SOME",
        ] {
            #expect(message.contains(part))
        }
    }

    @Test("stops at a wrong folder that the caller or the environment named, and says what is wrong with it")
    func wrongFolders() throws {
        let system = try makeLibrary("usr/lib")
        try FileManager.default.createDirectory(atPath: root.file("empty"), withIntermediateDirectories: true)
        for (folder, fault) in [("empty", "holds no libsome_c"), ("nowhere", "does not exist")] {
            let given = #expect(throws: FramegenError.self) {
                try search(folder: folder, system: ["usr/lib"]).libraryPath()
            }
            #expect(given?.code == .notFound)
            #expect(given?.message.contains("\(root.file(folder)) \(fault)") == true)
            let environment = #expect(throws: FramegenError.self) {
                try search(environment: folder, system: ["usr/lib"]).libraryPath()
            }
            #expect(environment?.message.contains("\(root.file(folder)) that FRAMEGEN_SOME names \(fault)") == true)
        }
        let file = #expect(throws: FramegenError.self) {
            try search(folder: "usr/lib/libsome_c.so.2641").libraryPath()
        }
        #expect(file?.message.contains("is not a folder") == true)
        #expect(try search(system: ["usr/lib"]).libraryPath() == system)
    }

    @Test("takes an empty environment variable for none")
    func emptyVariable() throws {
        let system = try makeLibrary("usr/lib")
        let search = RuntimeSearch(
            for: kind, libraryFolder: nil, environmentFolder: "", executablePath: nil, runtimeFolders: [],
            systemFolders: [root.file("usr/lib")])
        #expect(try search.libraryPath() == system)
    }

    @Test("looks in the user's folder, in the system's folders, and in those of the runtime's installers")
    func systemFolders() {
        #expect(
            RuntimeSearch(for: kind).runtimeFolders
                == [RuntimeFolders.user, "/usr/local/lib/framegen/runtimes", "/usr/lib/framegen/runtimes"])
        let folders = RuntimeSearch(for: kind).systemFolders
        for folder in ["/usr/lib", "/usr/local/lib", "/opt/some*/lib", "/opt/homebrew/lib"] {
            #expect(folders.contains(folder))
        }
    }
}

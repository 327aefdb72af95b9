import EngineSupport
import Foundation
import FrameGeneration
import FramegenTools
import Media
import TestSupport
import Testing

/// Wheels are small archives made here; none is downloaded.
@Suite("Installing runtimes")
struct RuntimeInstallationTests {
    private let folder: TemporaryFolder
    private static let contents = [
        "some/libs/libsome_c.so.12", "some/libs/libsome_plugin.so", "some/libs/libother.so",
        "some-1.0.dist-info/licenses/LICENSE", "some/NOTICE",
    ]

    init() throws { folder = try TemporaryFolder(named: "framegen runtimes") }

    /// Writes a wheel whose files hold their names.
    private func wheel(_ names: [String] = contents, version: String = "1.0") throws -> String {
        try folder.write(
            ZipFile(entries: names.map { ZipFile.Entry(name: $0, bytes: Array($0.utf8)) }).bytes,
            to: "some-\(version)-cp311-cp311-any.whl")
    }

    /// A runtime of which the wheel at `path` is the right one.
    private func kind(_ path: String, version: String = "1.0", sha256: String? = nil) throws -> RuntimeKind {
        let wheel = RuntimeRelease.Wheel(
            machine: RuntimeRelease.machine, platform: "any", sha256: try sha256 ?? FileDigest.sha256(ofFileAt: path))
        return RuntimeKind(
            name: "Some Runtime", libraryStem: "libsome_c", environmentVariable: "FRAMEGEN_SOME",
            release: RuntimeRelease(
                package: "some", version: version, wheels: [wheel], wheelMegabytes: 1, libraryFolder: "some/libs",
                libraries: ["libsome_c.*", "libsome_*plugin.so"],
                licences: ["some-1.0.dist-info/licenses", "some/NOTICE"]))
    }

    private func install(_ kind: RuntimeKind, from paths: [String]) async throws -> [InstalledRuntime] {
        var installation = RuntimeInstallation(of: [kind])
        installation.place = .folder(path: folder.file("data/runtimes"))
        installation.wheelPaths = paths
        return try await installation.run { _ in Issue.record("something was downloaded") }
    }

    /// All files below the folder of runtimes, hidden ones too.
    private var files: Set<String> {
        let names = FileManager.default.enumerator(atPath: folder.file("data/runtimes"))?.compactMap { $0 as? String }
        return Set(names ?? [])
    }

    @Test("puts libraries and licences where they are found, and leaves them alone after that")
    func installation() async throws {
        let path = try wheel()
        let kind = try kind(path)
        let target = folder.file("data/runtimes/some")
        let installed = try await install(kind, from: [path])
        #expect(installed.map(\.name) == ["Some Runtime"] && installed.map(\.version) == ["1.0"])
        #expect(installed.map(\.path) == [target] && installed.map(\.wasThere) == [false])
        let expected: Set = [
            "some", "some/libsome_c.so.12", "some/libsome_plugin.so", "some/licenses", "some/licenses/LICENSE",
            "some/licenses/NOTICE", "some/stamp",
        ]
        #expect(files == expected)
        #expect(
            try String(contentsOfFile: "\(target)/libsome_plugin.so", encoding: .utf8) == "some/libs/libsome_plugin.so")
        let search = RuntimeSearch(
            for: kind, libraryFolder: nil, environmentFolder: nil, executablePath: nil,
            runtimeFolders: [folder.file("data/runtimes")], systemFolders: [])
        #expect(try search.libraryPath() == "\(target)/libsome_c.so.12")

        // Without a wheel, so it cannot have been done again.
        #expect(try await install(kind, from: [folder.file("nowhere")]).map(\.wasThere) == [true])
        #expect(files == expected)
    }

    @Test("finds the wheel in a folder, among others")
    func folderOfWheels() async throws {
        let kind = try kind(try wheel())
        _ = try wheel(version: "0.9")
        try folder.write([1], to: "some-1.0-cp311-cp311-other.whl")
        try folder.write([1], to: "some-1.0-any.tar.gz")
        #expect(try await install(kind, from: [folder.file("nothing.whl"), folder.path]).count == 1)
    }

    @Test("replaces another release, and what is not whole")
    func replacement() async throws {
        let old = try wheel()
        _ = try await install(try kind(old), from: [old])
        let new = try wheel(version: "1.1")
        let kind = try kind(new, version: "1.1")
        #expect(try await install(kind, from: [new]).map(\.wasThere) == [false])
        let stamp = try String(contentsOfFile: folder.file("data/runtimes/some/stamp"), encoding: .utf8)
        #expect(stamp.hasPrefix("some 1.1 any sha256:"))
        let whole = files

        try FileManager.default.removeItem(atPath: folder.file("data/runtimes/some/libsome_c.so.12"))
        #expect(try await install(kind, from: [new]).map(\.wasThere) == [false])
        #expect(files == whole)
    }

    @Test("leaves nothing of a wheel that is not the right one, and keeps what was there")
    func wrongWheels() async throws {
        let right = try wheel()
        _ = try await install(try kind(right), from: [right])
        let before = files
        let other = try wheel(version: "1.1")
        let wrongSum = String(repeating: "0", count: 64)
        let broken = try folder.write([1, 2, 3], to: "some-1.2-any.whl")
        let incomplete = try wheel(Array(Self.contents.dropFirst()), version: "1.3")
        let unlicensed = try wheel(Self.contents.dropLast(), version: "1.4")
        for (path, version, sum, code, part) in [
            (other, "1.1", wrongSum, FramegenError.Code.invalidData, "has the SHA-256"),
            (broken, "1.2", nil, .cannotWrite, "cannot be unpacked"),
            (incomplete, "1.3", nil, .invalidData, "holds no some/libs/libsome_c.*"),
            (unlicensed, "1.4", nil, .invalidData, "holds no some/NOTICE"),
            (folder.file("nowhere"), "1.5", wrongSum, .notFound, "expected some-1.5-*any*.whl"),
        ] {
            let kind = try kind(path, version: version, sha256: sum)
            let error = await #expect(throws: FramegenError.self) { try await install(kind, from: [path]) }
            #expect(error?.code == code, "\(version)")
            #expect(error?.message.contains(path) == true && error?.message.contains(part) == true, "\(version)")
            #expect(files == before, "\(version)")
        }
    }

    @Test("says when there is no build for this machine, and what to do then")
    func unknownMachine() async throws {
        let release = RuntimeRelease(
            package: "some", version: "1.0", wheels: [], wheelMegabytes: 1, libraryFolder: "", libraries: [],
            licences: [])
        let kind = RuntimeKind(
            name: "Some Runtime", libraryStem: "libsome_c", environmentVariable: "FRAMEGEN_SOME", release: release)
        let error = await #expect(throws: FramegenError.self) { try await install(kind, from: []) }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains(RuntimeRelease.machine) == true)
        #expect(error?.message.contains("FRAMEGEN_SOME") == true)
    }

    @Test("a folder that another program is writing, or that cannot be made, is an error that names it")
    func folders() async throws {
        let path = try wheel()
        let kind = try kind(path)
        _ = try await install(kind, from: [path])
        let lock = open(folder.file("data/runtimes"), O_RDONLY)
        try #require(lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0)
        let locked = await #expect(throws: FramegenError.self) { try await install(kind, from: [path]) }
        #expect(locked?.code == .cannotWrite && locked?.message.contains(folder.file("data/runtimes")) == true)
        close(lock)
        #expect(try await install(kind, from: [path]).count == 1)

        var installation = RuntimeInstallation(of: [kind])
        installation.place = .folder(path: "\(path)/below a file")
        let unmade = await #expect(throws: FramegenError.self) { try await installation.run() }
        #expect(unmade?.code == .cannotWrite && unmade?.message.contains("below a file") == true)
    }

    @Test("every runtime that framegen knows has a build for the machines it runs on, and a checksum of its own")
    func releases() {
        let releases = EngineKind.all.compactMap(\.runtime?.kind.release)
        #expect(releases.map(\.package) == ["onnxruntime", "openvino"])
        for release in releases {
            #expect(release.wheels.map(\.machine) == ["Linux x86_64", "Linux arm64", "macOS arm64"])
            for wheel in release.wheels { #expect(wheel.sha256.wholeMatch(of: /[0-9a-f]{64}/) != nil) }
        }
        #expect(Set(releases.flatMap(\.wheels).map(\.sha256)).count == 6)
    }
}

import Foundation
import FrameGeneration
import TestSupport
import Testing

@Suite("framegen runtimes, and the version")
struct RuntimesCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder(named: "framegen-runtimes") }

    /// With a home of its own, and a pip that asks no index but that home; it takes no path with spaces.
    private func run(_ arguments: String..., path: String? = nil) async throws -> CommandProcess.Result {
        var environment = [
            "HOME": folder.path, "XDG_DATA_HOME": "", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": folder.path,
            "PIP_CONFIG_FILE": "/dev/null", "FRAMEGEN_OPENVINO": "", "FRAMEGEN_ONNXRUNTIME": "",
        ]
        if let path { environment["PATH"] = path }
        return try await CommandProcess.run(["runtimes"] + arguments, environment: environment)
    }

    private var userFolder: String {
        #if os(macOS)
            folder.file("Library/Application Support/framegen/runtimes")
        #else
            folder.file(".local/share/framegen/runtimes")
        #endif
    }

    @Test("install goes to the user's folder through pip, and leaves nothing of what pip cannot get")
    func download() async throws {
        let result = try await run("install")
        #expect(result.exitCode == 66 && result.output.isEmpty)
        #expect(result.errors.contains("downloading ONNX Runtime"))
        #expect(
            result.errorLines.last?.hasPrefix("error: pip could not download onnxruntime ") == true, "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: userFolder))
    }

    @Test("install refuses what pip gets when it is not what was expected")
    func wrongDownload() async throws {
        // As pip wants it, so that it is downloaded like the real one.
        let list = try await run("list", "--json")
        let command = try #require(list.output.firstMatch(of: /--platform (\S+) .*onnxruntime==([0-9.]+)/))
        let (platform, version) = (String(command.1), String(command.2))
        let information = "onnxruntime-\(version).dist-info"
        let entries = [
            ("\(information)/METADATA", "Metadata-Version: 2.1\nName: onnxruntime\nVersion: \(version)\n"),
            ("\(information)/WHEEL", "Wheel-Version: 1.0\nTag: cp311-cp311-\(platform)\n"),
            ("\(information)/RECORD", ""),
        ]
        let wheel = ZipFile(entries: entries.map { ZipFile.Entry(name: $0.0, bytes: Array($0.1.utf8)) })
        try folder.write(wheel.bytes, to: "onnxruntime-\(version)-cp311-cp311-\(platform).whl")
        let result = try await run("install", "--folder", folder.file("chosen"))
        #expect(result.exitCode == 65)
        #expect(result.errorLines.last?.contains("has the SHA-256 ") == true, "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.file("chosen")))
    }

    @Test("install says that Python is missing, and where it comes from")
    func noPython() async throws {
        let result = try await run("install", path: folder.path)
        #expect(result.exitCode == 66)
        #expect(
            result.errors.contains("python3 is missing") && result.errors.contains("python3-pip"), "\(result.errors)")
    }

    @Test("install takes no wheel that is not there, and names what it looked for")
    func noWheel() async throws {
        let result = try await run("install", "--from", folder.path)
        #expect(result.exitCode == 66 && result.errorLines.count == 1)
        #expect(result.errors.contains(folder.path) && result.errors.contains("expected onnxruntime-"))
    }

    @Test("install leaves alone what is there, and says where it is")
    func idempotent() async throws {
        // What these tests run on was installed like this.
        let runtimes = Fixtures.packageFolder.appending(path: ".runtimes").path(percentEncoded: false)
        let result = try await run("install", "--folder", runtimes, "--json", path: folder.path)
        #expect(result.exitCode == 0 && result.errors.isEmpty, "\(result.errors)")
        #expect(result.output.matches(of: /"was_there" : true/).count == 2)
    }

    @Test(
        "flags that contradict each other are refused", arguments: [["--system", "--folder", "x"], ["--folder", ""]])
    func flags(arguments: [String]) async throws {
        let result = try await CommandProcess.run(["runtimes", "install"] + arguments)
        #expect(result.exitCode == 64)
    }

    @Test("list and --version tell what is found, and what is not")
    func found() async throws {
        let list = try await run("list")
        #expect(list.exitCode == 0 && list.output.contains("libonnxruntime") && list.output.contains("libopenvino_c"))
        let version = try await CommandProcess.run(["--version"], environment: ["FRAMEGEN_OPENVINO": folder.path])
        let lines = version.output.split(separator: "\n")
        try #require(version.exitCode == 0 && lines.count == 3)
        #expect(
            lines[0].hasPrefix("framegen \(framegenVersion), ")
                && lines[0].hasSuffix("commit") != lines[0].contains(", commit "))
        #expect(lines[1].wholeMatch(of: /onnxruntime [0-9.]+, \/.*libonnxruntime.*/) != nil)
        #expect(lines[2] == "openvino that works was not found")
        #expect(try await CommandProcess.run(["generate", "--version"]).output.hasPrefix("framegen "))
    }
}

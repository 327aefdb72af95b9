import Foundation
import FrameGeneration
import Framegen
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing

@testable import FramegenServer

@Suite("Folders of avatars", .timeLimit(.minutes(2)))
struct AvatarFolderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func make(_ files: [String]) throws {
        for file in files {
            let path = URL(filePath: folder.file(file))
            try FileManager.default.createDirectory(
                at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data().write(to: path)
        }
    }

    private func opened() throws(FramegenError) -> AvatarFolder { try AvatarFolder(name: "demo", path: folder.path) }

    @Test(
        "names are of letters, digits and few signs",
        arguments: ["a", "demo", "A-b_c.9", "a..b", "-", String(repeating: "a", count: 64)])
    func names(name: String) { #expect(AvatarFolder.isName(name)) }

    @Test(
        "no name leads out of the root, or anywhere but to a folder in it",
        arguments: [
            "", ".", "..", ".hidden", "../demo", "demo/", "/demo", "a/b", "a\\b", "%2f", "..%2f", "%2e%2e", "a%00",
            "a\0",
            "a b", "a\n", "é", "ａ", String(repeating: "a", count: 65),
        ])
    func noNames(name: String) { #expect(!AvatarFolder.isName(name)) }

    @Test("files are found at the top and one level below")
    func found() throws {
        try make(["model/generator.pth", "model/audio_encoder.pth", "person/full_body_img/0.jpg"])
        let avatar = try opened()
        #expect(
            avatar.source
                == AvatarSource(
                    .checkpoint(path: folder.file("model/generator.pth")), templatePath: folder.file("person"),
                    audioEncoderPath: folder.file("model/audio_encoder.pth")))
        #expect(avatar.walk == .cached)
    }

    @Test("a Core ML package is a generator")
    func coreMLPackage() throws {
        try make(["unet.mlpackage/Manifest.json", "audio_encoder.pth", "person/full_body_img/0.jpg"])
        #expect(try opened().source.generator == .coreML(path: folder.file("unet.mlpackage")))
    }

    @Test(
        "what is missing, or there twice, is named",
        arguments: [
            (["audio.pth", "full_body_img/0.jpg"], "0 of what may be its checkpoint"),
            (["a.pth", "b.onnx", "audio.pth", "full_body_img/0.jpg"], "2 of what may be its checkpoint"),
            (["a.pth", "audio.pth"], "0 of what may be its template"),
            (["a.pth", "full_body_img/0.jpg"], "0 of what may be its audio encoder"),
        ])
    func missing(files: [String], text: String) throws {
        try make(files)
        let error = try #require(throws: FramegenError.self) { try opened() }
        #expect(error.message.hasPrefix(folder.path))
        #expect(error.message.contains(text), "\(error.message)")
        #expect(error.message.contains("avatar.yaml"))
    }

    @Test("links are not followed")
    func links() throws {
        try make(["audio.pth", "full_body_img/0.jpg"])
        let other = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("a.pth"), withDestinationPath: other.write([], to: "b.pth"))
        try FileManager.default.createSymbolicLink(atPath: folder.file("more"), withDestinationPath: other.path)
        let error = try #require(throws: FramegenError.self) { try opened() }
        #expect(error.message.contains("0 of what may be its checkpoint"))
    }

    @Test("avatar.yaml names files wherever they are, and says what frames are used")
    func description() throws {
        try make(["a.pth", "b.pth", "audio.pth", "full_body_img/0.jpg"])
        try folder.write(
            Array(
                """
                checkpoint: b.pth
                audioEncoder: ../x.pth
                walk: 3..9
                parsing: true
                paste: seamless
                steady: true
                sharpen: auto
                """.utf8),
            to: "avatar.yaml")
        let avatar = try opened()
        let parent = URL(filePath: folder.path).deletingLastPathComponent().appending(path: "x.pth").path
        #expect(
            avatar.source
                == AvatarSource(
                    .checkpoint(path: folder.file("b.pth")), templatePath: folder.path, audioEncoderPath: parent))
        #expect(avatar.walk == .frames(3...9))
        #expect(avatar.usesParsing && avatar.paste == .seamless)
        #expect(avatar.isSteady && avatar.sharpening == .auto)
    }

    @Test("an avatar.yaml that says nothing leaves all as usual", arguments: ["", "# walk: 1..2\n"])
    func emptyDescription(text: String) throws {
        try make(["a.pth", "audio.pth", "full_body_img/0.jpg"])
        try folder.write(Array(text.utf8), to: "avatar.yaml")
        #expect(try opened().walk == .cached && opened().paste == .exact)
        #expect(try !opened().isSteady && opened().sharpening == .off)
    }

    @Test(
        "what is wrong in avatar.yaml is named",
        arguments: [
            ("chekpoint: a", "chekpoint is not known"), ("walk: 9..3", "walk is 9..3"), ("parsing: 7", "parsing"),
            ("paste: soft", "paste is soft, expected exact or seamless"), ("steady: 7", "steady"),
            ("sharpen: 7", "sharpening is 7"),
            ("a: b: c", "YAML"),
        ])
    func faults(text: String, part: String) throws {
        try make(["a.pth", "audio.pth", "full_body_img/0.jpg"])
        try folder.write(Array(text.utf8), to: "avatar.yaml")
        let error = try #require(throws: FramegenError.self) { try opened() }
        #expect(error.message.contains(folder.file("avatar.yaml")))
        #expect(error.message.contains(part), "\(error.message)")
    }

    @Test("who asks for what is no avatar learns nothing of the server's files")
    func routes() async throws {
        let bench = try await ServerBench()
        try FileManager.default.createSymbolicLink(
            atPath: bench.folder.file("avatars/link"), withDestinationPath: folder.path)
        try await bench.withClient { client in
            let list = try await client.execute(uri: "/v1/avatars", method: .get)
            #expect(String(buffer: list.body) == "{\"avatars\":[]}")
            for name in ["nobody", "..", "%2e%2e", "..%2f..%2fetc", "demo%00", ".", "link", "demo", "a%2fb"] {
                for (path, method) in [
                    ("", .get), ("/preview.jpg", .get), ("/load", .post), ("/load", .delete),
                ] as [(String, HTTPRequest.Method)] where name != "demo" || method != .delete {
                    let response = try await client.execute(uri: "/v1/avatars/\(name)\(path)", method: method)
                    #expect(response.status == .notFound, "\(name)\(path)")
                    #expect(try !SeenProblem(response).detail.contains(bench.folder.path))
                }
            }
        }
    }
}

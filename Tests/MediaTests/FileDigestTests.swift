import FrameGeneration
import Media
import TestSupport
import Testing

@Suite("SHA-256 of a file")
struct FileDigestTests {
    @Test("is that of the standard's examples, and of a file longer than what is read at once")
    func digests() throws {
        let folder = try TemporaryFolder()
        for (bytes, digest) in [
            ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (Array("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                [UInt8](repeating: UInt8(ascii: "a"), count: 3_000_000),
                "2a152c894398719c0570f83fac34ac03a0f6e8e474b995c2403aa5434f7b9dd4"
            ),
        ] {
            #expect(try FileDigest.sha256(ofFileAt: folder.write(bytes, to: "file")) == digest)
        }
    }

    @Test("of a file that is not there is an error that names it")
    func missing() {
        let error = #expect(throws: FramegenError.self) { try FileDigest.sha256(ofFileAt: "/nowhere/file") }
        #expect(error?.code == .notFound && error?.message.contains("/nowhere/file") == true)
    }
}

import FrameGeneration
import OpenVINOEngine
import TestSupport
import Testing

@Suite("OpenVINO on the networks of the family")
struct GeneratorTests {
    @Test("computes what the original does, module by module", arguments: NetworkGolden.all)
    func modules(golden: NetworkGolden.Case) throws { try golden.open().expectExactly(OpenVINOEngine(), threads: 2) }

    @Test("computes the audio encoder as the original does")
    func audioEncoder() throws { try AudioEncoderGolden.expectExactly(OpenVINOEngine()) }
}

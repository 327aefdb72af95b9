import FrameGeneration
import OpenVINOEngine
import TestSupport
import Testing

@Suite("OpenVINO on the networks of the family")
struct GeneratorTests {
    @Test("computes what the original does, module by module")
    func modules() throws {
        try NetworkGolden("unet328_ave", of: .syncTalk328AVE, numberedBy: "unet328_state_dict.tsv")
            .expectExactly(OpenVINOEngine(), threads: 2)
    }

    @Test("computes the audio encoder as the original does")
    func audioEncoder() throws { try AudioEncoderGolden.expectExactly(OpenVINOEngine()) }
}

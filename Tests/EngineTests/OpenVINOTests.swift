import Foundation
import FrameGeneration
import OpenVINOEngine
import Testing

@Suite("OpenVINO")
struct OpenVINOTests {
    @Test("compute in float32 on the threads they were given, in one stream")
    func optionsAreHonoured() throws {
        let session = try openVINOSession(threads: 1)
        #expect(try session.property("INFERENCE_PRECISION_HINT") == "f32")
        #expect(try session.property("INFERENCE_NUM_THREADS") == "1")
        #expect(try session.property("NUM_STREAMS") == "1")
        #expect(try session.property("ENABLE_CPU_PINNING") == "NO")
        if ProcessInfo.processInfo.activeProcessorCount >= 2 {
            #expect(try openVINOSession(threads: 2).property("INFERENCE_NUM_THREADS") == "2")
        }
    }

    private func openVINOSession(threads: Int) throws -> OpenVINOSession {
        try OpenVINOEngine().makeSession(
            onnx: SmallNetwork.onnx(), inputs: SmallNetwork.inputs, outputs: SmallNetwork.outputs,
            options: SessionOptions(threads: threads))
    }
}

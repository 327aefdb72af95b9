import FrameGeneration
import Testing

@Suite("Faces for silence")
struct SilentFacesTests {
    private func face(_ value: UInt8) -> PixelImage {
        PixelImage(width: 10, height: 10, pixels: [UInt8](repeating: value, count: 300))
    }

    @Test("are kept while there is room, and never beyond it")
    func bound() {
        let faces = SilentFaces(limitInBytes: 700)
        for index in 0..<5 { faces.keep(face(UInt8(index)), of: index) }
        #expect(faces.face(of: 0) == face(0) && faces.face(of: 1) == face(1))
        #expect((2..<5).allSatisfy { faces.face(of: $0) == nil })
        // One that is there already takes no more room.
        faces.keep(face(9), of: 0)
        #expect(faces.face(of: 0) == face(0))
    }
}

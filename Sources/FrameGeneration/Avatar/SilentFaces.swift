import Synchronization

/// The faces that an avatar makes for silence: each depends on its template frame alone, so that it is made once.
///
/// A face of the demo takes 0.3 MB. Of a template with more frames than there is room for, those that come later are made
/// again each time.
package final class SilentFaces: Sendable {
    private let limitInBytes: Int
    private let state = Mutex(State())

    private struct State {
        var faces: [Int: PixelImage] = [:]
        var byteCount = 0
    }

    /// - Parameter limitInBytes: what all faces may take; by default room for some 800 of them.
    package init(limitInBytes: Int = 256 << 20) { self.limitInBytes = limitInBytes }

    /// What the faces of some template frames take, when all are made that there is room for.
    func bytes(of template: Template, _ walk: ClosedRange<Int>) -> Int {
        let bytes = template.frames[walk].reduce(0) {
            $0 + $1.cropRect.width * $1.cropRect.height * PixelImage.channels
        }
        return min(limitInBytes, bytes)
    }

    /// The face for a template frame, as pixels of its place in the frame; nil where it is not kept.
    package func face(of templateIndex: Int) -> PixelImage? { state.withLock { $0.faces[templateIndex] } }

    /// Keeps a face, if there is room for it.
    package func keep(_ face: PixelImage, of templateIndex: Int) {
        state.withLock { state in
            guard state.faces[templateIndex] == nil, state.byteCount + face.pixels.count <= limitInBytes else { return }
            state.faces[templateIndex] = face
            state.byteCount += face.pixels.count
        }
    }
}

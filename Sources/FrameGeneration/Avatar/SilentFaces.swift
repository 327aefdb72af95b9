import Synchronization

/// The faces that an avatar makes for silence: each depends on its template frame alone, so that it is made once.
///
/// A face takes about 0.3 MB.
final class SilentFaces: Sendable {
    private let faces = Mutex<[Int: Image]>([:])

    /// The face for a template frame, as pixels of its place in the frame; nil where it was not made yet.
    func face(of templateIndex: Int) -> Image? { faces.withLock { $0[templateIndex] } }

    /// Keeps a face.
    func keep(_ face: Image, of templateIndex: Int) { faces.withLock { $0[templateIndex] = face } }
}

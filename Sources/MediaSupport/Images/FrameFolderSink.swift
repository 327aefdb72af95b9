public import FrameGeneration

/// Writes frames as numbered image files, `frame_00000.png` and so on.
///
/// Each file appears under its name only when it is whole. The folder is made, and frames of an earlier run are
/// removed, when the first frame is written: a run that fails before changes nothing.
public actor FrameFolderSink: FrameSink {
    private let folder: OutputFolder
    private let encoder: any ImageEncoding
    /// Held from the first frame on.
    private var lock: OutputFolderLock?
    private let executor = StageExecutor(name: "encode")

    /// Encoding and writing block, so they run on a thread of their own.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// A sink for frames in the folder at `path`.
    ///
    /// - Parameters:
    ///   - path: the folder; made when it is not there.
    ///   - encoder: makes the files' bytes and gives them their extension.
    ///   - overwrites: whether frames that are there already may be replaced.
    /// - Throws: `FramegenError` with `.cannotWrite` when `path` is a file, or holds frames and `overwrites` is false.
    public init(path: String, encoder: any ImageEncoding, overwrites: Bool) throws(FramegenError) {
        self.encoder = encoder
        folder = try OutputFolder(path: path, contents: "frames", overwrites: overwrites) { name in
            name.wholeMatch(of: /frame_[0-9]{5,}\.(png|jpg)/) != nil
        }
    }

    /// The path that the frame with `index` has or will have.
    public nonisolated func path(of index: Int) -> String {
        "\(folder.path)/\(FrameName.stem(index)).\(encoder.fileExtension)"
    }

    /// Encodes and writes a frame.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file; nothing is left of it.
    public func write(_ frame: Frame) throws(FramegenError) {
        if lock == nil { lock = try folder.lock() }
        try AtomicFile.write(try encoder.encode(frame.makeImage()), to: path(of: frame.index))
    }

    /// Lets the folder go: each frame is complete by itself.
    public func finish() { lock = nil }

    /// Lets the folder go: frames that were written are whole, and stay.
    public func abandon() { lock = nil }
}

import FrameGeneration
import Framegen
import Media
import ModelFiles

/// Writes every intermediate of some frames: `frame_00007_network_input.npy` and so on, and at the end `index.json`,
/// which says what they are.
///
/// Each file appears under its name only when it is whole. The folder is made, and the files of an earlier run are
/// removed, when the first frame is written: a run that fails before changes nothing.
actor TensorDumpWriter: FrameTracing {
    private let indexPath: String
    private let folder: OutputFolder
    private let wanted: Set<Int>
    private var entries: [TensorIndex.Entry] = []
    private var shapes: [TensorFile: [Int]] = [:]
    private var isPrepared = false
    private var isAbandoned = false
    private let executor = StageExecutor(name: "dump")

    /// Encoding and writing block, so they run on a thread of their own.
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Throws: `FramegenError` with `.cannotWrite` when the folder is a file, or holds a dump that may not be replaced.
    init(_ dump: TensorDump) throws(FramegenError) {
        folder = try OutputFolder(path: dump.path, contents: "tensors", overwrites: dump.overwrites) { name in
            name == TensorIndex.fileName || TensorFile.isName(name)
        }
        indexPath = dump.indexPath
        wanted = Set(dump.frames)
    }

    func trace(_ frame: CutFrame) throws(FramegenError) {
        guard let stem = fileStem(frame.indices) else { return }
        try write(frame.prepared.faceCrop, as: .faceCrop, stem)
        try write(frame.networkInput, as: .networkInput, stem)
        try write(frame.audioWindow, as: .audioWindow, stem)
        entries += frame.indices.filter(wanted.contains).map { index in
            TensorIndex.Entry(frame: index, cut: frame, fileStem: stem)
        }
    }

    func trace(_ frame: InferredFrame) throws(FramegenError) {
        guard let stem = fileStem(frame.cut.indices) else { return }
        try write(frame.face, as: .rawOutput, stem)
    }

    func trace(_ frame: PastedFrame) throws(FramegenError) {
        guard let stem = fileStem(frame.indices) else { return }
        try write(frame.image, as: .composite, stem)
    }

    /// Writes the index.
    ///
    /// - Returns: what the user should know when frames were asked for that the video does not have.
    /// - Throws: `FramegenError` with `.cannotWrite` naming the file.
    func finish(
        _ request: GenerationRequest, _ take: Take, frameCount: Int
    ) async throws(FramegenError) -> String? {
        let format = try await take.format
        let (frameRate, firstFrame) = (format.frameRate, format.firstFrame)
        try prepare()
        let (avatar, generator) = (take.avatar, take.avatar.generator)
        let face = generator.face
        let missing = wanted.subtracting(entries.map(\.frame)).sorted()
        let index = TensorIndex(
            request: request, generator: generator.name, engine: avatar.engineName,
            frameRate: frameRate, framesMade: frameCount,
            featureRowsPerSecond: generator.features.rowsPerSecond, cropSide: face.cropSide,
            cropResampling: face.cropResampling, pasteResampling: face.pasteResampling,
            networkSquare: TensorIndex.Rect(
                PixelRect(x: face.ring, y: face.ring, width: face.networkSide, height: face.networkSide)),
            mask: TensorIndex.Rect(face.mask),
            files: TensorIndex.FileKind.all(for: generator, shapes: shapes),
            frames: entries, missingFrames: missing)
        try AtomicFile.write(try index.json(), to: indexPath)
        guard !missing.isEmpty else { return nil }
        let more = missing.count > 5 ? " and \(missing.count - 5) more" : ""
        let list = missing.prefix(5).map { "\($0)" }.joined(separator: ", ") + more
        return "not dumped: \(missing.count == 1 ? "frame" : "frames") \(list), as there are "
            + "\(frameCount) frames, from \(firstFrame)"
    }

    /// Returns when nothing is being written, and lets nothing more be; called instead of `finish`.
    func abandon() { isAbandoned = true }

    /// How the files' names of a picture begin: with the first of the wanted frames that show it; nil when none does.
    private func fileStem(_ indices: Range<Int>) -> String? {
        guard !isAbandoned, let index = indices.first(where: wanted.contains) else { return nil }
        return FrameName.stem(index)
    }

    private func write(_ image: PixelImage, as file: TensorFile, _ stem: String) throws(FramegenError) {
        try prepare()
        try AtomicFile.write(try PNGEncoder().encode(image), to: "\(folder.path)/\(stem)_\(file.rawValue)")
    }

    private func write(_ tensor: Tensor, as file: TensorFile, _ stem: String) throws(FramegenError) {
        try prepare()
        try NPYFile.write(tensor, to: "\(folder.path)/\(stem)_\(file.rawValue)")
        shapes[file] = tensor.shape
    }

    private func prepare() throws(FramegenError) {
        guard !isPrepared else { return }
        try folder.prepare()
        isPrepared = true
    }
}

import ArgumentParser
import FramegenTools

/// The intermediates of some frames.
struct DumpOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A folder for every intermediate of some frames, as .npy and PNG with an index.json that explains them; "
                + "made when it is not there.", valueName: "folder"))
    var dumpTensors: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The frames whose intermediates are written, counted from 0: 0,1,7. (default: 0)", valueName: "list"),
        transform: Self.frames)
    var dumpFrames: [Int]?

    private static func frames(_ text: String) throws -> [Int] {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let frames = parts.compactMap { Int($0.trimmingPrefix { $0 == " " }) }.filter { $0 >= 0 }
        guard frames.count == parts.count else {
            throw ValidationError("expected frames counted from 0, such as 0,1,7")
        }
        return frames
    }

    func validate() throws {
        guard dumpTensors?.isEmpty != true else { throw ValidationError("--dump-tensors is empty, expected a path") }
        guard dumpFrames == nil || dumpTensors != nil else {
            throw ValidationError("--dump-frames needs --dump-tensors, the folder to write to")
        }
    }

    func dump(overwrites: Bool) -> TensorDump? {
        dumpTensors.map { path in
            var dump = TensorDump(path: path)
            dump.frames = dumpFrames ?? dump.frames
            dump.overwrites = overwrites
            return dump
        }
    }
}

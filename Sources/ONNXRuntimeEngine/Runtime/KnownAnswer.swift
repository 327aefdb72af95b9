internal import FrameGeneration
internal import Synchronization

/// A network of one subtraction, run once on every library that is opened.
///
/// The shim takes ONNX Runtime's functions by their places in a table, so a library with another order would not be
/// noticed before it computes something else.
enum KnownAnswer {
    private static let checkedLibraries = Mutex<Set<Int32>>([])

    /// `difference` = `minuend` − `subtrahend`, two values each, as an ONNX model of opset 17.
    private static let onnx: [UInt8] = {
        func field(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
            [number << 3 | 2, UInt8(content.count)] + content
        }
        func text(_ number: UInt8, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }
        let twoFloats = field(1, [0x08, 1] + field(2, field(1, [0x08, 2])))
        func value(_ number: UInt8, _ name: String) -> [UInt8] { field(number, text(1, name) + field(2, twoFloats)) }
        let node = text(1, "minuend") + text(1, "subtrahend") + text(2, "difference") + text(4, "Sub")
        let graph =
            field(1, node) + text(2, "known answer") + value(11, "minuend") + value(11, "subtrahend")
            + value(12, "difference")
        // The graph is longer than a length of one byte can say, so it has two.
        let length = [UInt8(graph.count & 0x7f | 0x80), UInt8(graph.count >> 7)]
        return [0x08, 8, 7 << 3 | 2] + length + graph + field(8, [0x10, 17])
    }()

    /// Runs the network if `library` has not run it yet.
    ///
    /// - Throws: `FramegenError` with `.invalidData` when the answer is wrong or does not come.
    static func check(_ library: ONNXRuntimeLibrary) throws(FramegenError) {
        guard !checkedLibraries.withLock({ $0.contains(library.number) }) else { return }
        let answer: [Tensor]
        do throws(FramegenError) {
            // Inputs in the other order than the model's, since they go by name.
            let network = try ONNXRuntimeNetwork(
                library: library, provider: .cpu, onnx: onnx,
                inputs: ["subtrahend", "minuend"].map { NetworkGraph.Value(name: $0, shape: [2]) },
                outputs: ["difference"],
                options: SessionOptions(threads: 1), sessionCount: 1)
            let session = try ONNXRuntimeSession(network)
            answer = try session.run([Tensor(shape: [2], values: [1, 10]), Tensor(shape: [2], values: [5, 7])])
        } catch {
            throw FramegenError(
                .invalidData, "\(library.path) cannot be used as ONNX Runtime's library: \(error.message)", cause: error
            )
        }
        guard answer == [Tensor(shape: [2], values: [4, -3])] else {
            throw FramegenError(
                .invalidData,
                "\(library.path) cannot be used as ONNX Runtime's library: it computes [5, 7] − [1, 10] as "
                    + "\(answer.map(\.values))")
        }
        checkedLibraries.withLock { _ = $0.insert(library.number) }
    }
}

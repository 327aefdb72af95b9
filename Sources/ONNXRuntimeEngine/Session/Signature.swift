internal import COnnxRuntime
internal import EngineSupport
internal import FrameGeneration

/// The inputs and outputs that a network has in ONNX Runtime's reading.
struct Signature {
    private struct Entry {
        let name: String
        let isFloat: Bool
        let shape: [Int]
    }

    private let inputs: [Entry]
    private let outputs: [Entry]

    init(of session: SharedRuntimeObject, in library: ONNXRuntimeLibrary) throws(FramegenError) {
        let pointer = try session.pointer()
        var (inputCount, outputCount) = (0, 0)
        let status = framegen_onnxruntime_session_counts(
            library.number, pointer, &inputCount, &outputCount)
        try library.check(status, "count the network's inputs")
        inputs = try Self.entries(inputCount, areOutputs: false, of: session, in: library)
        outputs = try Self.entries(outputCount, areOutputs: true, of: session, in: library)
    }

    /// Every input must be written before a run, so the network's and the caller's must be the same.
    func check(inputs expected: [NetworkGraph.Value], outputCount: Int) throws(FramegenError) {
        for value in expected {
            let found = try Self.value(value.name, in: inputs, kind: "input")
            guard found.shape == value.shape else {
                throw FramegenError(
                    .internalFailure, "ONNX Runtime reads \(value.name) as \(found.shape), expected \(value.shape)")
            }
        }
        guard inputs.count == expected.count, outputs.count == outputCount else {
            throw FramegenError(
                .internalFailure,
                "ONNX Runtime reads a network with \(inputs.count) inputs and \(outputs.count) outputs, expected "
                    + "\(expected.count) and \(outputCount)")
        }
    }

    /// The output `name` with its shape.
    func output(_ name: String) throws(FramegenError) -> NetworkGraph.Value {
        let value = try Self.value(name, in: outputs, kind: "output")
        guard value.shape.allSatisfy({ $0 > 0 }) else {
            throw FramegenError(
                .internalFailure, "ONNX Runtime reads the output \(name) as \(value.shape), expected sizes above 0")
        }
        return value
    }

    private static func value(
        _ name: String, in entries: [Entry], kind: String
    ) throws(FramegenError) -> NetworkGraph.Value {
        guard let entry = entries.first(where: { $0.name == name }) else {
            throw FramegenError(
                .internalFailure,
                "ONNX Runtime reads a network without the \(kind) \(name); it has "
                    + entries.map(\.name).joined(separator: ", "))
        }
        guard entry.isFloat else {
            throw FramegenError(.internalFailure, "ONNX Runtime reads \(name) as no float32 tensor")
        }
        return NetworkGraph.Value(name: name, shape: entry.shape)
    }

    private static func entries(
        _ count: Int, areOutputs: Bool, of session: SharedRuntimeObject, in library: ONNXRuntimeLibrary
    ) throws(FramegenError) -> [Entry] {
        let pointer = try session.pointer()
        var entries: [Entry] = []
        for index in 0..<count {
            var elementType: Int32 = 0
            var sizes = [Int64](repeating: 0, count: FRAMEGEN_ONNXRUNTIME_MAXIMUM_RANK)
            var rank = 0
            var status: OpaquePointer?
            let name = shimString(capacity: 1024) { text, capacity in
                status = framegen_onnxruntime_session_value(
                    library.number, pointer, areOutputs ? 1 : 0, index, text, capacity, &elementType,
                    &sizes,
                    &rank)
            }
            try library.check(status, "describe the network")
            guard rank <= sizes.count else {
                throw FramegenError(.internalFailure, "\(name) has \(rank) dimensions, expected at most \(sizes.count)")
            }
            entries.append(
                Entry(
                    name: name, isFloat: elementType == Int32(FRAMEGEN_ONNXRUNTIME_FLOAT32),
                    shape: sizes.prefix(rank).map(Int.init)))
        }
        return entries
    }
}

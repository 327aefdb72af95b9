import Foundation
import FrameGeneration
import TestSupport

/// The network of Tests/Fixtures/onnx and what ONNX Runtime answers on two inputs.
struct SmallNetwork {
    static let inputs = [
        NetworkGraph.Value(name: "first", shape: [1, 3, 12, 16]),
        NetworkGraph.Value(name: "second", shape: [1, 3, 12, 16]),
    ]
    static let outputs = ["output", "relu"]

    struct Run {
        let inputs: [Tensor]
        let outputs: [Tensor]
    }

    static func onnx() throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(filePath: Fixtures.path("onnx/small.onnx"))))
    }

    static func run(_ index: Int) throws -> Run {
        let data = try Data(contentsOf: URL(filePath: Fixtures.path("onnx/small_run\(index).f32")))
        var values = data.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 4).map {
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
            }
        }[...]
        var tensors: [Tensor] = []
        for shape in [[1, 3, 12, 16], [1, 3, 12, 16], [1, 2, 12, 16], [1, 8, 6, 8]] {
            let count = shape.reduce(1, *)
            tensors.append(Tensor(shape: shape, values: Array(values.prefix(count))))
            values = values.dropFirst(count)
        }
        return Run(inputs: Array(tensors[..<2]), outputs: Array(tensors[2...]))
    }

    static func session(
        on runtime: Runtime, threads: Int = 1, outputs: [String] = outputs
    ) throws -> sending any InferenceSession {
        try runtime.session(onnx: onnx(), inputs: inputs, outputs: outputs, threads: threads)
    }
}

/// The largest difference between two lists of tensors of the same shapes.
func largestDifference(_ first: [Tensor], _ second: [Tensor]) -> Float {
    guard first.map(\.shape) == second.map(\.shape) else { return .infinity }
    return zip(first, second).flatMap { zip($0.values, $1.values).map { abs($0 - $1) } }.max() ?? 0
}

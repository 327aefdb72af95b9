/// An ONNX file as it was parsed: names, numbers and where in the file the tensors' bytes lie.
struct ONNXGraph: Sendable {
    var nodes: [ONNXNode] = []
    var initializers: [ONNXTensor] = []
    /// As declared; before format version 4 initializers are among them.
    var inputs: [ONNXValueInfo] = []
    var outputs: [ONNXValueInfo] = []
}

struct ONNXNode: Sendable {
    var name = ""
    var type = ""
    var domain = ""
    /// Empty where an optional input is left out.
    var inputs: [String] = []
    var outputs: [String] = []
    var attributes: [String: ONNXAttribute] = [:]
}

enum ONNXAttribute: Sendable {
    case float(Double)
    case integer(Int)
    case string(String)
    case tensor(ONNXTensor)
    case floats([Double])
    case integers([Int])
    /// Graphs, sparse tensors and what else no network of the family has.
    case other
}

struct ONNXValueInfo: Sendable {
    var name = ""
    var dataType = ONNXDataType(code: 0)
    var dimensions: [DeclaredDimension] = []
    /// Whether it is a tensor whose shape is told at all.
    var hasShape = false
}

/// A tensor whose values are still in the file, or beside it.
struct ONNXTensor: Sendable {
    var name = ""
    var shape: [Int] = []
    var elementCount = 1
    var dataType = ONNXDataType(code: 0)
    var storage = Storage.bytes([])

    enum Storage: Sendable {
        /// In the model file.
        case inline(Range<Int>)
        /// Little-endian elements, collected from fields that are no raw bytes.
        case bytes([UInt8])
        /// In another file.
        case external(ONNXExternalData)
    }
}

/// Where a tensor's bytes lie outside the model file, as the model says.
struct ONNXExternalData: Sendable {
    var location = ""
    var offset = 0
    var length: Int?
}

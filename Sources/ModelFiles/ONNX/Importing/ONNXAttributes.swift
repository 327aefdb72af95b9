internal import FrameGeneration

extension ONNXImporter {
    /// An attribute of whole numbers, or `defaultValue` where the node leaves it out.
    func integers(_ node: ONNXNode, _ name: String, default defaultValue: [Int]) throws(FramegenError) -> [Int] {
        switch node.attributes[name] {
        case nil: return defaultValue
        case .integers(let values): return values
        default: throw fault(node, "has an attribute \(name) that is no list of whole numbers")
        }
    }

    /// An attribute that is a whole number, or `defaultValue` where the node leaves it out.
    func integer(_ node: ONNXNode, _ name: String, default defaultValue: Int) throws(FramegenError) -> Int {
        switch node.attributes[name] {
        case nil: return defaultValue
        case .integer(let value): return value
        default: throw fault(node, "has an attribute \(name) that is no whole number")
        }
    }

    /// An attribute that is text, or `defaultValue` where the node leaves it out.
    func string(_ node: ONNXNode, _ name: String, default defaultValue: String) throws(FramegenError) -> String {
        switch node.attributes[name] {
        case nil: return defaultValue
        case .string(let value): return value
        default: throw fault(node, "has an attribute \(name) that is no text")
        }
    }

    /// `axis` counted from the front; a negative one counts from the back.
    func axis(_ node: ONNXNode, _ axis: Int, of rank: Int) throws(FramegenError) -> Int {
        guard (-rank..<rank).contains(axis) else {
            throw fault(node, "has the axis \(axis) of \(rank) dimensions")
        }
        return axis < 0 ? axis + rank : axis
    }
}

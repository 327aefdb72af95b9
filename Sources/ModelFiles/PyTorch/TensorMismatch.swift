package import FrameGeneration

/// A tensor of a checkpoint that is not what a network expects.
package struct TensorMismatch: Sendable {
    /// The file's own key.
    package let key: String
    package let kind: Kind
    /// The shape in the file; nil where the tensor is missing.
    package let shape: [Int]?
    /// The shape the network expects; nil where it expects no such tensor.
    package let expectedShape: [Int]?

    package enum Kind: Sendable, CaseIterable {
        case missing, misshapen, notFloatingPoint
        /// A further tensor of one of the network's own modules.
        case extra
    }
}

extension StateDict {
    /// How the tensors at a place differ from a network's: in the order of the network, then those that its modules hold
    /// too much, in the order of the file.
    ///
    /// What stands beside the network, such as an optimizer or the network of a loss, is no mismatch.
    package func mismatches(of parameters: [NetworkGraph.Parameter], at place: NetworkPlace) -> [TensorMismatch] {
        var mismatches: [TensorMismatch] = []
        for parameter in parameters {
            let key = place.fileKey(for: parameter.key)
            func add(_ kind: TensorMismatch.Kind) {
                mismatches.append(
                    TensorMismatch(key: key, kind: kind, shape: shape(of: key), expectedShape: parameter.shape))
            }
            guard let shape = shape(of: key) else {
                add(.missing)
                continue
            }
            if shape != parameter.shape { add(.misshapen) }
            if dataType(of: key)?.isFloatingPoint == false { add(.notFloatingPoint) }
        }
        let modules = Set(parameters.map { Self.moduleKind(of: $0.key) })
        for key in keys(beside: parameters, at: place) where key.hasPrefix(place.prefix) {
            guard modules.contains(Self.moduleKind(of: String(key.dropFirst(place.prefix.count)))) else { continue }
            mismatches.append(TensorMismatch(key: key, kind: .extra, shape: shape(of: key), expectedShape: nil))
        }
        return mismatches
    }

    /// Tensors that a network at a place does not read, in the order of the file.
    package func keys(beside parameters: [NetworkGraph.Parameter], at place: NetworkPlace) -> [String] {
        let known = Set(parameters.map { place.fileKey(for: $0.key) })
        return keys.filter { key in
            guard !known.contains(key) else { return false }
            // How many batches a batch norm was trained on; inference has no use for it.
            return !(key.hasPrefix(place.prefix) && key.hasSuffix(".num_batches_tracked"))
        }
    }

    /// The first part of a key without its number: `up6` would be one more of the modules `up1` to `up5`.
    private static func moduleKind(of key: String) -> Substring {
        var module = key.prefix { $0 != "." }
        while module.last?.isNumber == true { module.removeLast() }
        return module
    }
}

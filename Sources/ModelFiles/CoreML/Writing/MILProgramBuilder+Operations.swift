internal import FrameGeneration

extension MILProgramBuilder {
    /// Adds what a node of the network computes.
    ///
    /// - Throws: `FramegenError` with `.cannotWrite` naming the weight file.
    mutating func add(_ node: NetworkGraph.Node, of model: NetworkModel) throws(FramegenError) {
        let inputs = node.inputs.map { name(of: $0) }
        func weight(_ key: String, _ builder: inout Self) throws(FramegenError) -> String {
            guard let tensor = model.weights[key] else {
                throw FramegenError(.internalFailure, "the network's weight \(key) is missing")
            }
            return try builder.weight(key, tensor)
        }
        switch node.operation {
        case .convolution(let convolution):
            let padding = convolution.padding
            var arguments = [("x", inputs), ("weight", [try weight(convolution.weightKey, &self)])]
            if let key = convolution.biasKey { arguments.append(("bias", [try weight(key, &self)])) }
            arguments += [
                ("strides", [integers([convolution.stride.vertical, convolution.stride.horizontal])]),
                ("pad_type", [string(padding == 0 ? "valid" : "custom")]),
                ("pad", [integers([padding, padding, padding, padding])]),
                ("dilations", [integers([1, 1])]),
                ("groups", [integer(convolution.groups)]),
            ]
            add("conv", arguments, for: node)
        case .batchNormalization(let prefix, let epsilon):
            var arguments = [("x", inputs)]
            for (argument, suffix) in [
                ("mean", "running_mean"), ("variance", "running_var"), ("gamma", "weight"), ("beta", "bias"),
            ] { arguments.append((argument, [try weight("\(prefix).\(suffix)", &self)])) }
            arguments.append(("epsilon", [number(epsilon)]))
            add("batch_norm", arguments, for: node)
        case .relu: add("relu", [("x", inputs)], for: node)
        case .sigmoid: add("sigmoid", [("x", inputs)], for: node)
        case .addition: add("add", [("x", [inputs[0]]), ("y", [inputs[1]])], for: node)
        case .channelConcatenation:
            add("concat", [("values", inputs), ("axis", [integer(1)]), ("interleave", [bool(false)])], for: node)
        case .bilinearUpsampling:
            let two = float(2)
            add(
                "upsample_bilinear",
                [
                    ("x", inputs), ("scale_factor_height", [two]), ("scale_factor_width", [two]),
                    ("align_corners", [bool(true)]),
                ], for: node)
        }
    }
}

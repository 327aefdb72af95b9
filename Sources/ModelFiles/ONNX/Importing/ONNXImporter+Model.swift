internal import FrameGeneration

extension ONNXImporter {
    /// The network that the file describes, with its weights read.
    func model(
        inputs: [NetworkGraph.Value], fileOutput: String, output: String
    ) throws(FramegenError) -> NetworkModel {
        try network.model(
            inputs: inputs, last: self.output(fileOutput), output: output, path: path, keys: parameters.keys
        ) { key throws(FramegenError) in
            switch parameters[key] {
            case .constant(let constant): Tensor(shape: constant.shape, values: constant.doubles.map { Float($0) })
            case .stored(let tensor): try tensors.floats(of: tensor)
            case nil: nil
            }
        }
    }
}

import FrameGeneration
import Framegen
import ModelFiles

/// What an ONNX file holds, and what is wrong with it; also of one that framegen cannot run.
public struct ONNXInspection: Sendable, Encodable {
    /// The file.
    public let path: String
    /// The format's own version, ONNX's `ir_version`.
    public let formatVersion: Int
    /// The version of ONNX's operator set.
    public let opset: Int
    /// The program that wrote the file, and its version; empty if it does not say.
    public let producer: String
    /// What is filled at each run, as declared.
    public let inputs: [ModelValue]
    /// What a run returns, as declared.
    public let outputs: [ModelValue]
    /// Nodes in all.
    public let nodeCount: Int
    /// Nodes by operator, the commonest first.
    public let operators: [OperatorCount]
    /// Numbers that the file holds as weights by how they are stored, the commonest type first.
    public let weights: [WeightCount]
    /// The generators, or the audio encoder, that the file is taken for, by what goes in and what comes out.
    public let variants: [String]
    /// Numbers that the network reads as weights; nil where the file is no network that framegen runs.
    public let parameterCount: Int?
    /// Multiply-adds of one run of batch 1; nil where the file is no network that framegen runs.
    public let multiplyAdds: Int?
    /// What the first of `variants` takes; another number in the file tells of a network that was changed.
    public let variantMultiplyAdds: Int?
    /// Weights whose values are suspicious.
    public let suspiciousTensors: [SuspiciousTensor]
    /// Why framegen does not run the file; nil if it does.
    public let problem: String?
    /// Whether framegen uses the file: it is one of the family's networks.
    public let isUsable: Bool

    /// Reads the file and its weights; blocks.
    ///
    /// - Throws: `FramegenError` naming the file: `.notFound`, `.invalidData` when it is no ONNX file, is damaged or
    ///   written in another operator set, or `.cancelled`.
    package init(path: String) throws(FramegenError) {
        let file = try ONNXModelFile(path: path)
        self.path = path
        formatVersion = file.formatVersion
        opset = file.opset
        producer = [file.producerName, file.producerVersion].filter { !$0.isEmpty }.joined(separator: " ")
        inputs = file.inputs.map(ModelValue.init)
        outputs = file.outputs.map(ModelValue.init)
        nodeCount = file.operatorCounts.values.reduce(0, +)
        operators = OperatorCount.commonestFirst(file.operatorCounts)
        weights = WeightCount.commonestFirst(file.weightCounts)

        let findings = try ModelFindings(of: path) { () throws(FramegenError) in try file.model() }
        variants = findings.variants
        variantMultiplyAdds = findings.variantMultiplyAdds
        problem = findings.problem
        isUsable = findings.problem == nil
        multiplyAdds = findings.multiplyAdds
        parameterCount = findings.parameterCount
        suspiciousTensors = findings.suspiciousTensors
    }
}

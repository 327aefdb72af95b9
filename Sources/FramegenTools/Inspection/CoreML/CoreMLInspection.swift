package import FrameGeneration
import ModelFiles

/// What a Core ML package holds, and what is wrong with it; also of one that framegen cannot run.
public struct CoreMLInspection: Sendable, Encodable {
    /// The package's folder.
    public let path: String
    /// The format's own version: 7 for iOS 16, 8 for iOS 17, 9 for iOS 18.
    public let specificationVersion: Int
    /// The operation set, such as `CoreML6`.
    public let opset: String
    /// The program that wrote the package, and its version; empty if it does not say.
    public let producer: String
    /// What is filled at each run, as declared.
    public let inputs: [ModelValue]
    /// What a run returns, as declared.
    public let outputs: [ModelValue]
    /// Operations in all, without constants.
    public let nodeCount: Int
    /// Operations by type, the commonest first.
    public let operators: [OperatorCount]
    /// Numbers that the package holds as weights by how they are stored, the commonest type first.
    public let weights: [WeightCount]
    /// The generators, or the audio encoder, that the package is taken for, by what goes in and what comes out.
    public let variants: [String]
    /// Numbers that the network reads as weights; nil where the package is no network that framegen runs.
    public let parameterCount: Int?
    /// Multiply-adds of one run of batch 1; nil where the package is no network that framegen runs.
    public let multiplyAdds: Int?
    /// What the first of `variants` takes; another number in the package tells of a network that was changed.
    public let variantMultiplyAdds: Int?
    /// Weights whose values are suspicious.
    public let suspiciousTensors: [SuspiciousTensor]
    /// Why framegen does not run the package; nil if it does.
    public let problem: String?
    /// Whether framegen uses the package: it is one of the family's networks.
    public let isUsable: Bool

    /// Reads the package and its weights; blocks.
    ///
    /// - Throws: `FramegenError` naming the package: `.notFound`, `.invalidData` when it is no package, is damaged or
    ///   holds no ML Program, or `.cancelled`.
    package init(path: String) throws(FramegenError) {
        let package = try CoreMLPackage(path: path)
        self.path = path
        specificationVersion = package.specificationVersion
        opset = package.opset
        producer = [package.producerName, package.producerVersion].filter { !$0.isEmpty }.joined(separator: " ")
        inputs = package.inputs.map(ModelValue.init)
        outputs = package.outputs.map(ModelValue.init)
        nodeCount = package.operationCounts.values.reduce(0, +)
        operators = OperatorCount.commonestFirst(package.operationCounts)
        weights = WeightCount.commonestFirst(package.weightCounts)
        let findings = try ModelFindings(of: path) { () throws(FramegenError) in try package.model() }
        variants = findings.variants
        variantMultiplyAdds = findings.variantMultiplyAdds
        problem = findings.problem
        isUsable = findings.problem == nil
        multiplyAdds = findings.multiplyAdds
        parameterCount = findings.parameterCount
        suspiciousTensors = findings.suspiciousTensors
    }
}

import FrameGeneration

#if canImport(CoreML)
    import CoreMLEngine
#endif

/// What Core ML does with a generator, where the system has it.
public struct CoreMLDiagnosis: Sendable, Hashable, Encodable {
    /// Operations of the 328 generator in fp16 by the unit that Core ML means to run them on.
    public let operationsByUnit: [String: Int]
    /// Why it does not work; nil where it does.
    public let fault: String?

    package init(operationsByUnit: [String: Int] = [:], fault: String? = nil) {
        self.operationsByUnit = operationsByUnit
        self.fault = fault
    }

    /// This system's; nil where there is no Core ML.
    ///
    /// The first time it compiles a generator, which takes seconds.
    static var current: CoreMLDiagnosis? {
        #if canImport(CoreML)
            do throws(FramegenError) {
                let engine = CoreMLEngine()
                _ = try EngineTrial.run(engine, in: .fp16)
                return CoreMLDiagnosis(
                    operationsByUnit: try engine.operationCounts(
                        of: try generator(), options: SessionOptions(threads: 1, precision: .fp16)))
            } catch {
                return CoreMLDiagnosis(fault: error.message)
            }
        #else
            return nil
        #endif
    }

    #if canImport(CoreML)
        /// One that nobody has trained: where operations run does not depend on the weights.
        private static func generator() throws(FramegenError) -> NetworkModel {
            let network = Generator.syncTalk328AVE.network
            var weights: [String: Tensor] = [:]
            for parameter in network.parameters {
                // None alike, which could be stored as one.
                let count = parameter.shape.reduce(1, *)
                weights[parameter.key] = Tensor(
                    shape: parameter.shape, values: (0..<count).map { Float($0 % 251 + 1) / 4096 })
            }
            return try NetworkModel(network: network, weights: weights)
        }
    #endif
}

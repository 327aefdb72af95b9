#if canImport(CoreML)
    import CoreML
    import Foundation
    import FrameGeneration

    /// What Core ML means to compute where.
    enum ComputePlan {
        /// Operations of a compiled network by the name of the unit that Core ML prefers for them; constants have none.
        ///
        /// - Throws: `FramegenError` with `.internalFailure` when there is no plan.
        static func operationCounts(
            at path: String, _ computeUnits: ComputeUnits
        ) throws(FramegenError) -> [String: Int] {
            let counted = AwaitedResult<[String: Int]>()
            // The plan is asked for by a task only, and this thread is no task's.
            Task {
                do {
                    let configuration = MLModelConfiguration()
                    configuration.computeUnits = computeUnits.coreMLUnits
                    let plan = try await MLComputePlan.load(
                        contentsOf: URL(filePath: path), configuration: configuration)
                    counted.finish(.success(operationCounts(of: plan)))
                } catch {
                    let text = error.localizedDescription.onOneLine
                    counted.finish(.failure(FramegenError(.internalFailure, "Core ML makes no plan: \(text)")))
                }
            }
            return try counted.value()
        }

        private static func operationCounts(of plan: MLComputePlan) -> [String: Int] {
            guard case .program(let program) = plan.modelStructure else { return [:] }
            var counts: [String: Int] = [:]
            for operation in program.functions.values.flatMap(\.block.operations) {
                guard let device = plan.deviceUsage(for: operation)?.preferred else { continue }
                counts[name(of: device), default: 0] += 1
            }
            return counts
        }

        private static func name(of device: MLComputeDevice) -> String {
            // Not a switch: Apple may add others.
            if case .neuralEngine = device { return "Neural Engine" }
            if case .gpu = device { return "GPU" }
            if case .cpu = device { return "CPU" }
            return "another unit"
        }
    }
#endif

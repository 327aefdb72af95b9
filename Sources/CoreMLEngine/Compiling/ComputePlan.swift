#if canImport(CoreML)
    import CoreML
    import Dispatch
    import Foundation
    import FrameGeneration
    import Synchronization

    /// What Core ML means to compute where.
    enum ComputePlan {
        /// Operations of a compiled network by the name of the unit that Core ML prefers for them; constants have none.
        ///
        /// - Throws: `FramegenError` with `.internalFailure` when there is no plan.
        static func operationCounts(
            at path: String, _ computeUnits: ComputeUnits
        ) throws(FramegenError) -> [String: Int] {
            let outcome = Outcome()
            // The plan is asked for by a task only, and this thread is no task's.
            Task {
                do {
                    let configuration = MLModelConfiguration()
                    configuration.computeUnits = computeUnits.coreMLUnits
                    let plan = try await MLComputePlan.load(
                        contentsOf: URL(filePath: path), configuration: configuration)
                    let counts = operationCounts(of: plan)
                    outcome.result.withLock { $0 = .success(counts) }
                } catch {
                    let text = error.localizedDescription
                    outcome.result.withLock { $0 = .failure(FramegenError(.internalFailure, text.onOneLine)) }
                }
                outcome.isThere.signal()
            }
            outcome.isThere.wait()
            guard let counts = try outcome.result.withLock({ $0 })?.get() else {
                throw FramegenError(.internalFailure, "Core ML has no plan for the network")
            }
            return counts
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

        private final class Outcome: Sendable {
            let result = Mutex<Result<[String: Int], FramegenError>?>(nil)
            let isThere = DispatchSemaphore(value: 0)
        }
    }
#endif

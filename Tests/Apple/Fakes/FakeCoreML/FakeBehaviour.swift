// Core ML for tests on Linux: what the project uses of it, declared as Apple documents it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

import Foundation
public import Synchronization

/// How this Core ML behaves in the task at hand: as it should, where nothing is said.
public struct FakeBehaviour: Sendable {
    @TaskLocal public static var current = FakeBehaviour()

    /// What compiling fails with.
    public var compileError: String?
    /// What loading fails with.
    public var loadError: String?
    /// What predicting fails with.
    public var predictionError: String?
    /// Outputs that a prediction leaves out.
    public var missingOutputs: Set<String> = []
    /// What a prediction's output has as its shape instead of its own.
    public var outputShape: [Int]?
    /// What a prediction's output has as its type instead of its own.
    public var outputType: MLMultiArrayDataType?
    /// Strides of outputs instead of padded rows.
    public var outputStrides: [Int]?
    /// Called before each compilation is done, and before each prediction.
    public var onCompile: (@Sendable () -> Void)?
    public var onPrediction: (@Sendable () -> Void)?
    /// Counts what is done.
    public var counts = Counts()

    public init() {}

    public final class Counts: Sendable {
        public let compilations = Atomic(0)
        public let loads = Atomic(0)
        public let predictions = Atomic(0)
        /// Units that models were loaded for.
        public let units = Mutex<[MLComputeUnits]>([])

        public init() {}
    }
}

/// What Core ML throws here.
struct FakeError: LocalizedError {
    let text: String
    var errorDescription: String? { text }
}

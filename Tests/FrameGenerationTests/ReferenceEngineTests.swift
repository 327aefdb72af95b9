import FrameGeneration
import TestSupport
import Testing

@Suite("The reference engine")
struct ReferenceEngineTests {
    @Test("computes what the original computes, module by module", arguments: NetworkGolden.all)
    func goldenNetwork(golden: NetworkGolden.Case) throws { try golden.open().expectExactly(ReferenceEngine()) }

    @Test("refuses inputs of another shape and says both shapes")
    func wrongShape() throws {
        let network = Generator.syncTalk328AVE.network
        let model = try NetworkModel(
            network: network,
            weights: Dictionary(uniqueKeysWithValues: network.parameters.map { ($0.key, Tensor(zeros: $0.shape)) }))
        let session = try ReferenceEngine().makeSession(for: model, options: SessionOptions(threads: 1))
        let error = #expect(throws: FramegenError.self) {
            try session.run([Tensor(zeros: [1, 6, 320, 320]), Tensor(zeros: [1, 32, 16, 32])])
        }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message.contains("[1, 32, 16, 16]") == true)
        #expect(error?.message.contains("[1, 32, 16, 32]") == true)
        #expect(throws: FramegenError.self) { try session.run([]) }
    }

    @Test("stops between two layers when the task is cancelled")
    func cancellation() async throws {
        let golden = try NetworkGolden.unet328AVE.open()
        let task = Task {
            let session = try ReferenceEngine().makeSession(for: golden.model, options: SessionOptions(threads: 1))
            while !Task.isCancelled { await Task.yield() }
            return try session.run(golden.inputs)
        }
        task.cancel()
        let error = await #expect(throws: FramegenError.self) { try await task.value }
        #expect(error?.code == .cancelled)
    }
}

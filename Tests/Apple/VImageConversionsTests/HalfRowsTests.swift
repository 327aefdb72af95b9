import FakeAccelerate
import ModelFiles
import Testing
import VImageConversions

@Suite("Rows of float16 by vImage")
struct HalfRowsTests {
    /// Numbers of every kind: halfway between two, subnormal, too large, none.
    private static let values: [Float] =
        [0, -0, 1, -1.5, 65504, 65519, 65520, -1e30, .infinity, -.infinity, .nan, 0x1p-24, 0x1p-25, 0x1.8p-25, 0x1p-14]
        + [1 + 0x1p-11, 1 + 0x3p-11, 1 + 0x1.1p-11, 0x1.ffcp-15, 0x1.ffep-15, .leastNonzeroMagnitude]

    /// What is stored where there was something else, by one way or the other.
    private func stored(
        _ rows: HalfRows, _ values: [Float],
        _ store: (HalfRows) -> (UnsafePointer<Float>, UnsafeMutablePointer<UInt16>) -> Void
    ) throws -> [UInt16] {
        var memory = [UInt16](repeating: 0xabcd, count: max(rows.count * rows.stride, rows.width * rows.step) + 8)
        try values.withUnsafeBufferPointer { values in
            try memory.withUnsafeMutableBufferPointer { memory in
                store(rows)(try #require(values.baseAddress), try #require(memory.baseAddress))
            }
        }
        return memory
    }

    @Test(
        "hold what plain Swift stores, and keep what lies between them",
        arguments: [(21, 1, 0, 1), (7, 3, 7, 1), (7, 3, 32, 1), (3, 7, 9, 3), (1, 21, 5, 1)])
    func store(width: Int, count: Int, stride: Int, step: Int) throws {
        let rows = HalfRows(width: width, count: count, stride: stride, step: step)
        let fake = FakeVImage()
        let memory = try FakeVImage.$current.withValue(fake) {
            try stored(rows, Self.values) { $0.storeByVImage }
        }
        #expect(memory == (try stored(rows, Self.values) { $0.store }))
        #expect(fake.calls == (step == 1 ? ["vImageConvert_PlanarFtoPlanar16F"] : []))
    }

    @Test("give what plain Swift reads, of all numbers that there are", arguments: [(1, 1), (1, 40), (2, 600)])
    func load(step: Int, padding: Int) throws {
        let (width, count) = (256, 256)
        let rows = HalfRows(width: width, count: count, stride: width * step + padding, step: step)
        var memory = [UInt16](repeating: 0x7c01, count: rows.stride * count)
        for bits in 0...UInt16.max {
            memory[Int(bits) / width * rows.stride + Int(bits) % width * step] = bits
        }
        func loaded(
            _ load: (HalfRows) -> (UnsafePointer<UInt16>, UnsafeMutablePointer<Float>) -> Void
        ) throws -> [Float] {
            var values = [Float](repeating: -1, count: width * count)
            try memory.withUnsafeBufferPointer { memory in
                try values.withUnsafeMutableBufferPointer { values in
                    load(rows)(try #require(memory.baseAddress), try #require(values.baseAddress))
                }
            }
            return values
        }
        let (own, other) = (try loaded { $0.load }, try loaded { $0.loadByVImage })
        // Of what is no number, which one is left open.
        #expect(zip(own, other).allSatisfy { $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN })
        #expect(own.count { $0.isNaN } == 2 * 1023)
    }

    @Test("are converted in plain Swift where vImage refuses")
    func refusal() throws {
        let rows = HalfRows(width: 7, count: 3, stride: 8)
        let memory = try FakeVImage.$current.withValue(FakeVImage(isRefusing: true)) {
            try stored(rows, Self.values) { $0.storeByVImage }
        }
        #expect(memory == (try stored(rows, Self.values) { $0.store }))
    }
}

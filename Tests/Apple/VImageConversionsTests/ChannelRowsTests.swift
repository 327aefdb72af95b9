import FakeAccelerate
import MediaSupport
import Testing
import VImageConversions

@Suite("Bytes of pixels by vImage")
struct ChannelRowsTests {
    /// Bytes of pixels, the places that are taken, and what vImage calls that; nil where it has no function.
    private static let orders: [(size: Int, places: [Int], name: String?)] = [
        (3, [2, 1, 0], "vImagePermuteChannels_RGB888"), (3, [0, 1, 2], "vImagePermuteChannels_RGB888"),
        (3, [1, 2, 0], "vImagePermuteChannels_RGB888"), (4, [2, 1, 0], "vImageConvert_BGRA8888toRGB888"),
        (4, [0, 1, 2], "vImageConvert_RGBA8888toRGB888"), (4, [1, 2, 3], "vImageConvert_ARGB8888toRGB888"),
        (4, [3, 2, 1], nil), (5, [4, 0, 2], nil),
    ]

    private func copied(
        _ rows: ChannelRows, _ copy: (ChannelRows) -> (UnsafePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Void
    ) throws -> [UInt8] {
        let source = (0..<max(rows.count * rows.sourceStride, rows.width * rows.pixelSize)).map {
            UInt8(truncatingIfNeeded: $0 * 7)
        }
        var target = [UInt8](repeating: 99, count: max(rows.count * rows.targetStride, rows.width * 3) + 4)
        try source.withUnsafeBufferPointer { source in
            try target.withUnsafeMutableBufferPointer { target in
                copy(rows)(try #require(source.baseAddress), try #require(target.baseAddress))
            }
        }
        return target
    }

    @Test(
        "are those that plain Swift takes, and what pads the rows is left alone",
        arguments: [(5, 4, 3, 6), (6, 1, 0, 0)])
    func copy(width: Int, count: Int, sourcePadding: Int, targetPadding: Int) throws {
        for order in Self.orders {
            let rows = ChannelRows(
                width: width, count: count, pixelSize: order.size, places: order.places,
                sourceStride: width * order.size + sourcePadding, targetStride: width * 3 + targetPadding)
            let fake = FakeVImage()
            let target = try FakeVImage.$current.withValue(fake) { try copied(rows) { $0.copyByVImage } }
            #expect(target == (try copied(rows) { $0.copy }), "\(order)")
            #expect(fake.calls == [order.name].compactMap { $0 })
            let refused = try FakeVImage.$current.withValue(FakeVImage(isRefusing: true)) {
                try copied(rows) { $0.copyByVImage }
            }
            #expect(refused == target)
        }
    }
}

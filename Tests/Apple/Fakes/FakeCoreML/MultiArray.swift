// Core ML for tests on Linux: what the project uses of it, declared as Apple documents it.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

public import Foundation

public enum MLMultiArrayDataType: Int, Sendable {
    case double = 65600
    case float32 = 65568
    case float16 = 65552
    case int32 = 131104

    var byteCount: Int {
        switch self {
        case .double: 8
        case .float32, .int32: 4
        case .float16: 2
        }
    }
}

/// An array whose rows are padded to 64 bytes, and always by some, with what is no number.
open class MLMultiArray: NSObject {
    public let shape: [NSNumber]
    public let strides: [NSNumber]
    public let dataType: MLMultiArrayDataType
    private let memory: UnsafeMutableRawBufferPointer

    public convenience init(shape: [NSNumber], dataType: MLMultiArrayDataType) throws {
        self.init(sizes: shape.map(\.intValue), dataType: dataType, strides: nil)
    }

    init(sizes: [Int], dataType: MLMultiArrayDataType, strides told: [Int]?) {
        let width = (sizes.last ?? 1) * dataType.byteCount
        let row = (width / 64 + 1) * 64 / dataType.byteCount
        var strides: [Int] = []
        var next = 1
        for (axis, size) in sizes.enumerated().reversed() {
            strides.insert(next, at: 0)
            next *= axis == sizes.count - 1 ? row : size
        }
        shape = sizes.map { $0 as NSNumber }
        self.strides = (told ?? strides).map { $0 as NSNumber }
        self.dataType = dataType
        memory = .allocate(byteCount: max(next, row) * dataType.byteCount, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0xff)
    }

    deinit { memory.deallocate() }

    public func withUnsafeBytes<R>(_ body: (_ ptr: UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try body(UnsafeRawBufferPointer(memory))
    }

    public func withUnsafeMutableBytes<R>(
        _ body: (_ ptr: UnsafeMutableRawBufferPointer, _ strides: [Int]) throws -> R
    ) rethrows -> R { try body(memory, strides.map(\.intValue)) }

    /// Places of the values in memory, in row-major order.
    private var offsets: [Int] {
        var offsets = [0]
        for (size, stride) in zip(shape, strides) {
            offsets = offsets.flatMap { start in (0..<size.intValue).map { start + $0 * stride.intValue } }
        }
        return offsets
    }

    var values: [Float] {
        get {
            let (floats, halves) = (memory.bindMemory(to: Float.self), memory.bindMemory(to: Float16.self))
            return offsets.map { dataType == .float16 ? Float(halves[$0]) : floats[$0] }
        }
        set {
            let (floats, halves) = (memory.bindMemory(to: Float.self), memory.bindMemory(to: Float16.self))
            for (offset, value) in zip(offsets, newValue) {
                if dataType == .float16 { halves[offset] = Float16(value) } else { floats[offset] = value }
            }
        }
    }
}

/// Numbers as the bytes of a file.
enum LittleEndian {
    static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    /// As many whole numbers as `bytes` hold.
    static func integers<T: FixedWidthInteger>(_: T.Type, _ bytes: ArraySlice<UInt8>) -> [T] {
        let size = MemoryLayout<T>.size
        return (0..<bytes.count / size).map { index in
            let start = bytes.startIndex + index * size
            return bytes[start..<start + size].reversed().reduce(T(0)) { $0 << 8 | T(truncatingIfNeeded: $1) }
        }
    }
}

/// Blob storage of version 2, the layout of `weight.bin`.
///
/// A header, then for each blob a record and its bytes, every one of them at a multiple of 64. Numbers are
/// little-endian.
///
/// - header: `UInt32` blobs, `UInt32` version;
/// - record: `UInt32` mark, `UInt32` type, `UInt64` bytes, `UInt64` where they begin.
///
/// The rest of both is zero. Programs refer to records.
enum WeightFileLayout {
    static let alignment = 64
    static let version: UInt32 = 2
    static let mark: UInt32 = 0xdead_beef

    /// How a record tells its type; nil for types that no weight has.
    static func typeCode(of type: MILDataType) -> UInt32? {
        switch type {
        case .float16: 1
        case .float32: 2
        default: nil
        }
    }
}

/// A picture as video holds it: 8-bit 4:2:0, BT.709 in limited range, a colour sample for every two columns and rows,
/// placed above the left one of the columns and between the rows.
///
/// That has even sides only: at an odd width or height, the planes hold the last column or row twice.
public struct PlanarPicture: Sendable, Equatable {
    /// Of what is to be seen; the planes may have a column and a row more.
    public let size: ImageSize
    /// Rows of `size.roundedUpToEven`, without padding; 16 is black and 235 white.
    public package(set) var luma: PageArray<UInt8>
    /// How much bluer than grey (128) the colour is: half as many columns and half as many rows.
    public package(set) var blueDifference: PageArray<UInt8>
    /// How much redder than grey (128) the colour is: half as many columns and half as many rows.
    public package(set) var redDifference: PageArray<UInt8>

    /// Samples of all planes of a picture of `size`.
    static func byteCount(of size: ImageSize) -> Int {
        let planes = size.roundedUpToEven
        return planes.width * planes.height / 2 * 3
    }

    /// Wraps samples that are in the order described above.
    ///
    /// - Precondition: Each plane holds exactly as many as belong to `size`.
    public init(
        size: ImageSize, luma: PageArray<UInt8>, blueDifference: PageArray<UInt8>, redDifference: PageArray<UInt8>
    ) {
        let count = size.roundedUpToEven.width * size.roundedUpToEven.height
        precondition(
            luma.count == count && blueDifference.count == count / 4 && redDifference.count == count / 4,
            "\(luma.count), \(blueDifference.count) and \(redDifference.count) samples cannot fill \(size) in 4:2:0")
        self.size = size
        self.luma = luma
        self.blueDifference = blueDifference
        self.redDifference = redDifference
    }
}

extension ImageSize {
    /// The smallest size with even sides that has room for this one.
    public var roundedUpToEven: ImageSize { ImageSize(width: width + width % 2, height: height + height % 2) }
}

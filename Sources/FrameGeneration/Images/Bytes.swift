/// `value`, clamped to 0…255 and rounded half to even.
///
/// Adding 1.5·2²³ leaves no bits for a fraction, so the sum is rounded by the processor's own rule and ends in the
/// integer. Unlike `rounded()`, this compiles to vector code without SSE4.1.
@inline(__always)
func roundedByte(_ value: Float) -> UInt8 {
    UInt8(truncatingIfNeeded: (clampedToByte(value) + wholeNumbers).bitPattern)
}

/// `value`, clamped to 0…255 and without its fraction; 0 if it is no number.
///
/// A conversion to an integer would be checked value by value.
@inline(__always)
func truncatedByte(_ value: Float) -> UInt8 {
    let clamped = clampedToByte(value)
    let sum = clamped + wholeNumbers
    let isRoundedUp = sum - wholeNumbers > clamped
    return UInt8(truncatingIfNeeded: sum.bitPattern &- (isRoundedUp ? 1 : 0))
}

private let wholeNumbers: Float = 12_582_912

/// In this form, each comparison is one instruction.
@inline(__always)
private func clampedToByte(_ value: Float) -> Float {
    let positive = value > 0 ? value : 0
    return positive < 255 ? positive : 255
}

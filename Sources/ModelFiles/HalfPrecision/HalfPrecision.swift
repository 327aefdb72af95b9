package import FrameGeneration

/// Half precision by integers, because `Float16` is missing on some platforms.
package enum HalfPrecision {
    /// The bits of the half-precision number nearest to `value`, ties to even; infinity from 65520 on.
    package static func bits(_ value: Float) -> UInt16 {
        let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
        let magnitude = value.bitPattern & 0x7fff_ffff
        guard magnitude < 0x7f80_0000 else { return sign | (magnitude > 0x7f80_0000 ? 0x7e00 : 0x7c00) }
        let exponent = Int(magnitude >> 23) - 127
        if exponent > 15 { return sign | 0x7c00 }
        // Below 2⁻²⁵ there is only zero to round to.
        if exponent < -25 { return sign }
        let significand = magnitude & 0x7f_ffff | 0x80_0000
        // Subnormal numbers lose a bit more for each step of the exponent below −14.
        let dropped = UInt32(exponent < -14 ? 13 + (-14 - exponent) : 13)
        let kept = significand >> dropped
        let rest = significand & (1 << dropped - 1)
        let half = UInt32(1) << (dropped - 1)
        let rounded = kept + (rest > half || rest == half && kept & 1 == 1 ? 1 : 0)
        // The leading one adds itself to the exponent, and so does a carry out of the significand.
        let biased = exponent < -14 ? rounded : UInt32(exponent + 14) << 10 + rounded
        return sign | UInt16(truncatingIfNeeded: biased)
    }

    /// The number that such bits stand for, without branches, so that several are made at once.
    ///
    /// By its bits, because `Float16` is missing on some platforms, and subnormal arithmetic may be switched off in a
    /// thread that a runtime has used.
    package static func value(_ bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let magnitude = UInt32(bits & 0x7fff) << 13
        // Moves the exponent's bias from 15 to 127.
        let normal = magnitude &+ 112 << 23
        let infinityOrNaN = magnitude &+ 224 << 23
        // As if it had a leading one, which is then taken off.
        let subnormal = (Float(bitPattern: magnitude &+ 113 << 23) - Float(bitPattern: 113 << 23)).bitPattern
        let finite = magnitude < 0x0080_0000 ? subnormal : normal
        return Float(bitPattern: sign | (magnitude >= 0x0f80_0000 ? infinityOrNaN : finite))
    }

    /// The half-precision number nearest to `value`, and the one on the other side of it; twice the nearest where it is
    /// `value` itself, or nothing finite is on the other side.
    package static func neighbours(of value: Float) -> (nearest: Float, other: Float) {
        let bits = bits(value)
        let nearest = self.value(bits)
        guard nearest.isFinite, nearest != value else { return (nearest, nearest) }
        // Away from zero the bits count up, whatever the sign; towards it they count down, and end at zero.
        let isAway = abs(nearest) < abs(value)
        let other = self.value(isAway ? bits + 1 : bits - 1)
        return (nearest, other.isFinite ? other : nearest)
    }
}

extension NetworkModel {
    /// What keeps the weights from being stored in half precision, which ends at 65504; nil for nothing.
    package var halfPrecisionProblem: String? {
        for (key, tensor) in weights.sorted(by: { $0.key < $1.key }) {
            if let value = tensor.values.first(where: { abs($0) >= 65520 }) {
                return "\(key) holds \(value), more than float16 can"
            }
        }
        return nil
    }
}

internal import CFusedLayers
package import FrameGeneration

/// The instructions that rows are computed with.
package enum RowsKind: String, Sendable, CaseIterable {
    /// AMX's tiles of bfloat16, and AVX-512's float16 for depthwise convolutions.
    case amxBF16 = "AMX BF16"
    /// AVX-512's products of bfloat16.
    case avx512BF16 = "AVX-512 BF16"
    /// AVX-512.
    case avx512 = "AVX-512"
    /// AVX2 and its fused multiply-adds.
    case avx2 = "AVX2"

    /// Those of this processor, the fastest first.
    package static let supported = allCases.filter { framegen_rows_are_supported($0.number) != 0 }

    /// What their products are made in.
    package var precision: Precision {
        switch self {
        case .amxBF16, .avx512BF16: .bf16
        case .avx512, .avx2: .fp32
        }
    }

    var number: framegen_rows_kind {
        switch self {
        case .amxBF16: FRAMEGEN_ROWS_AMX_BF16
        case .avx512BF16: FRAMEGEN_ROWS_AVX512_BF16
        case .avx512: FRAMEGEN_ROWS_AVX512
        case .avx2: FRAMEGEN_ROWS_AVX2
        }
    }
}

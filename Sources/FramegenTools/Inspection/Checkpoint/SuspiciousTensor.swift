import FrameGeneration

/// A tensor of a checkpoint whose values are not as training leaves them.
public struct SuspiciousTensor: Sendable, Hashable, Encodable {
    /// The file's own key.
    public let key: String
    /// What is suspicious.
    public let kind: Kind
    /// Values it concerns.
    public let count: Int
    /// Values of the tensor.
    public let valueCount: Int
    /// The place of the first such value in the tensor, from 0; nil where all are concerned.
    public let firstIndex: Int?
    /// The value that stands out most: the first that is no number, the largest by magnitude; nil where there is none.
    public let value: Double?
    /// In words, where the tensor cannot be read.
    public let message: String?

    /// What can be suspicious.
    public enum Kind: String, Sendable, Hashable, Encodable, CaseIterable {
        /// Infinity or NaN: the training diverged.
        case notFinite = "not_finite"
        /// A variance of 0: the batch norm makes up to 300 times as much of its channel.
        case zeroVariance = "zero_variance"
        /// A variance under 0, which no data have.
        case negativeVariance = "negative_variance"
        /// Weights that are all 0: the layer passes nothing on.
        case allZero = "all_zero"
        /// A magnitude over 10⁴, or a variance over its square: half precision ends at 65504.
        case huge
        /// The bytes are damaged.
        case unreadable
    }

    /// Whether framegen refuses a file with such a tensor.
    var isFatal: Bool { [.notFinite, .negativeVariance, .unreadable].contains(kind) }

    private static let hugeMagnitude: Float = 1e4

    /// What is suspicious of a tensor that was read, or could not be.
    static func all(in tensor: Result<Tensor, FramegenError>, key: String) -> [SuspiciousTensor] {
        let values: PageArray<Float>
        switch tensor {
        case .success(let tensor): values = tensor.values
        case .failure(let error):
            return [
                SuspiciousTensor(
                    key: key, kind: .unreadable, count: 0, valueCount: 0, firstIndex: nil, value: nil,
                    message: error.message)
            ]
        }
        let isVariance = key.hasSuffix(".running_var")
        let limit = isVariance ? hugeMagnitude * hugeMagnitude : hugeMagnitude
        var found = [
            SuspiciousTensor(key, .notFinite, values, value: \.first) { !$0.isFinite },
            SuspiciousTensor(key, .huge, values, value: { $0.max { abs($0) < abs($1) } }) {
                $0.isFinite && abs($0) > limit
            },
        ]
        if isVariance {
            found.append(SuspiciousTensor(key, .zeroVariance, values, value: \.first) { $0 == 0 })
            found.append(
                SuspiciousTensor(key, .negativeVariance, values, value: { $0.min() }) { $0 < 0 && $0.isFinite })
        } else if key.hasSuffix(".weight"), values.allSatisfy({ $0 == 0 }) {
            found.append(SuspiciousTensor(key, .allZero, values, value: \.first) { $0 == 0 })
        }
        return found.compactMap { $0 }
    }

    /// Nil where no value `isSuspicious`; `value` picks the one that stands out of those that are.
    private init?(
        _ key: String, _ kind: Kind, _ values: PageArray<Float>, value: (PageArray<Float>) -> Float?,
        isSuspicious: (Float) -> Bool
    ) {
        guard let first = values.firstIndex(where: isSuspicious) else { return nil }
        let suspicious = values.filter(isSuspicious)
        self.init(
            key: key, kind: kind, count: suspicious.count, valueCount: values.count,
            firstIndex: suspicious.count < values.count ? first : nil, value: value(suspicious).map(Double.init),
            message: nil)
    }

    private init(
        key: String, kind: Kind, count: Int, valueCount: Int, firstIndex: Int?, value: Double?, message: String?
    ) {
        self.key = key
        self.kind = kind
        self.count = count
        self.valueCount = valueCount
        self.firstIndex = firstIndex
        self.value = value
        self.message = message
    }
}

import Foundation
internal import FrameGeneration

/// What the channels of a value are taken to hold, without any data: how large an error of a weight becomes depends on it.
///
/// A channel is its mean, plus a part that goes up and down together with the other channels, plus one of its own.
struct ChannelStatistics {
    var means: [Double]
    /// What one step of the common part adds to each channel.
    var common: [Double]
    /// Standard deviations of the channels' own parts.
    var deviations: [Double]

    /// How much neighbouring pixels of a channel have in common, in variances.
    static let smoothness = 0.95
    /// Of what is left of a channel that is negative mostly, as a part of its spread before.
    private static let leastSpread = 0.1

    /// Of an input of the network.
    ///
    /// A generator reads a picture and, in the last three of its channels, the same with all but the border black.
    init(inputChannels count: Int) {
        let isMasked = (0..<count).map { count == 6 && $0 >= 3 }
        means = isMasked.map { $0 ? 0.1 : 0.5 }
        common = isMasked.map { $0 ? 0.1 : 0.24 }
        deviations = isMasked.map { $0 ? 0.2 : 0.08 }
    }

    /// Of channels that have nothing in common.
    init(means: [Double], deviations: [Double]) {
        self.means = means
        self.deviations = deviations
        common = means.map { _ in 0 }
    }

    private var variances: [Double] { zip(common, deviations).map { $0 * $0 + $1 * $1 } }

    /// Of normally distributed values after their negative ones were cut off.
    func rectified() -> ChannelStatistics {
        var result = self
        for (channel, variance) in variances.enumerated() {
            let (mean, deviation) = (means[channel], variance.squareRoot())
            guard deviation > 0 else {
                result.means[channel] = max(0, mean)
                continue
            }
            let z = mean / deviation
            let share = 0.5 * erfc(-z / 2.0.squareRoot())
            let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
            let rectifiedMean = mean * share + deviation * density
            let square = (mean * mean + variance) * share + mean * deviation * density
            result.means[channel] = rectifiedMean
            let spread = max(0, square - rectifiedMean * rectifiedMean).squareRoot()
            // Trained channels seldom are as quiet as a normal distribution far below zero would be.
            result.deviations[channel] = max(spread, Self.leastSpread * deviation)
            result.common[channel] = 0
        }
        return result
    }

    /// Of a sum of two values.
    static func + (first: ChannelStatistics, second: ChannelStatistics) -> ChannelStatistics {
        ChannelStatistics(
            means: zip(first.means, second.means).map(+),
            deviations: zip(first.variances, second.variances).map { ($0 + $1).squareRoot() })
    }

    /// Of values joined along the channels.
    static func joined(_ values: [ChannelStatistics]) -> ChannelStatistics {
        ChannelStatistics(
            means: values.flatMap(\.means), deviations: values.flatMap { $0.variances.map { $0.squareRoot() } })
    }

    /// Of what a convolution makes of such a value.
    func convolved(_ convolution: Convolution, weight: PageArray<Float>, bias: PageArray<Float>?) -> ChannelStatistics {
        let area = convolution.kernelSize * convolution.kernelSize
        let perGroup = convolution.inputChannels / convolution.groups
        var means: [Double] = []
        var deviations: [Double] = []
        for output in 0..<convolution.outputChannels {
            let first = output / (convolution.outputChannels / convolution.groups) * perGroup
            var mean = Double(bias?[output] ?? 0)
            var commonPart = 0.0
            var variance = 0.0
            for input in 0..<perGroup {
                var (sum, squares) = (0.0, 0.0)
                for index in 0..<area {
                    let value = Double(weight[(output * perGroup + input) * area + index])
                    sum += value
                    squares += value * value
                }
                let deviation = self.deviations[first + input]
                mean += sum * self.means[first + input]
                commonPart += sum * common[first + input]
                variance += deviation * deviation * (Self.smoothness * sum * sum + (1 - Self.smoothness) * squares)
            }
            means.append(mean)
            deviations.append((variance + commonPart * commonPart).squareRoot())
        }
        return ChannelStatistics(means: means, deviations: deviations)
    }
}

extension Tensor {
    /// The part of a convolution's weight that some of its input channels are multiplied with.
    func inputChannels(_ channels: Range<Int>) -> Tensor {
        let area = shape[2...].reduce(1, *)
        let perOutput = shape[1] * area
        let selected = (0..<shape[0]).flatMap { output in
            values[output * perOutput + channels.lowerBound * area..<output * perOutput + channels.upperBound * area]
        }
        return Tensor(shape: [shape[0], channels.count] + shape[2...], values: selected)
    }

    /// The part of a convolution's weight or bias that gives some of its output channels.
    func outputChannels(_ channels: Range<Int>) -> Tensor {
        let perOutput = shape[1...].reduce(1, *)
        return Tensor(
            shape: [channels.count] + shape[1...],
            values: PageArray(values[channels.lowerBound * perOutput..<channels.upperBound * perOutput]))
    }
}

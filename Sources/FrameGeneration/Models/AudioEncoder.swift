/// The network that turns windows of a mel spectrogram into rows of features, as data
/// (Documentation/model-family/audio.md, "AVE encoder").
public struct AudioEncoder: Sendable, Hashable {
    /// How users name it.
    public let name: String
    /// Feature rows for a second of sound.
    public let rowsPerSecond: Int
    /// Sizes of a feature row.
    public var rowShape: [Int] { [blocks.last?.channels ?? 0] }
    let blocks: [Block]

    /// A convolution with bias, batch norm and ReLU; with a residual the input is added before the ReLU.
    struct Block: Sendable, Hashable {
        let channels: Int
        var kernelSize = 3
        var stride = Convolution.Stride.one
        var padding = 1
        var isResidual = false
    }

    /// SyncTalk_2D's own: 80×16 mel windows to 512 values, 25 rows a second.
    public static let ave = AudioEncoder(
        name: "AVE audio encoder", rowsPerSecond: 25,
        blocks: [
            Block(channels: 32),
            Block(channels: 32, isResidual: true),
            Block(channels: 32, isResidual: true),
            Block(channels: 64, stride: Convolution.Stride(vertical: 3, horizontal: 1)),
            Block(channels: 64, isResidual: true),
            Block(channels: 64, isResidual: true),
            Block(channels: 128, stride: Convolution.Stride(vertical: 3, horizontal: 3)),
            Block(channels: 128, isResidual: true),
            Block(channels: 128, isResidual: true),
            Block(channels: 256, stride: Convolution.Stride(vertical: 3, horizontal: 2)),
            Block(channels: 256, isResidual: true),
            Block(channels: 512, padding: 0),
            Block(channels: 512, kernelSize: 1, padding: 0),
        ])

    /// The encoder's network: input `mel` (batch×1×80×16), output `emb` (batch×512×1×1).
    public func network(batch: Int) -> NetworkGraph {
        var build = NetworkBuilder()
        var value = build.input(
            "mel", shape: [batch, 1, MelSpectrogram.bandCount, MelWindows.columnsPerWindow])
        for (index, block) in blocks.enumerated() {
            let key = "\(index).conv_block"
            let input = value
            value = build.convolution(
                "\(key).0", value, to: block.channels, kernelSize: block.kernelSize, stride: block.stride,
                padding: block.padding, bias: true)
            value = build.batchNormalization("\(key).1", value)
            if block.isResidual { value = build.sum("\(key).sum", value, input) }
            value = build.relu(index == blocks.count - 1 ? "emb" : "\(key).relu", value)
        }
        return build.network(returning: value)
    }
}

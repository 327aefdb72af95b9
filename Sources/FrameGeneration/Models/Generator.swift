/// A generator of the SyncTalk_2D family, as data (Documentation/model-family/generator.md).
///
/// It turns a face crop with the mouth masked, and a window of audio features, into the face that speaks them.
public struct Generator: Sendable, Hashable {
    /// How users name it, such as `SyncTalk_2D 328 ave`.
    public let name: String
    /// The audio features it was trained on.
    public let features: FeatureKind
    /// Feature rows that one window is made of (Documentation/model-family/frames.md, "One frame", 7, and
    /// "The 160 family").
    public let audioRowsPerWindow: Int
    /// Shape C×H×W that one window of audio features is given to the network in; it holds the values of the window's
    /// rows in their order.
    public let audioShape: [Int]
    /// How its face crops are cut, masked and put back.
    public private(set) var face: FaceRecipe
    let audioBranch: AudioBranch
    /// Output channels of `inc`, then of each `down`.
    let encoderChannels: [Int]
    /// Output channels of each `up`.
    let decoderChannels: [Int]

    /// The layers from a window of features to 512×10×10 (Documentation/model-family/generator.md, "Audio branches").
    struct AudioBranch: Sendable, Hashable {
        /// Output channels of the inverted residuals `conv1` and `conv2`.
        let channels: [Int]
        /// Stride of `conv3`, the one layer in which features of different shapes are brought to one size.
        let conv3Stride: Convolution.Stride
    }

    /// The layers that a face goes through, and the face's size that they are made for.
    struct Layers: Sendable, Hashable {
        let face: FaceRecipe
        let encoderChannels: [Int]
        let decoderChannels: [Int]
    }

    init(
        name: String, features: FeatureKind, audioRowsPerWindow: Int, audioShape: [Int], audioBranch: AudioBranch,
        layers: Layers
    ) {
        self.name = name
        self.features = features
        self.audioRowsPerWindow = audioRowsPerWindow
        self.audioShape = audioShape
        self.audioBranch = audioBranch
        face = layers.face
        encoderChannels = layers.encoderChannels
        decoderChannels = layers.decoderChannels
    }

    /// The same generator with its face crops resized in another way.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest` when no program of the family does so for this generator.
    public func resizingCrops(by resampling: Resampling) throws(FramegenError) -> Generator {
        guard face.cropResamplings.contains(resampling) else {
            throw FramegenError(
                .invalidRequest,
                "the face crops of a \(name) generator cannot be resized by \(resampling), expected "
                    + face.cropResamplings.map(\.rawValue).joined(separator: " or "))
        }
        var generator = self
        generator.face.cropResampling = resampling
        return generator
    }
}

extension Generator {
    /// The generator's network for one frame at a time.
    public var network: NetworkGraph { network(batch: 1) }

    /// The generator's network: inputs `input` (batch×6×side×side) and `audio` (batch×`audioShape`), output
    /// `output` (batch×3×side×side, 0…1).
    public func network(batch: Int) -> NetworkGraph {
        var build = NetworkBuilder()
        let image = build.input("input", shape: [batch, 6, face.networkSide, face.networkSide])
        let audio = build.input("audio", shape: [batch] + audioShape)

        var skips = [build.invertedResidual("inc.inconv.0", image, to: encoderChannels[0])]
        build.endModule("inc", at: skips[0])
        for (level, channels) in encoderChannels.dropFirst().enumerated() {
            let down = build.doubleConvolution(
                "down\(level + 1).maxpool_conv.0", skips[level], to: channels, stride: .two)
            build.endModule("down\(level + 1)", at: down)
            skips.append(down)
        }

        let sound = build.audioBranch(audioBranch, audio)
        build.endModule("audio_model", at: sound)

        let both = build.concatenation("fuse_conv.concatenation", [skips.removeLast(), sound])
        let fused = build.doubleConvolution("fuse_conv.0", both, to: sound.shape[1])
        var value = build.doubleConvolution("fuse_conv.1", fused, to: sound.shape[1] / 2)
        build.endModule("fuse_conv", at: value)

        for (level, channels) in decoderChannels.enumerated() {
            let name = "up\(level + 1)"
            let upsampled = build.bilinearUpsampling("\(name).up", value)
            let joined = build.concatenation("\(name).concatenation", [upsampled, skips.removeLast()])
            value = build.doubleConvolution("\(name).conv", joined, to: channels)
            build.endModule(name, at: value)
        }

        value = build.convolution("outc.conv", value, to: 3, bias: true)
        build.endModule("outc", at: value)
        value = build.sigmoid("output", value)
        return build.network(returning: value)
    }
}

extension NetworkBuilder {
    /// Inverted residual: 1x1 to twice the channels, depthwise 3x3, 1x1 to `channels`; with the input added when
    /// `residual` (Documentation/model-family/generator.md, "Blocks").
    fileprivate mutating func invertedResidual(
        _ name: String, _ input: Value, to channels: Int, stride: Convolution.Stride = .one, residual: Bool = false
    ) -> Value {
        let hidden = 2 * input.shape[1]
        var value = convolution("\(name).conv.0", input, to: hidden)
        value = relu("\(name).conv.2", batchNormalization("\(name).conv.1", value))
        value = convolution(
            "\(name).conv.3", value, to: hidden, kernelSize: 3, stride: stride, padding: 1, groups: hidden)
        value = relu("\(name).conv.5", batchNormalization("\(name).conv.4", value))
        value = batchNormalization("\(name).conv.7", convolution("\(name).conv.6", value, to: channels))
        return residual ? sum("\(name).sum", input, value) : value
    }

    /// Two inverted residuals, the second with its residual.
    fileprivate mutating func doubleConvolution(
        _ name: String, _ input: Value, to channels: Int, stride: Convolution.Stride = .one
    ) -> Value {
        let first = invertedResidual("\(name).double_conv.0", input, to: channels, stride: stride)
        return invertedResidual("\(name).double_conv.1", first, to: channels, residual: true)
    }

    fileprivate mutating func audioBranch(_ branch: Generator.AudioBranch, _ input: Value) -> Value {
        var value = input
        for (index, channels) in branch.channels.enumerated() {
            value = invertedResidual(
                "audio_model.conv\(index + 1)", value, to: channels, residual: value.shape[1] == channels)
        }
        value = convolutionBlock(3, value, to: 256, stride: branch.conv3Stride, padding: 1)
        value = invertedResidual("audio_model.conv4", value, to: 256, residual: true)
        // Padding 3, not 1: the original's, and what makes 16×16 end as 10×10.
        value = convolutionBlock(5, value, to: 512, stride: .two, padding: 3)
        for index in [6, 7] {
            value = invertedResidual("audio_model.conv\(index)", value, to: 512, residual: true)
        }
        return value
    }

    /// `audio_model.conv<n>` with bias, `bn<n>` and ReLU.
    private mutating func convolutionBlock(
        _ index: Int, _ input: Value, to channels: Int, stride: Convolution.Stride, padding: Int
    ) -> Value {
        let value = convolution(
            "audio_model.conv\(index)", input, to: channels, kernelSize: 3, stride: stride, padding: padding,
            bias: true)
        return relu("audio_model.relu\(index)", batchNormalization("audio_model.bn\(index)", value))
    }
}

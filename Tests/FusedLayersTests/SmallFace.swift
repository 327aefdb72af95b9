import FrameGeneration
import TestSupport

/// A network with the layers of a generator at full resolution, of a face of 64×64, and little else.
enum SmallFace {
    static let side = 64

    /// Rewritten as a generator is run; the first and the last level read the stem's channels, and the face is made of its
    /// own.
    static func model(stemChannels: Int = 32, faceChannels: Int = 16) throws -> NetworkModel {
        try Rewriting.model(network(stemChannels: stemChannels, faceChannels: faceChannels)).simplified()
    }

    private static func network(stemChannels: Int, faceChannels: Int) -> NetworkGraph {
        var build = NetworkBuilder()
        let image = build.input("input", shape: [1, 6, side, side])
        let sound = build.input("audio", shape: [1, 32, side / 4, side / 4])
        let stem = build.invertedResidual("stem", image, to: stemChannels)
        let low = build.invertedResidual("low", stem, to: 32, stride: .two)
        let mixed = build.relu(
            "mixed", build.sum("heard", build.invertedResidual("lower", low, to: 32, stride: .two), sound))
        let half = build.level("half", mixed, low, to: 32)
        let joined = build.concatenation("joined", [build.bilinearUpsampling("up", half), stem])
        let narrow = build.invertedResidual("narrow", joined, to: faceChannels)
        let face = build.sum("face", narrow, build.invertedResidual("last", narrow, to: faceChannels))
        let output = build.sigmoid("output", build.convolution("out", face, to: 3, bias: true))
        return build.network(returning: output)
    }
}

extension NetworkBuilder {
    /// A level of a decoder.
    fileprivate mutating func level(_ name: String, _ value: Value, _ skip: Value, to channels: Int) -> Value {
        let joined = concatenation("\(name).joined", [bilinearUpsampling("\(name).up", value), skip])
        let narrow = invertedResidual("\(name).narrow", joined, to: channels)
        return sum("\(name).sum", narrow, invertedResidual("\(name).last", narrow, to: channels))
    }

    fileprivate mutating func invertedResidual(
        _ name: String, _ input: Value, to channels: Int, stride: Convolution.Stride = .one
    ) -> Value {
        let hidden = 2 * input.shape[1]
        let expanded = relu("\(name).1", convolution("\(name).0", input, to: hidden, bias: true))
        let convolved = relu(
            "\(name).3",
            convolution(
                "\(name).2", expanded, to: hidden, kernelSize: 3, stride: stride, padding: 1, groups: hidden, bias: true
            ))
        return convolution("\(name).4", convolved, to: channels, bias: true)
    }
}

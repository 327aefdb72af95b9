internal import FrameGeneration

/// Sizes C×H×W that inputs of open size may have.
package struct OpenSizes: Sendable {
    /// Of a generator's picture.
    let image: [[Int]]
    /// Of a generator's window of features.
    let audio: [[Int]]
    /// Of an audio encoder's window.
    let mel: [[Int]]

    /// Other sizes than the family's, for networks that are cut down.
    package init(image: [[Int]], audio: [[Int]], mel: [[Int]]) {
        self.image = image
        self.audio = audio
        self.mel = mel
    }

    /// Those of the family's networks.
    package static let family: OpenSizes = {
        func distinct(_ shapes: [[Int]]) -> [[Int]] {
            shapes.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        }
        return OpenSizes(
            image: distinct(Generator.all.map { [6, $0.face.networkSide, $0.face.networkSide] }),
            audio: distinct(Generator.all.map(\.audioShape)),
            mel: [[1, MelSpectrogram.bandCount, MelWindows.columnsPerWindow]])
    }()
}

/// Which of a file's inputs and outputs are which of the network's.
struct ModelSignature {
    struct Input {
        let fileName: String
        let networkName: String
    }

    let inputs: [Input]
    let fileOutput: String
    let networkOutput: String
    /// Shapes C×H×W that the inputs may have, one for each input; one choice where the file leaves nothing open.
    let shapeChoices: [[[Int]]]
    /// The inputs as the file declares them, for messages.
    let declaration: String

    private static let imageNames: Set<String> = ["input", "image", "img", "x"]
    private static let audioNames: Set<String> = ["audio", "aud", "audio_feat", "audio_features"]
    /// More than any picture's side and any number of channels.
    private static let largestSize = 1 << 13

    /// - Throws: `FramegenError` with `.invalidData` naming `path` where they are those of no network of the family.
    init(
        path: String, inputs declared: [DeclaredValue], outputs: [DeclaredValue], openSizes: OpenSizes
    ) throws(FramegenError) {
        let declaration = declared.map(Self.text).joined(separator: ", ")
        guard (1...2).contains(declared.count) else {
            let found = declared.isEmpty ? "none" : "\(declared.count)"
            throw FramegenError(
                .invalidData,
                "\(path) has \(found) inputs, expected a picture and audio features, or a mel spectrogram")
        }
        guard outputs.count == 1 else {
            throw FramegenError(.invalidData, "\(path) has \(outputs.count) outputs, expected one")
        }
        let ordered = Self.pictureFirst(declared)
        let isGenerator = ordered.count == 2
        inputs = zip(ordered, isGenerator ? ["input", "audio"] : ["mel"]).map {
            Input(fileName: $0.name, networkName: $1)
        }
        fileOutput = outputs[0].name
        networkOutput = isGenerator ? "output" : "emb"

        for value in ordered where !value.isFloatingPoint {
            throw FramegenError(
                .invalidData,
                "\(path): the input \(Printable.text(value.name)) is \(Printable.text(value.dataType)), expected floating "
                    + "point")
        }
        var choices: [[[Int]]] = [[]]
        for (value, known) in zip(ordered, isGenerator ? [openSizes.image, openSizes.audio] : [openSizes.mel]) {
            let shapes = try Self.shapes(of: value, known: known, path)
            choices = choices.flatMap { choice in shapes.map { choice + [$0] } }
        }
        shapeChoices = choices
        self.declaration = declaration
    }

    /// The picture's input before the audio's: by name, else by the picture's six channels, else as they stand.
    private static func pictureFirst(
        _ inputs: [DeclaredValue]
    ) -> [DeclaredValue] {
        guard inputs.count == 2 else { return inputs }
        let reversed = [inputs[1], inputs[0]]
        for order in [inputs, reversed]
        where imageNames.contains(order[0].name.lowercased()) && audioNames.contains(order[1].name.lowercased()) {
            return order
        }
        func hasSixChannels(_ value: DeclaredValue) -> Bool {
            value.dimensions.count == 4 && value.dimensions[1] == .fixed(6)
        }
        return hasSixChannels(inputs[1]) && !hasSixChannels(inputs[0]) ? reversed : inputs
    }

    /// The shapes C×H×W that an input may have: its own, or those of `known` that its fixed sizes allow.
    private static func shapes(
        of value: DeclaredValue, known: [[Int]], _ path: String
    ) throws(FramegenError) -> [[Int]] {
        guard value.dimensions.count == 4 else {
            throw FramegenError(
                .invalidData,
                "\(path): the input \(text(value)) has no 4 dimensions, expected batch×channels×height×width")
        }
        let sizes = value.dimensions.dropFirst().map { dimension -> Int? in
            if case .fixed(let size) = dimension { size } else { nil }
        }
        for size in sizes.compactMap({ $0 }) where !(1...largestSize).contains(size) {
            throw FramegenError(
                .invalidData, "\(path): the input \(text(value)) has the size \(size), expected 1 to \(largestSize)")
        }
        let fixed = sizes.compactMap { $0 }
        if fixed.count == sizes.count { return [fixed] }
        return known.filter { shape in zip(sizes, shape).allSatisfy { $0 == nil || $0 == $1 } }
    }

    private static func text(_ value: DeclaredValue) -> String {
        "\(Printable.text(value.name)) \(Printable.text(value.dimensions.map(\.description).joined(separator: "×")))"
    }
}

import Foundation
import FrameGeneration
import Framegen

/// `index.json` of dumped intermediates: what the files hold, in which layout and range, and where each frame came from.
struct TensorIndex: Encodable {
    static let fileName = "index.json"

    /// Raised when a reader of the version before would misunderstand.
    let version = 2
    let request: GenerationRequest
    let generator: String
    let engine: String
    /// Frames a second, such as `25` or `30000/1001`.
    let frameRate: FrameRate
    /// Frames that the run made; no more than are needed where nothing but the tensors was asked for.
    let framesMade: Int
    let featureRowsPerSecond: Int
    /// Side of the square that the crop is resized to.
    let cropSide: Int
    /// How it is, and how it is resized back.
    let cropResampling: Resampling
    let pasteResampling: Resampling
    /// The network's square within it.
    let networkSquare: Rect
    /// What is black in the masked half of the network's input, within the network's square.
    let mask: Rect
    /// By the keys of `TensorFile`.
    let files: [String: FileKind]
    let frames: [Entry]
    /// Frames that were asked for and that the run did not make.
    let missingFrames: [Int]

    /// Pixels, with the top left corner at (0, 0).
    struct Rect: Encodable {
        let x: Int
        let y: Int
        let width: Int
        let height: Int

        init(_ rect: PixelRect) { (x, y, width, height) = (rect.x, rect.y, rect.width, rect.height) }
    }

    /// What all files of a kind have in common.
    struct FileKind: Encodable {
        let content: String
        let layout: String
        let channels: [String]?
        let range: [Int]?
        let shape: [Int]?
    }

    /// A frame that was asked for.
    struct Entry: Encodable {
        let frame: Int
        /// All video frames with the same picture, more than one when the frame rate is above that of the features.
        let shownByFrames: [Int]
        let templateIndex: Int
        let templateImage: String
        let parsingImage: String?
        /// The face box in the template image.
        let crop: Rect
        let featureRow: Int
        /// Names of the files beside the index, by the keys of `TensorFile`.
        let files: [String: String]

        init(frame: Int, cut: CutFrame, fileStem: String) {
            self.frame = frame
            shownByFrames = Array(cut.indices)
            templateIndex = cut.prepared.templateIndex
            templateImage = cut.prepared.source.imagePath
            parsingImage = cut.prepared.source.parsingPath
            crop = Rect(cut.prepared.source.cropRect)
            featureRow = cut.featureRow
            files = Dictionary(uniqueKeysWithValues: TensorFile.allCases.map { ($0.key, "\(fileStem)_\($0.rawValue)") })
        }
    }

    /// The bytes of the file.
    func json() throws(FramegenError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        do {
            return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
        } catch {
            throw FramegenError(.internalFailure, "the index of the tensors cannot be written as JSON", cause: error)
        }
    }
}

extension TensorIndex.FileKind {
    /// What the files of a generator hold.
    static func all(for generator: Generator, shapes: [TensorFile: [Int]]) -> [String: Self] {
        let colours = ["blue", "green", "red"]
        let half = generator.audioRowsPerWindow / 2
        func tensor(_ file: TensorFile, _ content: String, channels: [String]? = nil, range: [Int]? = nil) -> Self {
            Self(
                content: content, layout: "NCHW, float32, C order", channels: channels, range: range,
                shape: shapes[file])
        }
        func picture(_ content: String) -> Self {
            Self(
                content: content, layout: "PNG, 8 bits, lossless; readers give rows of pixels", channels: nil,
                range: [0, 255], shape: nil)
        }
        let kinds = TensorFile.allCases.map { file -> (String, Self) in
            switch file {
            case .faceCrop:
                (file.key, picture("the crop of the template image, resized to crop_side"))
            case .networkInput:
                (
                    file.key,
                    tensor(
                        file, "network_square of the face crop divided by 255, and again with the mask black",
                        channels: colours + colours.map { "\($0), masked" }, range: [0, 1])
                )
            case .audioWindow:
                (
                    file.key,
                    tensor(
                        file,
                        "feature rows feature_row-\(half) to feature_row+\(half - 1) in row-major order, zeros for rows "
                            + "that are not there, reshaped; or row feature_row itself where the rows are whole windows"
                    )
                )
            case .rawOutput:
                (file.key, tensor(file, "what the network returned", channels: colours, range: [0, 1]))
            case .composite:
                (file.key, picture("the finished frame: the output times 255, cut off to whole numbers, put back"))
            }
        }
        return Dictionary(uniqueKeysWithValues: kinds)
    }
}

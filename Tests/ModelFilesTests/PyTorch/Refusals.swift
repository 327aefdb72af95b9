import FrameGeneration
import ModelFiles
import TestSupport
import Testing

/// Expects `stateDict(at: path)` to be refused, in one line that names the file.
@discardableResult
func expectRefusal(
    of path: String, _ code: FramegenError.Code = .invalidData, saying words: String...,
    sourceLocation: SourceLocation = #_sourceLocation
) -> String {
    let error = #expect(throws: FramegenError.self, sourceLocation: sourceLocation) {
        _ = try PyTorchCheckpoint.stateDict(at: path)
    }
    guard let error else { return "" }
    #expect(error.code == code, sourceLocation: sourceLocation)
    #expect(error.message.contains(path), sourceLocation: sourceLocation)
    #expect(isOneLine(error.message), sourceLocation: sourceLocation)
    #expect(!error.message.hasSuffix("."), sourceLocation: sourceLocation)
    for word in words {
        #expect(error.message.contains(word), "\(error.message)", sourceLocation: sourceLocation)
    }
    return error.message
}

func fixture(_ name: String) -> String { Fixtures.path("checkpoints/\(name)") }

/// Element i is i/8, as in the script that made the fixtures.
func eighths(_ shape: Int..., plus offset: Float = 0) -> Tensor {
    let count = shape.reduce(1, *)
    return Tensor(shape: shape, values: (0..<count).map { Float($0) / 8 + offset })
}

func isOneLine(_ text: String) -> Bool { !text.contains { $0.isNewline } }

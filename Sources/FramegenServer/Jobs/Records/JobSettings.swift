import Foundation
package import FrameGeneration
package import Media

/// How a job's video is made; what is left out of the JSON is as usual, and nothing else may be in it.
package struct JobSettings: Sendable, Codable, Hashable {
    /// H.264's constant rate factor, from 0 (lossless) to 51 (smallest).
    package var crf = 20
    /// The encoder's trade of time for size.
    package var preset = VideoPreset.veryfast
    /// Frames a second; nil for the avatar's own.
    package var frameRate: FrameRate?

    private enum CodingKeys: String, CodingKey, CaseIterable { case crf, preset, frameRate }

    /// All as usual.
    package init() {}

    package init(from decoder: any Decoder) throws {
        try StrictKeys.check(decoder, allowed: CodingKeys.allCases.map(\.rawValue))
        let container = try decoder.container(keyedBy: CodingKeys.self)
        crf = try container.decodeIfPresent(Int.self, forKey: .crf) ?? crf
        guard VideoSettings.crfRange.contains(crf) else {
            throw DecodingError.dataCorruptedError(
                forKey: .crf, in: container, debugDescription: "crf is 0 to 51, not \(crf)")
        }
        preset = try container.decodeWordIfPresent(VideoPreset.self, forKey: .preset) ?? preset
        frameRate = try container.decodeIfPresent(FrameRate.self, forKey: .frameRate)
    }
}

/// Reads JSON that a client sent.
enum ClientJSON {
    /// Reads a value, which a problem calls `name`.
    ///
    /// - Throws: `Problem` with `.invalidRequest` that names the value at fault.
    static func decode<Value: Decodable>(_ type: Value.Type, from data: Data, name: String) throws(Problem) -> Value {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch let error as DecodingError {
            throw Problem(.invalidRequest, "\(name) cannot be used: \(text(of: error))")
        } catch {
            throw Problem(.invalidRequest, "\(name) is not JSON")
        }
    }

    private static func text(of error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "\(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context): place(context) + "is of another type"
        // Its description may quote what Foundation's parser found, which says no more than this.
        case .dataCorrupted(let context) where context.underlyingError != nil: "it is not JSON"
        case .dataCorrupted(let context): context.debugDescription
        @unknown default: "it is not as expected"
        }
    }

    private static func place(_ context: DecodingError.Context) -> String {
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return path.isEmpty ? "it " : "\(path) "
    }
}

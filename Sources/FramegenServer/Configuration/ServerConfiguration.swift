import Foundation
public import FrameGeneration
import Yams

/// What an operator decides about a server; each value may be left out of the file.
public struct ServerConfiguration: Sendable, Decodable, Equatable {
    /// Where the server listens; only loopback works without tokens.
    public var host = "127.0.0.1"
    /// The port.
    public var port = 8080
    /// Folder of the avatars: each a folder with a checkpoint, a template and perhaps an `avatar.yaml`.
    public var avatarsPath = "avatars"
    /// Folder for jobs, uploads and finished videos.
    public var dataPath = "data"

    private enum CodingKeys: String, CodingKey {
        case host, port
        case avatarsPath = "avatars"
        case dataPath = "data"
    }

    /// All values as usual.
    public init() {}

    /// Reads a YAML file.
    ///
    /// - Parameter path: nil for all values as usual.
    /// - Throws: `FramegenError` that names the file and the value.
    public init(path: String?) throws(FramegenError) {
        guard let path else {
            self.init()
            return
        }
        do {
            self = try YAMLDecoder().decode(Self.self, from: try String(contentsOfFile: path, encoding: .utf8))
        } catch {
            throw FramegenError(.invalidRequest, "\(path) cannot be read: \(error)", cause: error)
        }
    }

    /// Reads a configuration of which all may be left out.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        host = try container.decodeIfPresent(String.self, forKey: .host) ?? host
        port = try container.decodeIfPresent(Int.self, forKey: .port) ?? port
        avatarsPath = try container.decodeIfPresent(String.self, forKey: .avatarsPath) ?? avatarsPath
        dataPath = try container.decodeIfPresent(String.self, forKey: .dataPath) ?? dataPath
    }
}

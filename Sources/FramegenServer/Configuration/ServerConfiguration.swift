import Foundation
public import FrameGeneration
package import Framegen
import Yams

/// What an operator decides about a server; each value may be left out of the file.
public struct ServerConfiguration: Sendable, Decodable {
    /// Where the server listens; without tokens only loopback is allowed.
    public var host = "127.0.0.1"
    /// The port; 0 takes any that is free.
    public var port = 8080
    /// Folder of the avatars: each a folder with a checkpoint, a template and perhaps an `avatar.yaml`.
    public var avatarsPath = "avatars"
    /// Names of avatars that are loaded at the start and stay.
    package var preloadedAvatars: [String] = []
    /// Folder for jobs, uploads and finished videos.
    public var dataPath = "data"
    /// Threads that networks may use; nil for one a processor.
    public var threads: Int?
    /// The arithmetic of networks.
    package var precision = PrecisionChoice.auto
    /// Memory that avatars may stay loaded in.
    package var avatarMemoryInBytes = 4 * MemoryBudget.standardInBytes
    /// Memory of each avatar for what depends on its template alone; nil for the usual budget.
    package var templateCacheInBytes: Int?
    /// Who may use the server; none for everybody on this machine.
    package var tokens: [ConfiguredToken] = []
    /// The certificate and key for HTTPS, which HTTP/2 needs in browsers; nil for plain HTTP.
    package var tls: TLSFiles?
    /// Other origins whose pages may use the server.
    package var corsOrigins: [String] = []
    package var limits = RequestLimits()
    package var sessions = SessionLimits()
    package var jobs = JobLimits()

    /// Whether it speaks HTTPS.
    public var usesTLS: Bool { tls != nil }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case host, port, avatars, preload, data, threads, precision, avatarMemory, templateCache, tokens, tls, cors
        case limits, sessions, jobs
    }

    /// All values as usual.
    public init() {}

    /// Reads a YAML file; paths in it are relative to its folder.
    ///
    /// - Throws: `FramegenError` that names the file, the key and what was expected.
    public init(path: String) throws(FramegenError) {
        let text = String(decoding: try RegularFile.bytes(at: path, limitInBytes: 1 << 20), as: UTF8.self)
        do {
            self = try YAMLDecoder().decodeFile(Self.self, text)
        } catch let error as DecodingError {
            throw FramegenError(.invalidData, "\(path): \(error.reason.onOneLine)", cause: error)
        } catch {
            throw FramegenError(.invalidData, "\(path) is no YAML: \("\(error)".onOneLine)", cause: error)
        }
        let folder = URL(filePath: path).deletingLastPathComponent()
        func absolute(_ path: String) -> String { URL(filePath: path, relativeTo: folder).standardizedFileURL.path }
        (avatarsPath, dataPath) = (absolute(avatarsPath), absolute(dataPath))
        tls = tls.map { TLSFiles(certificate: absolute($0.certificate), key: absolute($0.key)) }
        do {
            try check()
        } catch {
            throw FramegenError(.invalidData, "\(path): \(error.message)")
        }
    }

    /// Reads a configuration of which all may be left out; keys that are not known are errors.
    public init(from decoder: any Decoder) throws {
        try StrictKeys.check(decoder, allowed: CodingKeys.allCases.map(\.rawValue))
        let container = try decoder.container(keyedBy: CodingKeys.self)
        host = try container.decodeIfPresent(String.self, forKey: .host) ?? host
        port = try container.decodeIfPresent(Int.self, forKey: .port) ?? port
        avatarsPath = try container.decodeIfPresent(String.self, forKey: .avatars) ?? avatarsPath
        preloadedAvatars = try container.decodeIfPresent([String].self, forKey: .preload) ?? []
        dataPath = try container.decodeIfPresent(String.self, forKey: .data) ?? dataPath
        threads = try container.decodeIfPresent(Int.self, forKey: .threads)
        precision = try container.decodeWordIfPresent(PrecisionChoice.self, forKey: .precision) ?? precision
        avatarMemoryInBytes =
            try container.decodeIfPresent(ByteCount.self, forKey: .avatarMemory)?.value ?? avatarMemoryInBytes
        templateCacheInBytes = try container.decodeIfPresent(ByteCount.self, forKey: .templateCache)?.value
        tokens = try container.decodeIfPresent([ConfiguredToken].self, forKey: .tokens) ?? []
        tls = try container.decodeIfPresent(TLSFiles.self, forKey: .tls)
        corsOrigins = try container.decodeIfPresent([String].self, forKey: .cors) ?? []
        limits = try container.decodeIfPresent(RequestLimits.self, forKey: .limits) ?? limits
        sessions = try container.decodeIfPresent(SessionLimits.self, forKey: .sessions) ?? sessions
        jobs = try container.decodeIfPresent(JobLimits.self, forKey: .jobs) ?? jobs
    }

    /// Checks what belongs together.
    ///
    /// - Throws: `FramegenError` with `.invalidRequest`.
    public func check() throws(FramegenError) {
        guard (0...65535).contains(port) else {
            throw FramegenError(.invalidRequest, "port is \(port), expected 0 to 65535")
        }
        if let threads, !(1...1024).contains(threads) {
            throw FramegenError(.invalidRequest, "threads is \(threads), expected 1 to 1024")
        }
        guard !tokens.isEmpty || Self.loopback.contains(host) else {
            throw FramegenError(
                .invalidRequest,
                "host is \(host) and there are no tokens: expected tokens, or one of "
                    + Self.loopback.joined(separator: ", "))
        }
        guard Set(tokens.map(\.name)).count == tokens.count else {
            throw FramegenError(.invalidRequest, "two tokens have the same name, expected a name for each")
        }
    }

    /// Hosts that only programs on this machine reach.
    static let loopback = ["127.0.0.1", "::1", "localhost"]
}

/// A token, of which the configuration holds only the hash.
package struct ConfiguredToken: Sendable, Decodable, Equatable {
    /// How logs and records name who uses it.
    package let name: String
    /// SHA-256 of the token, 64 hexadecimal digits.
    package let sha256: String

    /// What who uses it may take, where that is less or more than others may.
    package let limits: ClientLimits

    private enum CodingKeys: String, CodingKey, CaseIterable { case name, sha256, limits }

    package init(name: String, sha256: String, limits: ClientLimits = ClientLimits()) {
        self.name = name
        self.sha256 = sha256
        self.limits = limits
    }

    package init(from decoder: any Decoder) throws {
        try StrictKeys.check(decoder, allowed: CodingKeys.allCases.map(\.rawValue))
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        sha256 = try container.decode(String.self, forKey: .sha256).lowercased()
        limits = try container.decodeIfPresent(ClientLimits.self, forKey: .limits) ?? ClientLimits()
        guard sha256.count == 64, sha256.allSatisfy(\.isHexDigit) else {
            throw DecodingError.dataCorruptedError(
                forKey: .sha256, in: container,
                debugDescription: "a token's sha256 has \(sha256.count) characters, expected 64 hexadecimal digits")
        }
    }
}

/// Files for HTTPS, in PEM.
package struct TLSFiles: Sendable, Decodable, Equatable {
    package let certificate: String
    package let key: String
}

/// What bounds requests.
package struct RequestLimits: Sendable, Decodable, Equatable {
    /// Bytes of a sound that is sent to a session as a file.
    package var soundInBytes = 64 << 20
    /// Requests a minute of one client.
    package var requestsPerMinute = 600
    /// Connections at a time.
    package var connections = 500
    /// Seconds that a connection may keep the server waiting for the rest of a request.
    package var stalledRequestInSeconds = 30.0

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case soundInBytes, requestsPerMinute, connections, stalledRequestInSeconds
    }

    package init() {}

    package init(from decoder: any Decoder) throws {
        try StrictKeys.check(decoder, allowed: CodingKeys.allCases.map(\.rawValue))
        let container = try decoder.container(keyedBy: CodingKeys.self)
        soundInBytes = try container.decode(.soundInBytes, default: soundInBytes, atLeast: 1)
        requestsPerMinute = try container.decode(.requestsPerMinute, default: requestsPerMinute, atLeast: 1)
        connections = try container.decode(.connections, default: connections, atLeast: 1)
        stalledRequestInSeconds = try container.decode(
            .stalledRequestInSeconds, default: stalledRequestInSeconds, atLeast: 1)
    }
}

/// A size as the command line takes it, such as `512MiB` or `4GB`.
struct ByteCount: Decodable {
    let value: Int

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let bytes = MemoryBudget.bytes(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\(text) is no size, expected one with its unit, such as 512MiB or 4GB"
            )
        }
        value = bytes
    }
}

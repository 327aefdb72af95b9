import Foundation
import HTTPTypes
package import Hummingbird
import NIOCore

extension Response {
    /// An answer in JSON.
    package init(json value: some Encodable, status: HTTPResponse.Status = .ok) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        self.init(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(value))))
    }
}

extension Request {
    /// The body, which must be JSON of at most a megabyte.
    ///
    /// - Throws: `Problem` that says what is wrong with it.
    package func json<Value: Decodable>(_ type: Value.Type, _ context: ServerRequestContext) async throws -> Value {
        let limit = 1 << 20
        let body: ByteBuffer
        do {
            body = try await self.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw Problem(.tooLarge, "the body is over \(limit) bytes, expected at most that")
        }
        do {
            return try JSONDecoder().decode(type, from: Data(body.readableBytesView))
        } catch let error as DecodingError {
            throw Problem(.invalidRequest, "the body is not what it must be: \(error.reason)")
        }
    }
}

extension HTTPField.Name {
    static let lastEventID = Self("Last-Event-ID") ?? .eTag
}

extension DecodingError {
    /// In a few words, with the key at fault.
    package var reason: String {
        switch self {
        case .typeMismatch(let type, let context):
            let path = context.path
            return (path.isEmpty ? "it is" : "\(path) is") + " of another kind, expected \(Self.name(of: type))"
        case .dataCorrupted(let context), .valueNotFound(_, let context):
            let path = context.path
            // Some name the key themselves.
            let saysPath = path.isEmpty || context.debugDescription.hasPrefix(path)
            return saysPath ? context.debugDescription : "\(path): \(context.debugDescription)"
        case .keyNotFound(let key, _): return "\(key.stringValue) is missing"
        @unknown default: return "it cannot be read"
        }
    }

    /// What a value of a type is called where there is no Swift.
    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is [Any].Type: "a list"
        default: "keys and values"
        }
    }
}

extension DecodingError.Context {
    /// Such as `tokens[0].sha256`.
    fileprivate var path: String {
        codingPath.reduce("") { path, key in
            if let index = key.intValue { return "\(path)[\(index)]" }
            return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
        }
    }
}

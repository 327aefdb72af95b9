import Foundation
import Hummingbird

/// What a client asks for with `POST /v1/jobs`.
struct JobForm {
    /// Where the sound is.
    enum Sound {
        case upload(String)
        case incoming(IncomingUpload)
    }

    let avatar: String
    let sound: Sound
    let settings: JobSettings

    private struct Document: Decodable {
        let avatar: String
        let upload: String
        let settings: JobSettings?

        private enum CodingKeys: String, CodingKey, CaseIterable { case avatar, upload, settings }

        init(from decoder: any Decoder) throws {
            try StrictKeys.check(decoder, allowed: CodingKeys.allCases.map(\.rawValue))
            let container = try decoder.container(keyedBy: CodingKeys.self)
            avatar = try container.decode(String.self, forKey: .avatar)
            upload = try container.decode(String.self, forKey: .upload)
            settings = try container.decodeIfPresent(JobSettings.self, forKey: .settings)
        }
    }

    /// Bytes of a JSON body, and of a form's value.
    static let valueLimitInBytes = 16_384

    /// Removes a sound that came with the form and is not kept.
    func abandon() async {
        if case .incoming(let sound) = sound { await sound.abandon() }
    }

    /// Reads a body of any of the kinds that are allowed; the sound of a form goes straight to its file.
    ///
    /// - Throws: `Problem`; nothing is left of the sound then.
    static func read(_ request: Request, into store: JobStore) async throws -> JobForm {
        guard let type = request.headers[.contentType].flatMap(HeaderValue.init) else {
            throw Problem(.unsupportedMedia, "the request has no Content-Type, expected " + expected)
        }
        switch type.value {
        case "application/json": return try await json(request)
        case "multipart/form-data":
            return try await form(request, boundary: try MultipartBoundary.of(type), into: store)
        default: throw Problem(.unsupportedMedia, "a job cannot be \(type.value.prefix(100)), expected " + expected)
        }
    }

    private static let expected = "application/json or multipart/form-data"

    private static func json(_ request: Request) async throws -> JobForm {
        var body: [UInt8] = []
        for try await piece in WholeBody(request) {
            guard body.count + piece.count <= valueLimitInBytes else {
                throw Problem(.tooLarge, "the JSON has more than \(valueLimitInBytes) bytes")
            }
            body += piece
        }
        let document = try ClientJSON.decode(Document.self, from: Data(body), name: "the JSON")
        guard RandomID.isValid(document.upload) else {
            throw Problem(.invalidRequest, "there is no upload \(document.upload.prefix(64))")
        }
        return JobForm(
            avatar: document.avatar, sound: .upload(document.upload), settings: document.settings ?? JobSettings())
    }

    private static func form(_ request: Request, boundary: String, into store: JobStore) async throws -> JobForm {
        var parser = MultipartParser(boundary: boundary)
        var reader = FormReader(store: store)
        do {
            for try await piece in WholeBody(request) {
                for event in try parser.consume(piece) { try await reader.take(event) }
            }
            try parser.finish()
            return try reader.form()
        } catch {
            await reader.sound?.abandon()
            throw error
        }
    }
}

/// Puts the parts of a form where they belong.
private struct FormReader {
    private enum Field: String, CaseIterable { case avatar, settings, sound }

    private let store: JobStore
    private var field: Field?
    private var values: [Field: [UInt8]] = [:]
    private(set) var sound: IncomingUpload?

    init(store: JobStore) { self.store = store }

    mutating func take(_ event: MultipartParser.Event) async throws(Problem) {
        switch event {
        case .partBegan(let head): try begin(head)
        case .data(let bytes): try await append(bytes)
        case .partEnded: field = nil
        case .ended: break
        }
    }

    private mutating func begin(_ head: MultipartHead) throws(Problem) {
        guard let field = Field(rawValue: head.name) else {
            throw Problem(
                .invalidRequest,
                "the form has a field \(head.name.prefix(64)), expected avatar, settings and sound alone")
        }
        if field == .sound {
            guard sound == nil else { throw Problem(.invalidRequest, "the form has more than one sound") }
            sound = store.incomingUpload()
        } else {
            guard values[field] == nil else { throw Problem(.invalidRequest, "the form has \(field) twice") }
            values[field] = []
        }
        self.field = field
    }

    private mutating func append(_ bytes: [UInt8]) async throws(Problem) {
        guard let field else { return }
        if field == .sound {
            try await sound?.append(bytes)
            return
        }
        guard (values[field]?.count ?? 0) + bytes.count <= JobForm.valueLimitInBytes else {
            throw Problem(.tooLarge, "the form's \(field) has more than \(JobForm.valueLimitInBytes) bytes")
        }
        values[field, default: []] += bytes
    }

    func form() throws(Problem) -> JobForm {
        guard let avatar = values[.avatar].flatMap({ String(validating: $0, as: UTF8.self) }) else {
            throw Problem(.invalidRequest, "the form has no avatar")
        }
        guard let sound else { throw Problem(.invalidRequest, "the form has no sound") }
        var settings = JobSettings()
        if let bytes = values[.settings] {
            settings = try ClientJSON.decode(JobSettings.self, from: Data(bytes), name: "the form's settings")
        }
        return JobForm(avatar: avatar, sound: .incoming(sound), settings: settings)
    }
}

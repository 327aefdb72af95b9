import Foundation
import FrameGeneration
import Framegen
import Yams

/// An avatar's folder below the server's root, and the files in it.
///
/// `avatar.yaml` may name the files and say more; without it the folder is looked through, two levels deep: the one
/// folder with `full_body_img` is the template, the one checkpoint with `audio` in its name is the audio encoder's, and the
/// other one the generator's.
struct AvatarFolder: Sendable {
    let name: String
    let source: AvatarSource
    /// The template's frames that are used; usually so few that the cache holds them all, so that each is fast whenever
    /// it is due.
    let walk: TemplateWalk
    let usesParsing: Bool
    let paste: Paste
    let isSteady: Bool
    let sharpening: Sharpening

    /// What `avatar.yaml` says; paths are relative to its folder, and may lead out of it, as the operator likes.
    private struct Description: Decodable {
        var checkpoint: String?
        var weightsKey: String?
        var audioEncoder: String?
        var template: String?
        var walk: String?
        var parsing: Bool?
        var paste: Paste?
        var steady: Bool?
        var sharpen: Sharpening?

        private enum CodingKeys: String, CodingKey, CaseIterable {
            case checkpoint, weightsKey, audioEncoder, template, walk, parsing, paste, steady, sharpen
        }

        init() {}

        init(from decoder: any Decoder) throws {
            try StrictKeys.check(decoder, allowed: CodingKeys.allCases.map(\.rawValue))
            let container = try decoder.container(keyedBy: CodingKeys.self)
            checkpoint = try container.decodeIfPresent(String.self, forKey: .checkpoint)
            weightsKey = try container.decodeIfPresent(String.self, forKey: .weightsKey)
            audioEncoder = try container.decodeIfPresent(String.self, forKey: .audioEncoder)
            template = try container.decodeIfPresent(String.self, forKey: .template)
            walk = try container.decodeIfPresent(String.self, forKey: .walk)
            parsing = try container.decodeIfPresent(Bool.self, forKey: .parsing)
            paste = try container.decodeWordIfPresent(Paste.self, forKey: .paste)
            steady = try container.decodeIfPresent(Bool.self, forKey: .steady)
            sharpen = try container.decodeIfPresent(Sharpening.self, forKey: .sharpen)
        }
    }

    /// Whether a name may be an avatar's: of 1 to 64 letters, digits, `.`, `_` and `-`, and not beginning with a dot.
    static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count) && !name.hasPrefix(".")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// Finds the files.
    ///
    /// - Throws: `FramegenError` that names the folder, what is missing and what was expected.
    init(name: String, path: String) throws(FramegenError) {
        self.name = name
        let description = try Self.description(in: path)
        func absolute(_ file: String) -> String {
            URL(filePath: file, relativeTo: URL(filePath: path + "/")).standardizedFileURL.path
        }
        let files = Self.files(below: path)
        let templates = files.filter { $0.hasSuffix("/full_body_img") }.map { String($0.dropLast(14)) }
        let models = files.filter { $0.hasSuffix(".pth") || $0.hasSuffix(".onnx") || $0.hasSuffix(".mlpackage") }
        let encoders = models.filter { Self.lastPart($0).contains("audio") && $0.hasSuffix(".pth") }
        let generators = models.filter { !encoders.contains($0) }
        let generator = try Self.one(
            description.checkpoint.map(absolute), of: generators,
            "checkpoint of a generator (.pth, .onnx or .mlpackage)", path)
        let template = try Self.one(
            description.template.map(absolute), of: templates, "template (a folder with full_body_img)", path)
        let encoder = try Self.one(
            description.audioEncoder.map(absolute), of: encoders, "audio encoder (.pth with audio in its name)", path)
        var source = AvatarSource(
            [".onnx", ".mlpackage"].contains(where: generator.hasSuffix)
                ? .model(path: generator) : .checkpoint(path: generator),
            templatePath: template, audioEncoderPath: encoder)
        source.weightsKey = description.weightsKey
        self.source = source
        walk =
            try description.walk.map { text throws(FramegenError) in
                guard let walk = TemplateWalk(text) else {
                    throw FramegenError(
                        .invalidData, "\(path)/avatar.yaml: the walk is \(text), expected \(TemplateWalk.expectation)")
                }
                return walk
            } ?? .cached
        usesParsing = description.parsing ?? false
        paste = description.paste ?? .exact
        isSteady = description.steady ?? false
        sharpening = description.sharpen ?? .off
    }

    private static func description(in path: String) throws(FramegenError) -> Description {
        let file = "\(path)/avatar.yaml"
        guard FileManager.default.fileExists(atPath: file) else { return Description() }
        let text = String(decoding: try RegularFile.bytes(at: file, limitInBytes: 1 << 16), as: UTF8.self)
        do {
            return try YAMLDecoder().decodeFile(Description.self, text)
        } catch let error as DecodingError {
            throw FramegenError(.invalidData, "\(file): \(error.reason)", cause: error)
        } catch {
            throw FramegenError(.invalidData, "\(file) is no YAML", cause: error)
        }
    }

    private static func one(
        _ named: String?, of found: [String], _ what: String, _ path: String
    ) throws(FramegenError) -> String {
        if let named { return named }
        guard found.count == 1 else {
            throw FramegenError(
                .notFound,
                "\(path) has \(found.count) of what may be its \(what), expected one, or its name in avatar.yaml")
        }
        return found[0]
    }

    /// Files and folders in a folder and in those directly below it; links are left out, since they may lead anywhere.
    private static func files(below path: String) -> [String] {
        func entries(_ folder: String) -> [String] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return names.filter { !$0.hasPrefix(".") }.map { "\(folder)/\($0)" }.filter { entry in
                let type = try? FileManager.default.attributesOfItem(atPath: entry)[.type] as? FileAttributeType
                return type != .typeSymbolicLink
            }.sorted()
        }
        let first = entries(path)
        return first + first.flatMap(entries)
    }

    private static func lastPart(_ path: String) -> Substring { path.split(separator: "/").last ?? "" }
}

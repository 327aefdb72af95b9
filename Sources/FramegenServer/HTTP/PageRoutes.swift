package import Foundation
import FrameGeneration
import HTTPTypes
package import Hummingbird

/// The page and what it loads, read from the program's resources at the start.
package struct PageFiles: Sendable {
    private let files: [String: (bytes: ByteBuffer, type: String, tag: String)]

    private static let types = [
        "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8",
        "svg": "image/svg+xml", "wav": "audio/wav", "json": "application/json",
    ]

    /// Reads all files of the folder.
    ///
    /// - Throws: what the system says of a file.
    package init(folder: URL) throws {
        var files: [String: (ByteBuffer, String, String)] = [:]
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        for name in names {
            guard let type = Self.types[URL(filePath: name).pathExtension] else { continue }
            let data = try Data(contentsOf: folder.appending(path: name))
            let hash = ContentHash()
            hash.update(Array(data))
            files["/\(name)"] = (ByteBuffer(bytes: data), type, "\"\(URLSafeBase64.text(of: hash.finish()))\"")
        }
        files["/"] = files["/index.html"]
        self.files = files
    }

    /// Paths that are answered.
    package var paths: [String] { files.keys.sorted() }

    /// Adds a route for every file.
    package func add(to router: Router<ServerRequestContext>) {
        for (path, file) in files {
            router.get(RouterPath(path)) { request, _ in
                let headers: HTTPFields = [.contentType: file.type, .cacheControl: "no-cache", .eTag: file.tag]
                guard request.headers[.ifNoneMatch] != file.tag else {
                    return Response(status: .notModified, headers: headers)
                }
                return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: file.bytes))
            }
        }
    }
}

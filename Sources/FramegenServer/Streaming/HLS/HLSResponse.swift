import Foundation
package import Hummingbird

extension StreamBroadcast {
    /// A file of the stream as low-latency HLS: `index.m3u8` and what it names.
    ///
    /// A playlist or part that is announced and not there yet is answered when it is.
    package func hlsResponse(to request: Request, file name: String) async throws(Problem) -> Response {
        let missing = Problem(.notFound, "there is no such file in this stream at present")
        guard let file = HLSFile(name: name) else { throw missing }
        switch file {
        case .playlist: return try await playlistResponse(to: request)
        case .initialization:
            _ = try await hlsWindow { $0.currentNumber > 0 || $0.current != nil }
            guard let beginning else { throw missing }
            return media([beginning])
        case .segment(let number):
            let window = try await hlsWindow { _ in true }
            guard let fragments = window.fragments(ofSegment: number) else { throw missing }
            return media(fragments)
        case .part(let number, let index):
            let window = try await hlsWindow { window in
                // The announced one may turn out to be another: its segment has ended meanwhile.
                !window.isNext(part: index, segment: number)
            }
            guard let fragments = window.fragments(ofPart: index, segment: number) else { throw missing }
            return media(fragments)
        }
    }

    private func playlistResponse(to request: Request) async throws(Problem) -> Response {
        let query = request.uri.queryParameters
        let number = try Self.number("_HLS_msn", query["_HLS_msn"])
        let part = try Self.number("_HLS_part", query["_HLS_part"])
        guard part == nil || number != nil else {
            throw Problem(.invalidRequest, "_HLS_part without _HLS_msn, expected both")
        }
        if let number {
            let window = try await hlsWindow { _ in true }
            guard !window.isTooFarAhead(segment: number, part: part) else {
                throw Problem(
                    .invalidRequest,
                    "segment \(number) is too far ahead, expected at most \(window.currentNumber + 1) and few parts")
            }
        }
        let window = try await hlsWindow { window in
            window.isListable && (number.map { window.reaches(segment: $0, part: part) } ?? true)
        }
        let token = query["access_token"].map { "?access_token=\(Self.escaped($0))" } ?? ""
        return Response(
            status: .ok,
            headers: [.contentType: "application/vnd.apple.mpegurl", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: window.playlist.text(query: token))))
    }

    private static func number(_ name: String, _ text: Substring?) throws(Problem) -> Int? {
        guard let text else { return nil }
        guard let number = Int(text), number >= 0 else {
            throw Problem(.invalidRequest, "\(name) is no number, expected that of a segment or part")
        }
        return number
    }

    /// A token for the names in a playlist, as players ask for them with nothing but what it says.
    private static func escaped(_ token: Substring) -> String {
        let letters = CharacterSet(
            charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
        return String(token).addingPercentEncoding(withAllowedCharacters: letters) ?? ""
    }

    private func media(_ fragments: [ByteBuffer]) -> Response {
        Response(
            status: .ok, headers: [.contentType: "video/mp4", .cacheControl: "private, max-age=60"],
            body: ResponseBody(contentsOf: fragments))
    }
}

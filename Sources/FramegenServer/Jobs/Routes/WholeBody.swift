import Hummingbird

/// The pieces of a request's body; fails when the client goes before it has sent all that it said it would.
struct WholeBody: AsyncSequence {
    private let body: RequestBody
    private let expectedCount: Int?

    init(_ request: Request) {
        body = request.body
        expectedCount = request.headers[.contentLength].flatMap { Int($0) }
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var pieces: RequestBody.AsyncIterator
        fileprivate let expectedCount: Int?
        fileprivate var count = 0

        mutating func next() async throws -> [UInt8]? {
            while let buffer = try await pieces.next() {
                count += buffer.readableBytes
                if buffer.readableBytes > 0 { return Array(buffer.readableBytesView) }
            }
            // A connection that ends looks like the end of the body.
            if let expectedCount, count < expectedCount {
                throw Problem(.invalidRequest, "the body ended after \(count) of \(expectedCount) bytes")
            }
            return nil
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(pieces: body.makeAsyncIterator(), expectedCount: expectedCount)
    }
}

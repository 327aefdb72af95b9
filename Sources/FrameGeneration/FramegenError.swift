public import Foundation

/// What every library of the package throws: a code that shells translate to exit codes or HTTP statuses, a
/// sentence that names the file and the value at fault and what was expected, and the error underneath, if any.
public struct FramegenError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    ///
    /// New kinds may be added, so compare for equality and keep a default.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String { case request, data, notFound, cannotWrite, internalFailure, cancelled }

        private let kind: Kind

        /// A value of the request is out of range or contradicts another one.
        public static let invalidRequest = Code(kind: .request)
        /// A file was read but its content is not what it must be.
        public static let invalidData = Code(kind: .data)
        /// A file, a folder or an inference runtime is missing or may not be read.
        public static let notFound = Code(kind: .notFound)
        /// Output cannot be written where it was asked for.
        public static let cannotWrite = Code(kind: .cannotWrite)
        /// A fault of framegen or of a library below it, not of the input.
        public static let internalFailure = Code(kind: .internalFailure)
        /// The caller stopped the work.
        public static let cancelled = Code(kind: .cancelled)

        /// A name for logs.
        public var description: String { kind.rawValue }
    }

    /// The kind of failure.
    public let code: Code
    /// One sentence without a full stop; it may quote a path or a value as it came.
    public let message: String
    /// The error underneath, if any.
    public let cause: (any Error)?

    /// An error whose `message` names the file and the value at fault and what was expected.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message.
    public var description: String { message }
}

extension FramegenError: LocalizedError {
    /// The message, which is what `localizedDescription` then says.
    public var errorDescription: String? { message }
}

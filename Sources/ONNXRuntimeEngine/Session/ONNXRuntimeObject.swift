internal import EngineSupport
internal import FrameGeneration

/// One of ONNX Runtime's objects, freed with its last owner.
final class ONNXRuntimeObject {
    let pointer: OpaquePointer
    private let library: ONNXRuntimeLibrary
    private let free: (Int32, OpaquePointer) -> Void

    /// Makes an object with a function of the shim.
    ///
    /// - Parameters:
    ///   - task: what ONNX Runtime is asked to do, as a verb and its object.
    ///   - library: the library to ask.
    ///   - free: the shim's function that frees it.
    ///   - make: calls the shim's function that makes it.
    /// - Throws: `FramegenError` with `.internalFailure` when ONNX Runtime refuses.
    init(
        _ task: String, in library: ONNXRuntimeLibrary,
        free: @escaping (Int32, OpaquePointer) -> Void, make: (UnsafeMutablePointer<OpaquePointer?>) -> OpaquePointer?
    ) throws(FramegenError) {
        pointer = try library.make(task, make)
        self.library = library
        self.free = free
    }

    deinit { free(library.number, pointer) }
}

extension SharedRuntimeObject {
    /// Makes an object as `ONNXRuntimeObject` does.
    convenience init(
        _ task: String, in library: ONNXRuntimeLibrary, free: @escaping @Sendable (Int32, OpaquePointer) -> Void,
        make: (UnsafeMutablePointer<OpaquePointer?>) -> OpaquePointer?
    ) throws(FramegenError) {
        self.init(try library.make(task, make)) { free(library.number, $0) }
    }
}

extension ONNXRuntimeLibrary {
    fileprivate func make(
        _ task: String, _ make: (UnsafeMutablePointer<OpaquePointer?>) -> OpaquePointer?
    ) throws(FramegenError) -> OpaquePointer {
        var made: OpaquePointer?
        try check(make(&made), task)
        guard let made else { throw FramegenError(.internalFailure, "ONNX Runtime could not \(task): no result") }
        return made
    }
}

/// Calls `body` with `strings` as C strings, which live as long as the call.
func withCStrings<Result>(_ strings: [String], _ body: ([UnsafePointer<CChar>?]) -> Result) -> Result {
    let characters = strings.flatMap(\.utf8CString)
    return characters.withUnsafeBufferPointer { buffer in
        var offset = 0
        let pointers = strings.map { string -> UnsafePointer<CChar>? in
            defer { offset += string.utf8CString.count }
            return buffer.baseAddress.map { $0 + offset }
        }
        return body(pointers)
    }
}

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

/// One of ONNX Runtime's objects that may be used from any thread, as its sessions may; freed with its last owner.
final class ONNXRuntimeSharedObject: Sendable {
    // A pointer, which Swift takes for unsafe to share whatever it points to.
    private let address: UInt
    private let library: ONNXRuntimeLibrary
    private let free: @Sendable (Int32, OpaquePointer) -> Void

    /// Makes an object as `ONNXRuntimeObject` does.
    init(
        _ task: String, in library: ONNXRuntimeLibrary, free: @escaping @Sendable (Int32, OpaquePointer) -> Void,
        make: (UnsafeMutablePointer<OpaquePointer?>) -> OpaquePointer?
    ) throws(FramegenError) {
        address = UInt(bitPattern: try library.make(task, make))
        self.library = library
        self.free = free
    }

    deinit {
        if let pointer = OpaquePointer(bitPattern: address) { free(library.number, pointer) }
    }

    /// For the length of a call while somebody owns the object.
    func pointer() throws(FramegenError) -> OpaquePointer {
        guard let pointer = OpaquePointer(bitPattern: address) else {
            throw FramegenError(.internalFailure, "ONNX Runtime's object is at no address")
        }
        return pointer
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

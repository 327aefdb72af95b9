internal import EngineSupport
internal import FrameGeneration

/// One of OpenVINO's objects, freed with its last owner.
///
/// It keeps what it was made from alive, so objects are freed in the reverse order of their making.
final class OpenVINOObject {
    let pointer: OpaquePointer
    private let library: OpenVINOLibrary
    private let origin: OpenVINOObject?
    private let free: (Int32, OpaquePointer) -> Void

    /// Makes an object with a function of the shim.
    ///
    /// - Parameters:
    ///   - task: what OpenVINO is asked to do, as a verb and its object.
    ///   - library: the library to ask.
    ///   - origin: what it is made from.
    ///   - free: the shim's function that frees it.
    ///   - make: calls the shim's function that makes it.
    /// - Throws: `FramegenError` with `.internalFailure` when OpenVINO refuses.
    init(
        _ task: String, in library: OpenVINOLibrary, from origin: OpenVINOObject? = nil,
        free: @escaping (Int32, OpaquePointer) -> Void,
        make: (UnsafeMutablePointer<OpaquePointer?>) throws(FramegenError) -> Int32
    ) throws(FramegenError) {
        pointer = try library.make(task, make)
        self.library = library
        self.origin = origin
        self.free = free
    }

    deinit { free(library.number, pointer) }
}

extension SharedRuntimeObject {
    /// Makes an object as `OpenVINOObject` does.
    convenience init(
        _ task: String, in library: OpenVINOLibrary, free: @escaping @Sendable (Int32, OpaquePointer) -> Void,
        make: (UnsafeMutablePointer<OpaquePointer?>) throws(FramegenError) -> Int32
    ) throws(FramegenError) {
        self.init(try library.make(task, make)) { free(library.number, $0) }
    }
}

extension OpenVINOLibrary {
    fileprivate func make(
        _ task: String, _ make: (UnsafeMutablePointer<OpaquePointer?>) throws(FramegenError) -> Int32
    ) throws(FramegenError) -> OpaquePointer {
        var made: OpaquePointer?
        try check(try make(&made), task)
        guard let made else { throw FramegenError(.internalFailure, "OpenVINO could not \(task): no result") }
        return made
    }
}

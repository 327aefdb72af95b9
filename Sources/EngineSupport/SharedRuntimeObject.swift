internal import CAllocator
package import FrameGeneration

/// A runtime's object that may be used from any thread, as compiled networks may; freed with its last owner.
package final class SharedRuntimeObject: Sendable {
    // A pointer, which Swift takes for unsafe to share whatever it points to.
    private let address: UInt
    private let free: @Sendable (OpaquePointer) -> Void

    /// Takes over the object at `pointer`, which `free` frees.
    package init(_ pointer: OpaquePointer, free: @escaping @Sendable (OpaquePointer) -> Void) {
        address = UInt(bitPattern: pointer)
        self.free = free
    }

    deinit {
        if let pointer = OpaquePointer(bitPattern: address) { free(pointer) }
        // A network's weights and values are most of what an avatar takes.
        framegen_allocator_give_back()
    }

    /// For the length of a call while somebody owns the object.
    ///
    /// - Throws: `FramegenError` with `.internalFailure` when it is at no address, which no object is.
    package func pointer() throws(FramegenError) -> OpaquePointer {
        guard let pointer = OpaquePointer(bitPattern: address) else {
            throw FramegenError(.internalFailure, "a runtime's object is at no address")
        }
        return pointer
    }
}

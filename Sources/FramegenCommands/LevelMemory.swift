import CAllocator

/// Keeps the process from growing with the number of frames or rows.
enum LevelMemory {
    /// To be called before the first thread is made.
    static func prepare() { framegen_allocator_start() }

    /// To be called when all is ready: getting there makes and frees large blocks of many sizes, and is faster without.
    static func begin() { _ = once }

    /// glibc's settings are not for several threads to change, but one that changes them beside others that only allocate
    /// does no harm.
    private static let once: Void = framegen_allocator_stay_level()
}

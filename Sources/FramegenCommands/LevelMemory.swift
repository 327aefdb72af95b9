import CAllocator

/// Keeps the process from growing with the number of frames or rows.
enum LevelMemory {
    /// To be called before the first thread is made.
    static func prepare() { framegen_allocator_use_one_arena() }

    /// Begins when what `event` tells is that all is ready: getting there makes and frees large blocks of many sizes, and is
    /// faster without.
    static func begin(with event: ProgressEvent) {
        if case .started = event { framegen_allocator_stay_level() }
    }
}

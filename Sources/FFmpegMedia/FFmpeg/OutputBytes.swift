import CFFmpeg
import CFFmpegShims
import FrameGeneration

/// Collects the bytes that FFmpeg writes.
final class OutputBytes {
    private static let bufferSize = 1 << 15

    let stream: UnsafeMutablePointer<AVIOContext>
    private let collector: Collector

    private final class Collector {
        var bytes: [UInt8] = []
    }

    init() throws(FramegenError) {
        collector = Collector()
        guard let buffer = av_malloc(Self.bufferSize) else { throw Libav.outOfMemory() }
        let stream = avio_alloc_context(
            buffer.assumingMemoryBound(to: UInt8.self), Int32(Self.bufferSize), 1,
            Unmanaged.passUnretained(collector).toOpaque(), nil,
            { collector, buffer, count in
                guard let collector, let buffer, count >= 0 else { return framegen_averror_io }
                let bytes = UnsafeBufferPointer<UInt8>(start: buffer, count: Int(count))
                Unmanaged<Collector>.fromOpaque(collector).takeUnretainedValue().bytes += bytes
                return count
            }, nil)
        guard let stream else {
            av_free(buffer)
            throw Libav.outOfMemory()
        }
        self.stream = stream
    }

    deinit {
        av_freep(&stream.pointee.buffer)
        var stream: UnsafeMutablePointer<AVIOContext>? = stream
        avio_context_free(&stream)
    }

    /// What has been written since the last call.
    func take() -> [UInt8] {
        avio_flush(stream)
        defer { collector.bytes = [] }
        return collector.bytes
    }
}

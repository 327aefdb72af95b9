import FrameGeneration
import Media

/// The frames of one side, in order.
struct FrameReader {
    private enum Content {
        /// With the place of the next one in the row.
        case files(FrameFiles, next: Int)
        /// With the number and the picture of the next one, once it was asked for.
        case video(VideoFrameReader, next: Int, picture: PixelImage?)
    }

    let path: String
    /// What is taken off a file's number to get its place in time, from 0.
    let firstNumber: Int
    /// The one frame that is asked for; nil for all.
    private let only: Int?
    private var content: Content
    private let decoder = ImageFileDecoder()

    init(files: FrameFiles, path: String, firstNumber: Int) {
        self.path = path
        self.firstNumber = firstNumber
        only = nil
        content = .files(files, next: 0)
    }

    /// - Parameters:
    ///   - path: the video.
    ///   - only: the one frame to read, from 0; nil for all.
    /// - Throws: `.notFound` or `.invalidData` naming the video.
    init(video path: String, only: Int?) throws(FramegenError) {
        self.path = path
        firstNumber = 0
        self.only = only
        content = .video(try VideoFrameReader(path: path), next: 0, picture: nil)
    }

    /// The place of the next frame, from 0; nil after the last.
    ///
    /// - Throws: what reading a video throws, and `.invalidData` when it ends before the one frame that is asked for.
    mutating func nextIndex() throws(FramegenError) -> Int? {
        switch content {
        case .files(let files, let next):
            return next < files.numbers.count ? files.numbers[next] - firstNumber : nil
        case .video(let reader, var next, let picture):
            if picture != nil { return next }
            guard next <= only ?? next else { return nil }
            var found = try reader.next()
            while let only, next < only, found != nil {
                try Task.checkNotCancelled()
                found = try reader.next()
                next += 1
            }
            guard let found else {
                guard only == nil else {
                    throw FramegenError(
                        .invalidData,
                        "\(path) has \(next) \(next == 1 ? "frame" : "frames"), and none with the number \(only ?? 0), "
                            + "counted from 0")
                }
                return nil
            }
            content = .video(reader, next: next, picture: found)
            return next
        }
    }

    /// The next frame, for messages.
    var nextName: String {
        switch content {
        case .files(let files, let next): next < files.numbers.count ? files.path(files.numbers[next]) : path
        case .video(_, let next, _): "frame \(next) of \(path)"
        }
    }

    /// Passes over the next frame.
    mutating func skip() {
        switch content {
        case .files(let files, let next): content = .files(files, next: next + 1)
        case .video(let reader, let next, _): content = .video(reader, next: next + 1, picture: nil)
        }
    }

    /// Reads the next frame and stays before it; nil after the last.
    ///
    /// - Throws: what reading it throws.
    mutating func read() throws(FramegenError) -> PixelImage? {
        guard try nextIndex() != nil else { return nil }
        switch content {
        case .files(let files, let next): return try decoder.decodeImage(at: files.path(files.numbers[next]))
        case .video(_, _, let picture): return picture
        }
    }
}

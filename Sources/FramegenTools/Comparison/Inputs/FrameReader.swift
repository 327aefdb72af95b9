import FrameGeneration
import Media

/// The frames of one side, in order.
struct FrameReader {
    private enum Content {
        /// With the place of the next one in the row.
        case files(FrameFiles, next: Int)
        /// With the number and the picture of the next one, once it was asked for.
        case video(VideoFrameReader, next: Int, picture: Image?)
    }

    let path: String
    /// What is taken off a file's number to get its place in time, from 0.
    let firstNumber: Int
    private var content: Content
    private let decoder = ImageFileDecoder()

    init(files: FrameFiles, path: String, firstNumber: Int) {
        self.path = path
        self.firstNumber = firstNumber
        content = .files(files, next: 0)
    }

    /// - Throws: `.notFound` or `.invalidData` naming the video.
    init(video path: String) throws(FramegenError) {
        self.path = path
        firstNumber = 0
        content = .video(try VideoFrameReader(path: path), next: 0, picture: nil)
    }

    /// The place of the next frame, from 0; nil after the last.
    mutating func nextIndex() throws(FramegenError) -> Int? {
        switch content {
        case .files(let files, let next):
            return next < files.numbers.count ? files.numbers[next] - firstNumber : nil
        case .video(let reader, let next, let picture):
            if picture != nil { return next }
            guard let picture = try reader.next() else { return nil }
            content = .video(reader, next: next, picture: picture)
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
    mutating func read() throws(FramegenError) -> Image? {
        guard try nextIndex() != nil else { return nil }
        switch content {
        case .files(let files, let next): return try decoder.decodeImage(at: files.path(files.numbers[next]))
        case .video(_, _, let picture): return picture
        }
    }
}

/// A file of an HLS presentation.
enum HLSFile: Equatable {
    case playlist
    case initialization
    case segment(Int)
    case part(segment: Int, index: Int)

    var name: String {
        switch self {
        case .playlist: "index.m3u8"
        case .initialization: "init.mp4"
        case .segment(let number): "segment\(number).m4s"
        case .part(let segment, let index): "part\(segment).\(index).m4s"
        }
    }

    /// The file of a name; nil unless it is written as `name` writes it.
    init?(name: some StringProtocol) {
        let file: HLSFile? =
            switch name {
            case "index.m3u8": .playlist
            case "init.mp4": .initialization
            default: Self.numbered(String(name))
            }
        guard let file, file.name == name else { return nil }
        self = file
    }

    private static func numbered(_ name: String) -> HLSFile? {
        guard name.hasSuffix(".m4s") else { return nil }
        let stem = name.dropLast(4)
        if stem.hasPrefix("segment") { return Int(stem.dropFirst(7)).map { .segment($0) } }
        guard stem.hasPrefix("part") else { return nil }
        let numbers = stem.dropFirst(4).split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let segment = numbers[0], let index = numbers[1] else { return nil }
        return .part(segment: segment, index: index)
    }
}

/// A box of an MP4 file.
struct MP4Box {
    let type: String
    /// Without its header.
    let content: ArraySlice<UInt8>

    /// The boxes that follow each other in `bytes`; nil unless they fill it.
    static func boxes(_ bytes: ArraySlice<UInt8>) -> [MP4Box]? {
        var (boxes, rest) = ([MP4Box](), bytes)
        while !rest.isEmpty {
            guard rest.count >= 8, case let size = integer(rest.prefix(4)), (8...rest.count).contains(size) else {
                return nil
            }
            let type = String(decoding: rest.dropFirst(4).prefix(4), as: UTF8.self)
            boxes.append(MP4Box(type: type, content: rest.prefix(size).dropFirst(8)))
            rest = rest.dropFirst(size)
        }
        return boxes
    }

    /// All boxes of a type below this one, at a path such as `moov/trak`.
    static func find(_ path: String, in bytes: ArraySlice<UInt8>) -> [MP4Box] {
        let names = path.split(separator: "/", maxSplits: 1).map(String.init)
        let found = (boxes(bytes) ?? []).filter { $0.type == names[0] }
        return names.count == 1 ? found : found.flatMap { find(names[1], in: $0.content) }
    }

    /// A big-endian number of 32 bits.
    func word(_ index: Int) -> Int { Self.integer(content.dropFirst(4 * index).prefix(4)) }

    /// The words from one on.
    func words(from first: Int) -> [Int] { (first..<max(first, content.count / 4)).map(word) }

    private static func integer(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}

/// The sample tables of a track of an MP4 file.
struct MP4Track {
    /// `vide` or `soun`.
    let kind: String
    private let bytes: ArraySlice<UInt8>

    static func all(_ file: [UInt8]) -> [MP4Track] {
        MP4Box.find("moov/trak", in: file[...]).compactMap { box in
            MP4Box.find("mdia/hdlr", in: box.content).first.map { handler in
                MP4Track(
                    kind: String(decoding: handler.content.dropFirst(8).prefix(4), as: UTF8.self), bytes: box.content)
            }
        }
    }

    /// The content of a box below the sample table, empty where there is none.
    func table(_ type: String) -> [UInt8] {
        Array(MP4Box.find("mdia/minf/stbl/\(type)", in: bytes).first?.content ?? [])
    }

    /// What the edit list says.
    var edits: [UInt8] { Array(MP4Box.find("edts/elst", in: bytes).first?.content ?? []) }

    /// Sizes of the samples.
    var sizes: [Int] { MP4Box.find("mdia/minf/stbl/stsz", in: bytes).first?.words(from: 3) ?? [] }

    /// Indices of the samples that players can begin at; nil where all are.
    var keySamples: [Int]? { MP4Box.find("mdia/minf/stbl/stss", in: bytes).first?.words(from: 2).map { $0 - 1 } }

    /// When each sample is shown, in the track's unit.
    var times: [Int] {
        var time = 0
        let durations = runs("stts")
        let offsets = runs("ctts")
        return durations.indices.map { index in
            defer { time += durations[index] }
            return time + (index < offsets.count ? offsets[index] : 0)
        }
    }

    private func runs(_ type: String) -> [Int] {
        guard let words = MP4Box.find("mdia/minf/stbl/\(type)", in: bytes).first?.words(from: 2) else { return [] }
        return stride(from: 0, to: words.count - 1, by: 2).flatMap { index in
            [Int](repeating: words[index + 1], count: words[index])
        }
    }
}

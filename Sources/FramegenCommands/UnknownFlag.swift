/// A flag that the command does not have, which the parser does not name when something else is wrong too, such as the
/// flag that it was meant to be.
struct UnknownFlag {
    /// As it was given, without a value.
    let name: String
    /// The command's own flag that is most likely meant; nil where none is.
    let suggestion: String?

    /// The first that is one.
    init?(in arguments: GivenArguments) {
        let given = arguments.rest.map { String($0.prefix { $0 != "=" }) }
        let known = arguments.knownFlags
        guard
            let unknown = given.first(where: { name in
                name.hasPrefix("--") ? !known.contains(name) : name.wholeMatch(of: /-[a-zA-Z]/) != nil && name != "-h"
            })
        else { return nil }
        name = unknown
        suggestion = Self.meant(by: unknown, of: known)
    }

    /// What other programs and people call these.
    private static let otherNames: [String: [String]] = [
        "--output": ["o", "out", "video", "dest", "destination", "save", "file", "result"],
        "--audio": ["a", "i", "wav", "sound", "speech", "voice", "mp3", "input"],
        "--audio-encoder": ["encoder", "ave"],
        "--audio-features": ["features", "npy", "feats"],
        "--checkpoint": ["c", "ckpt", "weights", "pth", "unet", "generator"],
        "--template": ["t", "person", "avatar", "dataset", "dataset-path", "face", "images"],
        "--frames-dir": ["frames", "images-dir", "frames-folder", "png"],
        "--walk": ["range", "loop"],
        "--sheet": ["contact-sheet", "picture"],
        "--report": ["html", "page"],
        "--json": ["format", "machine"],
        "--overwrite": ["y", "f", "force", "replace"],
        "--verbose": ["v", "debug"],
        "--limit": ["n", "max-frames", "count"],
        "--fps": ["r", "rate", "frame-rate", "framerate"],
        "--threads": ["j", "jobs", "cpus", "cores"],
        "--provider": ["device", "gpu", "cuda"],
        "--compute-units": ["units", "neural-engine", "ane"],
        "--start-frame": ["start", "offset", "startframe"],
        "--at-once": ["parallel", "workers"],
        "--use-parsing": ["parsing"],
        "--mode": ["asr"],
        "--version": ["V"],
    ]

    /// By what it means, else by its letters.
    private static func meant(by name: String, of known: Set<String>) -> String? {
        let bare = String(name.drop { $0 == "-" })
        let flags = known.sorted()
        if let other = flags.first(where: { otherNames[$0]?.contains(bare) == true }) { return other }
        guard name.hasPrefix("--") else { return nil }
        // Its beginning, or some of its words.
        if bare.count >= 3, let whole = flags.filter({ $0.hasPrefix(name) }).min(by: { $0.count < $1.count }) {
            return whole
        }
        let words = Set(bare.split(separator: "-"))
        if let longer = flags.first(where: { words.isSubset(of: $0.split(separator: "-")) }) { return longer }
        // A letter in another's place counts twice, as one that is gone and one that has come.
        func distance(_ other: String) -> Int { other.difference(from: bare).count }
        let near = flags.map { flag in
            let names = [String(flag.dropFirst(2))] + (otherNames[flag] ?? []).filter { $0.count >= 4 }
            return (flag: flag, count: names.map(distance).min() ?? bare.count)
        }
        return near.min { ($0.count, $0.flag) < ($1.count, $1.flag) }
            .flatMap { $0.count <= max(2, bare.count / 4) ? $0.flag : nil }
    }
}

package import FrameGeneration

/// Names as MIL takes them: letters, digits and `_` of ASCII, the first no digit, none twice.
struct MILNames {
    private var taken: Set<String> = []

    /// A name made from `text`, for one value.
    mutating func take(_ text: String) -> String {
        var name = String(
            text.unicodeScalars.map { scalar -> Character in
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9": Character(scalar)
                default: "_"
                }
            })
        if name.first?.isNumber ?? true { name = "_" + name }
        while !taken.insert(name).inserted { name += "_" }
        return name
    }
}

extension CoreMLWriter {
    /// The names that inputs and outputs of a network have in its package.
    package static func names(of network: NetworkGraph) -> (inputs: [String], outputs: [String]) {
        var names = MILNames()
        var taken: [String: String] = [:]
        func name(_ value: String) -> String {
            if let name = taken[value] { return name }
            let name = names.take(value)
            taken[value] = name
            return name
        }
        return (network.inputs.map { name($0.name) }, network.outputs.map(name))
    }
}

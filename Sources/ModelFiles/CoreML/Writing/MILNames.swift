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

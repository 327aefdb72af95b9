/// Pieces of pickles, to write by hand what PyTorch would not.
enum Pickling {
    static let start: [UInt8] = [0x80, 2]
    static let mark: [UInt8] = [0x28]
    static let tuple: [UInt8] = [0x74]
    static let emptyTuple: [UInt8] = [0x29]
    static let emptyDictionary: [UInt8] = [0x7d]
    static let emptyList: [UInt8] = [0x5d]
    static let setItem: [UInt8] = [0x73]
    static let append: [UInt8] = [0x61]
    static let call: [UInt8] = [0x52]
    static let no: [UInt8] = [0x89]
    static let stop: [UInt8] = [0x2e]

    static func text(_ text: String) -> [UInt8] { [0x58] + little(UInt32(text.utf8.count)) + Array(text.utf8) }
    static func integer(_ value: Int) -> [UInt8] { [0x8a, 8] + little(value) }
    static func global(_ module: String, _ name: String) -> [UInt8] { [0x63] + Array("\(module)\n\(name)\n".utf8) }
    static func keep(_ index: UInt8) -> [UInt8] { [0x71, index] }
    static func recall(_ index: UInt8) -> [UInt8] { [0x68, index] }
    static func tuple(_ values: [[UInt8]]) -> [UInt8] { mark + values.joined() + tuple }

    static func storage(_ key: String, type: String = "FloatStorage", elementCount: Int) -> [UInt8] {
        tuple([text("storage"), global("torch", type), text(key), text("cpu"), integer(elementCount)]) + [0x51]
    }

    static func tensor(storage: [UInt8], offset: Int = 0, shape: [Int], strides: [Int]) -> [UInt8] {
        global("torch._utils", "_rebuild_tensor_v2")
            + tuple([
                storage, integer(offset), tuple(shape.map(integer)), tuple(strides.map(integer)), no,
                global("collections", "OrderedDict") + emptyTuple + call,
            ]) + call
    }

    /// A whole pickle of a dictionary.
    static func dictionary(_ items: [(String, [UInt8])]) -> [UInt8] {
        start + emptyDictionary + items.flatMap { text($0) + $1 + setItem } + stop
    }
}

/// Pieces of pickles, to write by hand what PyTorch would not.
package enum Pickling {
    package static let start: [UInt8] = [0x80, 2]
    package static let mark: [UInt8] = [0x28]
    package static let tuple: [UInt8] = [0x74]
    package static let emptyTuple: [UInt8] = [0x29]
    package static let emptyDictionary: [UInt8] = [0x7d]
    package static let emptyList: [UInt8] = [0x5d]
    package static let setItem: [UInt8] = [0x73]
    package static let append: [UInt8] = [0x61]
    package static let call: [UInt8] = [0x52]
    package static let no: [UInt8] = [0x89]
    package static let stop: [UInt8] = [0x2e]

    package static func text(_ text: String) -> [UInt8] { [0x58] + little(UInt32(text.utf8.count)) + Array(text.utf8) }
    package static func integer(_ value: Int) -> [UInt8] { [0x8a, 8] + little(value) }
    package static func global(_ module: String, _ name: String) -> [UInt8] {
        [0x63] + Array("\(module)\n\(name)\n".utf8)
    }
    package static func keep(_ index: UInt8) -> [UInt8] { [0x71, index] }
    package static func recall(_ index: UInt8) -> [UInt8] { [0x68, index] }
    package static func tuple(_ values: [[UInt8]]) -> [UInt8] { mark + values.joined() + tuple }

    package static func storage(_ key: String, type: String = "FloatStorage", elementCount: Int) -> [UInt8] {
        tuple([text("storage"), global("torch", type), text(key), text("cpu"), integer(elementCount)]) + [0x51]
    }

    package static func tensor(storage: [UInt8], offset: Int = 0, shape: [Int], strides: [Int]) -> [UInt8] {
        global("torch._utils", "_rebuild_tensor_v2")
            + tuple([
                storage, integer(offset), tuple(shape.map(integer)), tuple(strides.map(integer)), no,
                global("collections", "OrderedDict") + emptyTuple + call,
            ]) + call
    }

    /// An object of a class that is made without arguments, whose attributes are set afterwards, as most are.
    package static func object(_ module: String, _ name: String, attributes: [(String, [UInt8])] = []) -> [UInt8] {
        global(module, name) + emptyTuple + [0x81] + items(attributes) + [0x62]
    }

    /// A dictionary as a value.
    package static func items(_ items: [(String, [UInt8])]) -> [UInt8] {
        emptyDictionary + items.flatMap { text($0) + $1 + setItem }
    }

    /// A whole pickle of a dictionary.
    package static func dictionary(_ items: [(String, [UInt8])]) -> [UInt8] { start + self.items(items) + stop }
}

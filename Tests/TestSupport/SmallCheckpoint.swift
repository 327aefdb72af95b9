package import FrameGeneration

/// A checkpoint of any shapes in a few kilobytes: each tensor repeats one number.
package struct SmallCheckpoint {
    package struct Item {
        package var key: String
        package var shape: [Int]
        package var value: Float

        package init(key: String, shape: [Int], value: Float) {
            self.key = key
            self.shape = shape
            self.value = value
        }
    }

    package var items: [Item]
    /// Keys of dictionaries to put the state dict under, the outermost first.
    package var wrappers: [String] = []
    /// Further items of the outermost dictionary, pickled; tensors among them may be views of the items' storages, of
    /// one float each.
    package var beside: [(key: String, value: [UInt8])] = []

    /// Every tensor of `network`, 1 throughout, under the keys that `fileKey` makes.
    package init(of network: NetworkGraph, fileKey: (String) -> String = { $0 }) {
        items = network.parameters.map { Item(key: fileKey($0.key), shape: $0.shape, value: 1) }
    }

    /// Tensors of float32, each as often as its shape says.
    package init(_ items: [(key: String, shape: [Int], value: Float)]) {
        self.items = items.map { Item(key: $0.key, shape: $0.shape, value: $0.value) }
    }

    /// Gives each tensor a value of its own, from `first` on.
    package mutating func number(from first: Float = 1) {
        for index in items.indices { items[index].value = first + Float(index) }
    }

    /// A tensor that repeats the value of item `index`.
    package static func tensor(repeating index: Int, shape: [Int]) -> [UInt8] {
        Pickling.tensor(
            storage: Pickling.storage("\(index)", elementCount: 1), shape: shape, strides: shape.map { _ in 0 })
    }

    /// Sets the value of the tensor `key`.
    package mutating func set(_ key: String, to value: Float) {
        for index in items.indices where items[index].key == key { items[index].value = value }
    }

    package var bytes: [UInt8] {
        var dictionary: [UInt8] = Pickling.emptyDictionary
        for (index, item) in items.enumerated() {
            dictionary +=
                Pickling.text(item.key) + Self.tensor(repeating: index, shape: item.shape) + Pickling.setItem
        }
        for wrapper in wrappers.reversed() {
            dictionary = Pickling.emptyDictionary + Pickling.text(wrapper) + dictionary + Pickling.setItem
        }
        for (key, value) in beside { dictionary += Pickling.text(key) + value + Pickling.setItem }
        return ZipFile.checkpoint(
            pickle: Pickling.start + dictionary + Pickling.stop,
            storages: items.map { little($0.value.bitPattern) }
        ).bytes
    }
}

package import FrameGeneration

/// A checkpoint of any shapes in a few kilobytes: each tensor repeats one number.
package struct SmallCheckpoint {
    package struct Item {
        package var key: String
        package var shape: [Int]
        package var value: Float
    }

    package var items: [Item]
    /// Keys of dictionaries to put the state dict under, the outermost first.
    package var wrappers: [String] = []

    /// Every tensor of `network`, 1 throughout, under the keys that `fileKey` makes.
    package init(of network: Network, fileKey: (String) -> String = { $0 }) {
        items = network.parameters.map { Item(key: fileKey($0.key), shape: $0.shape, value: 1) }
    }

    /// Tensors of float32, each as often as its shape says.
    package init(_ items: [(key: String, shape: [Int], value: Float)]) {
        self.items = items.map { Item(key: $0.key, shape: $0.shape, value: $0.value) }
    }

    /// Sets the value of the tensor `key`.
    package mutating func set(_ key: String, to value: Float) {
        for index in items.indices where items[index].key == key { items[index].value = value }
    }

    package var bytes: [UInt8] {
        var dictionary: [UInt8] = Pickling.emptyDictionary
        for (index, item) in items.enumerated() {
            let tensor = Pickling.tensor(
                storage: Pickling.storage("\(index)", elementCount: 1), shape: item.shape,
                strides: item.shape.map { _ in 0 })
            dictionary += Pickling.text(item.key) + tensor + Pickling.setItem
        }
        for wrapper in wrappers.reversed() {
            dictionary = Pickling.emptyDictionary + Pickling.text(wrapper) + dictionary + Pickling.setItem
        }
        return ZipFile.checkpoint(
            pickle: Pickling.start + dictionary + Pickling.stop,
            storages: items.map { little($0.value.bitPattern) }
        ).bytes
    }
}

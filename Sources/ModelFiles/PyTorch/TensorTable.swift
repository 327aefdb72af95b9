internal import FrameGeneration

/// Every tensor of a pickle, by all that leads to it from the root on (Documentation/model-family/generator.md,
/// "Checkpoints").
struct TensorTable {
    /// In the order of the file, those of outer dictionaries first.
    private(set) var keys: [String] = []
    private(set) var tensors: [String: StoredTensor] = [:]
    /// The prefix of the dictionary that training scripts put the state dict into.
    private(set) var usualPrefix = ""

    /// Training runs save a few thousand.
    static let mostTensors = 65_536
    /// Far more than any training script nests.
    private static let mostDepth = 32
    /// In bytes; networks have keys of some fifty, and what has a longer one is passed over.
    private static let longestKey = 256
    /// Where training scripts put the state dict, in the order they are looked for.
    private static let usualKeys = ["model", "model_state_dict", "state_dict"]

    /// A dictionary or a list, and how it is reached first; others may refer to it too.
    private struct Container {
        let value: PickleValue
        let parent: Int?
        let key: String
    }
    private var containers: [Container] = []

    /// - Throws: `FramegenError` with `.invalidData` that says what the file holds when there is no tensor in it.
    init(_ pickle: Pickle, path: String) throws(FramegenError) {
        try collect(pickle, path: path)
        guard !keys.isEmpty else {
            if case .tensor = pickle.root {
                throw FramegenError(
                    .invalidData, "\(path) holds a single tensor, expected a network's, each with its name")
            }
            throw FramegenError(.invalidData, "\(path) holds no tensors, expected a network's: \(Self.content(pickle))")
        }
    }

    // Level by level, each container once: neither nesting nor many references to one make it more work.
    private mutating func collect(_ pickle: Pickle, path: String) throws(FramegenError) {
        var dictionaries: [Int: Int] = [:]
        var sequences: Set<Int> = []
        let usual = Self.usualDictionary(of: pickle)
        func isNew(_ value: PickleValue, at place: Int) -> Bool {
            switch value {
            case .dictionary(let index), .object(let index):
                if dictionaries[index] != nil { return false }
                dictionaries[index] = place
                return true
            case .sequence(let index): return sequences.insert(index).inserted
            default: return false
            }
        }
        if isNew(pickle.root, at: 0) { containers.append(Container(value: pickle.root, parent: nil, key: "")) }
        var level = containers.indices
        for _ in 0..<Self.mostDepth where !level.isEmpty {
            for place in level {
                try Task.checkNotCancelled()
                var prefix: String?
                for (key, value) in Self.items(of: containers[place].value, in: pickle) {
                    if case .tensor(let index) = value {
                        let own = prefix ?? self.prefix(of: place)
                        prefix = own
                        try add(pickle.tensors[index], as: own + key, path: path)
                    } else if isNew(value, at: containers.count) {
                        containers.append(Container(value: value, parent: place, key: key))
                    }
                }
            }
            level = level.upperBound..<containers.count
        }
        if let usual, let place = dictionaries[usual] { usualPrefix = prefix(of: place) }
        containers = []
    }

    private mutating func add(_ tensor: StoredTensor, as key: String, path: String) throws(FramegenError) {
        guard key.utf8.count <= Self.longestKey else { return }
        guard keys.count < Self.mostTensors else {
            throw FramegenError(
                .invalidData, "\(path) is larger than any checkpoint, expected at most \(Self.mostTensors) tensors")
        }
        guard tensors.updateValue(tensor, forKey: key) == nil else {
            throw FramegenError(.invalidData, "\(path) holds \(Printable.text(key)) twice")
        }
        keys.append(key)
    }

    /// The keys that lead to a container, each with its dot, cut where they are too long for any tensor.
    private func prefix(of place: Int) -> String {
        var keys: [String] = []
        var byteCount = 0
        var place = place
        while let parent = containers[place].parent, byteCount <= Self.longestKey {
            let key = containers[place].key
            byteCount += key.utf8.count + 1
            keys.append(key)
            place = parent
        }
        return keys.reversed().map { "\($0)." }.joined()
    }

    /// What of a container may be or hold tensors, by key; of a key set again, the last, as Python has it.
    private static func items(of container: PickleValue, in pickle: Pickle) -> [(key: String, value: PickleValue)] {
        switch container {
        case .dictionary(let index), .object(let index):
            var values: [String: PickleValue] = [:]
            var keys: [String] = []
            for (key, value) in pickle.dictionaries[index] {
                let name: String
                switch key {
                case .string(let text): name = text
                case .integer(let number): name = "\(number)"
                default: continue
                }
                guard name.utf8.count <= longestKey else { continue }
                if values.updateValue(value, forKey: name) == nil { keys.append(name) }
            }
            return keys.compactMap { key in values[key].map { (key: key, value: $0) } }
        case .sequence(let index):
            return pickle.sequences[index].enumerated().compactMap { place, value in
                switch value {
                case .tensor, .dictionary, .object, .sequence: (key: "\(place)", value: value)
                default: nil
                }
            }
        default: return []
        }
    }

    /// The dictionary under the usual keys, which may be nested; the root's own where there are none.
    private static func usualDictionary(of pickle: Pickle) -> Int? {
        guard case .dictionary(var index) = pickle.root else { return nil }
        var seen: Set<Int> = []
        while seen.count < mostDepth, seen.insert(index).inserted {
            var values: [String: PickleValue] = [:]
            for (key, value) in pickle.dictionaries[index] {
                if case .string(let key) = key, usualKeys.contains(key) { values[key] = value }
            }
            let next = usualKeys.lazy.compactMap { key -> Int? in
                if case .dictionary(let index) = values[key] { index } else { nil }
            }.first
            guard let next else { break }
            index = next
        }
        return index
    }

    /// What is in a file without tensors, as the rest of a sentence.
    private static func content(_ pickle: Pickle) -> String {
        var content = "it holds \(pickle.root.kind)"
        if case .dictionary = pickle.root {
            let keys = items(of: pickle.root, in: pickle).map(\.key)
            let rest = keys.count > 5 ? " and \(keys.count - 5) more" : ""
            content =
                keys.isEmpty
                ? "it holds an empty dictionary"
                : "it holds \(keys.prefix(5).map { Printable.text($0, longest: 60) }.joined(separator: ", "))\(rest)"
        }
        guard !pickle.foreignNames.isEmpty else { return content }
        let names = pickle.foreignNames.map { Printable.text($0, longest: 100) }.joined(separator: ", ")
        return
            "\(content), and objects made by \(names), of which nothing is read; save the network's state_dict() instead"
    }
}

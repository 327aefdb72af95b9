import Foundation
import FrameGeneration
import ModelFiles
import TestSupport
import Testing

/// Pickles that PyTorch would not write.
///
/// Each must end in an error, soon and with little memory.
@Suite struct HostilePickleTests {
    private typealias P = Pickling

    private func expectPickleRefusal(
        of pickle: [UInt8], saying words: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let folder = try TemporaryFolder()
        let zip = ZipFile.checkpoint(pickle: pickle, storages: [[UInt8](repeating: 0, count: 16)])
        expectRefusal(
            of: try folder.write(zip.bytes, to: "x.pth"), saying: words, sourceLocation: sourceLocation)
    }

    private func expectPickleRefusal(
        ofRoot value: [UInt8], saying words: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        try expectPickleRefusal(of: P.start + value + P.stop, saying: words, sourceLocation: sourceLocation)
    }

    @Test("A malformed pickle is refused")
    func malformed() throws {
        try expectPickleRefusal(of: [], saying: "cut short")
        try expectPickleRefusal(of: [0x28], saying: "is not a pickle of protocol 2 to 5")
        try expectPickleRefusal(of: [0x80, 6], saying: "protocol 6")
        try expectPickleRefusal(of: P.start, saying: "cut short")
        try expectPickleRefusal(of: P.start + P.emptyDictionary, saying: "cut short")
        try expectPickleRefusal(ofRoot: [], saying: "ends with no value")
        try expectPickleRefusal(ofRoot: P.mark + P.emptyTuple, saying: "ends with no value")
        try expectPickleRefusal(ofRoot: [0x30], saying: "a value is missing")
        try expectPickleRefusal(ofRoot: P.emptyTuple + P.mark + [0x30], saying: "a value is missing")
        try expectPickleRefusal(ofRoot: [0x87], saying: "a value is missing")
        try expectPickleRefusal(ofRoot: P.tuple, saying: "a mark is missing")
        try expectPickleRefusal(ofRoot: P.recall(9), saying: "refers to value 9")
        try expectPickleRefusal(ofRoot: [0x6a, 255, 255, 255, 255], saying: "refers to value 4294967295")
        try expectPickleRefusal(
            ofRoot: P.text("a") + P.text("b") + P.setItem, saying: "sets items of what is no dictionary")
        try expectPickleRefusal(ofRoot: P.emptyDictionary + P.mark + P.text("a") + [0x75], saying: "sets items")
        try expectPickleRefusal(ofRoot: P.text("a") + P.no + P.append, saying: "appends to what is no list")
        try expectPickleRefusal(ofRoot: P.no + P.emptyDictionary + [0x62], saying: "sets attributes of no object")
        try expectPickleRefusal(ofRoot: P.no + P.emptyTuple + P.call, saying: "calls what is no function")
        try expectPickleRefusal(ofRoot: P.no + P.emptyTuple + [0x81], saying: "calls what is no function")
        try expectPickleRefusal(ofRoot: P.global("a", "B") + P.no + P.call, saying: "calls what is no function")
        try expectPickleRefusal(ofRoot: P.emptyTuple + P.emptyDictionary + [0x92], saying: "a value is missing")
        try expectPickleRefusal(ofRoot: [0x63] + Array("os".utf8), saying: "has no end")
        try expectPickleRefusal(ofRoot: P.no + P.no + [0x93], saying: "a name is missing")
        // INST of os.system, the oldest way to call.
        try expectPickleRefusal(
            ofRoot: P.mark + [0x69] + Array("os\nsystem\n".utf8), saying: "the instruction 0x69 at byte 3")
    }

    @Test("Lengths beyond the pickle are not believed")
    func lengths() throws {
        try expectPickleRefusal(ofRoot: [0x58] + little(UInt32.max), saying: "4294967295 bytes are needed")
        try expectPickleRefusal(ofRoot: [0x8d] + little(UInt64.max), saying: "18446744073709551615 bytes are needed")
        try expectPickleRefusal(ofRoot: [0x8e] + little(UInt64(1) << 62), saying: "bytes are needed")
        try expectPickleRefusal(ofRoot: [0x96] + little(UInt64(1) << 40), saying: "bytes are needed")
        try expectPickleRefusal(ofRoot: [0x42] + little(UInt32.max), saying: "bytes are needed")
        try expectPickleRefusal(ofRoot: [0x8a, 255], saying: "255 bytes are needed")
        try expectPickleRefusal(ofRoot: [0x95] + little(UInt64.max), saying: "a frame has")
    }

    @Test(
        "A name that commands or code are run with is refused",
        arguments: [
            ("os", "system"), ("posix", "system"), ("nt", "system"), ("builtins", "eval"), ("__builtin__", "exec"),
            ("subprocess", "Popen"), ("importlib.util", "module_from_spec"), ("pickle", "loads"),
        ])
    func commands(module: String, name: String) throws {
        let words = "refuses to call \(module).\(name): it can run commands or code"
        try expectPickleRefusal(ofRoot: P.global(module, name) + P.emptyTuple + P.call, saying: words)
        try expectPickleRefusal(ofRoot: P.text(module) + P.text(name) + [0x93], saying: words)
    }

    /// Values that training scripts leave beside the weights, of classes that only their programs have.
    private static let foreignValues: [[UInt8]] = [
        P.object("argparse", "Namespace", attributes: [("lr", P.integer(1))]),
        P.object("torch.nn.modules.linear", "Linear", attributes: [("weight", P.no)]),
        // Called with arguments; with named ones; set up by a tuple.
        P.global("pathlib", "PosixPath") + P.tuple([P.text("a"), P.text("b")]) + P.call,
        P.global("a", "B") + P.emptyTuple + P.emptyDictionary + [0x92],
        P.global("numpy", "dtype") + P.tuple([P.text("f8"), P.no]) + P.call + P.tuple([P.integer(3), P.no]) + [0x62],
        // A list and a dictionary of classes of their own.
        P.global("collections", "deque") + P.emptyTuple + P.call + P.no + P.append,
        P.global("collections", "defaultdict") + P.tuple([P.global("builtins", "list")]) + P.call
            + P.text("k") + P.no + P.setItem,
        // A member of what is not known, and its call.
        P.global("builtins", "getattr") + P.tuple([P.global("a", "Kind"), P.text("FIRST")]) + P.call
            + P.emptyTuple + P.call,
        P.global("a", "Class"),
        // Tensors of kinds that no weights are of.
        P.tensor(storage: P.storage("0", type: "ComplexFloatStorage", elementCount: 1), shape: [1], strides: [1]),
        P.global("torch._utils", "_rebuild_sparse_tensor") + P.tuple([P.no, P.emptyTuple]) + P.call,
        P.global("torch.storage", "_load_from_bytes") + P.tuple([[0x43, 1, 0]]) + P.call,
        // A whole number of 300 bytes.
        [0x8b] + little(UInt32(300)) + [UInt8](repeating: 1, count: 300),
    ]

    @Test(
        "What is of other classes is passed over, and the tensors beside it are read", arguments: foreignValues.indices)
    func foreignValue(index: Int) throws {
        let folder = try TemporaryFolder()
        let tensor = P.tensor(storage: P.storage("0", elementCount: 4), shape: [4], strides: [1])
        let zip = ZipFile.checkpoint(
            pickle: P.dictionary([("before", tensor), ("foreign", Self.foreignValues[index]), ("after", tensor)]),
            storages: [(0..<4).flatMap { little(Float($0).bitPattern) }])
        let stateDict = try PyTorchCheckpoint.stateDict(at: folder.write(zip.bytes, to: "x.pth"))
        #expect(stateDict.keys == ["before", "after"])
        #expect(try stateDict.tensor("after").values == [0, 1, 2, 3])
    }

    @Test("A file without tensors says what it holds, and names the classes of what was passed over")
    func noTensors() throws {
        try expectPickleRefusal(
            ofRoot: P.object("unet", "Model", attributes: [("weight", P.no)]),
            saying: "holds no tensors, expected a network's: it holds an object, and objects made by unet.Model")
        let items = (0..<400).map { ("key \($0)", P.no) }
        try expectPickleRefusal(
            of: P.dictionary(items), saying: "it holds key 0, key 1, key 2, key 3, key 4 and 395 more")
        try expectPickleRefusal(ofRoot: P.emptyDictionary, saying: "it holds an empty dictionary")
        try expectPickleRefusal(ofRoot: P.no, saying: "it holds a truth value")
        try expectPickleRefusal(
            ofRoot: P.tensor(storage: P.storage("0", elementCount: 4), shape: [4], strides: [1]),
            saying: "holds a single tensor, expected a network's, each with its name")
    }

    @Test("Control characters of a name do not reach the message")
    func controlCharacters() throws {
        try expectPickleRefusal(
            ofRoot: P.text("os") + P.text("x\ny\u{1b}[2J") + [0x93], saying: "os.x\\u{a}y\\u{1b}[2J")
        try expectPickleRefusal(ofRoot: P.text("o\ns\u{1b}[2J") + P.text("x") + [0x93], saying: "o\\u{a}s\\u{1b}[2J.x")
        try expectPickleRefusal(
            ofRoot: P.text(String(repeating: "m", count: 100_000)) + P.text("x") + [0x93], saying: "mmm…")
    }

    @Test("A tensor that reaches out of its storage, or counts past what a number holds, is refused")
    func tensorExtents() throws {
        func expect(_ offset: Int, _ shape: [Int], _ strides: [Int]) throws {
            let tensor = P.tensor(
                storage: P.storage("0", elementCount: 4), offset: offset, shape: shape, strides: strides)
            try expectPickleRefusal(of: P.dictionary([("w", tensor)]), saying: "does not lie in data/0 of 4 elements")
        }
        try expect(0, [5], [1])
        try expect(1, [4], [1])
        try expect(4, [], [])
        try expect(-1, [1], [1])
        try expect(0, [2, 2], [3, 1])
        try expect(3, [2], [-1])
        try expect(0, [-1], [1])
        try expect(0, [4], [1, 1])
        try expect(0, [.max], [.max])
        try expect(0, [.max, .max], [0, 0])
        try expect(.max, [2], [.max])
        // Nothing of it, and still no number of elements.
        try expect(0, [1 << 62, 4, 0], [0, 0, 0])
        let dimensions = [Int](repeating: 1, count: 65)
        let tensor = P.tensor(storage: P.storage("0", elementCount: 4), shape: dimensions, strides: dimensions)
        try expectPickleRefusal(of: P.dictionary([("w", tensor)]), saying: "not described as torch.save does")
    }

    @Test("A storage that the archive does not hold, or not in full, is refused")
    func storages() throws {
        func expect(_ storage: [UInt8], _ words: String) throws {
            let tensor = P.tensor(storage: storage, shape: [1], strides: [1])
            try expectPickleRefusal(of: P.dictionary([("w", tensor)]), saying: words)
        }
        try expect(P.storage("1", elementCount: 4), "holds no storage data/1")
        try expect(P.storage("../0", elementCount: 4), "holds no storage data/../0")
        try expect(P.storage("0", elementCount: 5), "data/0 has 16 bytes, expected 5 elements of float32")
        try expect(P.storage("0", type: "LongStorage", elementCount: .max), "data/0 has 16 bytes")
        try expect(P.storage("0", elementCount: -1), "a storage is not described")
        try expect(P.storage("0", type: "float32", elementCount: 1), "a storage is not described")
        try expect(P.text("0") + [0x51], "a storage is not described")
        try expect(P.global("torch", "FloatStorage") + P.emptyTuple + P.call, "without torch.save's reference")
    }

    @Test("A tensor that repeats one element without end is refused when it is asked for")
    func repeatedElement() throws {
        let folder = try TemporaryFolder()
        let tensor = P.tensor(
            storage: P.storage("0", elementCount: 4), shape: [1 << 40, 1 << 20], strides: [0, 0])
        let zip = ZipFile.checkpoint(
            pickle: P.dictionary([("w", tensor)]), storages: [[UInt8](repeating: 0, count: 16)])
        let path = try folder.write(zip.bytes, to: "x.pth")
        let stateDict = try PyTorchCheckpoint.stateDict(at: path)
        let error = #expect(throws: FramegenError.self) { try stateDict.tensor("w") }
        #expect(error?.message.hasPrefix("\(path): w of [1099511627776, 1048576] repeats data/0") == true)
    }

    @Test("Deep nesting, self-reference and doubling neither overflow nor hang", .timeLimit(.minutes(1)))
    func nesting() throws {
        let depth = 500_000
        try expectPickleRefusal(
            ofRoot: P.emptyTuple + [UInt8](repeating: 0x85, count: depth), saying: "it holds a list")
        try expectPickleRefusal(
            ofRoot: [UInt8](repeating: P.emptyList[0], count: depth)
                + [UInt8](repeating: P.append[0], count: depth - 1),
            saying: "it holds a list")
        try expectPickleRefusal(ofRoot: [UInt8](repeating: P.mark[0], count: depth), saying: "ends with no value")

        // t = (t, t), half a million times over.
        try expectPickleRefusal(
            ofRoot: P.emptyTuple + [[UInt8]](repeating: [0x32, 0x86], count: depth).joined(), saying: "it holds a list")
        try expectPickleRefusal(
            ofRoot: P.emptyList + P.keep(0) + P.recall(0) + P.append, saying: "it holds a list")
        try expectPickleRefusal(
            ofRoot: P.emptyDictionary + P.keep(0) + P.text("model") + P.recall(0) + P.setItem,
            saying: "it holds model")
        try expectPickleRefusal(
            ofRoot: P.emptyDictionary + P.keep(0) + P.text("w") + P.recall(0) + P.setItem, saying: "it holds w")
    }

    @Test("Many references to one long list cost no more than it does", .timeLimit(.minutes(1)))
    func longLists() throws {
        let length = 200_000
        let list = P.mark + [UInt8](repeating: 0x4e, count: length) + P.tuple + P.keep(0) + [0x30]
        let rebuild = P.global("torch._utils", "_rebuild_tensor_v2") + P.keep(1) + [0x30]
        let storage = P.storage("0", elementCount: 4) + P.keep(2) + [0x30]
        let counter = P.global("collections", "Counter") + P.keep(3) + [0x30]
        try expectPickleRefusal(
            ofRoot: list + rebuild + storage + P.recall(1)
                + P.tuple([P.recall(2), P.integer(0), P.recall(0), P.recall(0), P.no, P.no]) + P.call,
            saying: "a tensor is not described")

        // Counter(Counter(…)) of a large dictionary, of which none may be a copy.
        let items = P.mark + [UInt8](repeating: 0x4e, count: length) + [0x75]
        let copies = P.recall(3) + P.recall(4) + [0x85] + P.call + P.text("k") + P.no + P.setItem + [0x30]
        try expectPickleRefusal(
            ofRoot: counter + P.emptyDictionary + items + P.keep(4)
                + [[UInt8]](repeating: copies, count: length / 4).joined(),
            saying: "it holds k")
    }

    @Test("Many ways to one tensor, long keys and depths beyond any checkpoint's cost little", .timeLimit(.minutes(1)))
    func manyPlaces() throws {
        let tensor = P.tensor(storage: P.storage("0", elementCount: 4), shape: [4], strides: [1])
        // A list of one dictionary with one tensor, and 70,000 keys for that.
        let keys = (0..<70_000).flatMap { P.text("\($0)") + P.recall(7) + P.setItem }
        try expectPickleRefusal(
            ofRoot: P.emptyDictionary + tensor + P.keep(7) + [0x30] + keys, saying: "expected at most 65536 tensors")
        let many = (0..<70_000).flatMap { P.text("\($0)") + P.recall(8) + P.setItem }
        let held = P.items([("w", tensor)]) + P.keep(8) + [0x30]
        let folder = try TemporaryFolder()
        let storages = [[UInt8](repeating: 0, count: 16)]
        var zip = ZipFile.checkpoint(pickle: P.start + held + P.emptyDictionary + many + P.stop, storages: storages)
        #expect(try PyTorchCheckpoint.stateDict(at: folder.write(zip.bytes, to: "x.pth")).keys == ["0.w"])

        // Dictionaries in one another, each with a tensor beside the next.
        let depth = 5_000
        let level = P.emptyDictionary + P.text("w") + tensor + P.setItem + P.text(String(repeating: "d", count: 40))
        zip = ZipFile.checkpoint(
            pickle: P.start + [[UInt8]](repeating: level, count: depth).joined() + P.no
                + [UInt8](repeating: P.setItem[0], count: depth) + P.stop, storages: storages)
        let found = try PyTorchCheckpoint.stateDict(at: folder.write(zip.bytes, to: "x.pth")).keys
        #expect(found.count == 7 && found.allSatisfy { $0.utf8.count <= 256 })
        try expectPickleRefusal(
            of: P.dictionary([(String(repeating: "k", count: 1000), tensor)]), saying: "holds no tensors")
    }

    @Test("More instructions or tensors than any checkpoint has are refused")
    func bombs() throws {
        let nothing: [UInt8] = [0x4e, 0x30]  // NONE, POP
        try expectPickleRefusal(
            ofRoot: (0..<2_100_000).flatMap { _ in nothing } + P.no, saying: "expected at most 4000000 instructions")
        let arguments = P.tuple([
            P.storage("0", elementCount: 4), P.integer(0), P.tuple([P.integer(1)]), P.tuple([P.integer(1)]), P.no,
            P.global("collections", "OrderedDict") + P.emptyTuple + P.call,
        ])
        let tensor = P.recall(0) + P.recall(1) + P.call + [0x30]
        try expectPickleRefusal(
            ofRoot: P.global("torch._utils", "_rebuild_tensor_v2") + P.keep(0) + arguments + P.keep(1)
                + (0..<66_000).flatMap { _ in tensor } + P.no, saying: "65536 tensors")
    }
}

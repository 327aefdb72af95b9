import Foundation
import FrameGeneration
import ModelFiles
import TestSupport
import Testing

/// The fixtures are made by Tests/Fixtures/checkpoints/make_checkpoints.py, which states the values.
@Suite struct StateDictTests {
    private static let moduleKeys = [
        "0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked",
    ]

    @Test(
        "A module's state dict is read wherever training scripts put it, at every protocol",
        arguments: [
            ("module.pth", ""), ("protocol3.pth", ""), ("protocol4.pth", ""), ("protocol5.pth", ""),
            ("rezipped.pth", ""), ("parallel.pth", "module."), ("nested.pth", "model.state_dict.module."),
            ("under-model.pth", "model."), ("under-model_state_dict.pth", "model_state_dict.module."),
            ("under-state_dict.pth", "state_dict."),
        ])
    func module(name: String, prefix: String) throws {
        let stateDict = try PyTorchCheckpoint.stateDict(at: fixture(name))
        let keys = Self.moduleKeys.map { prefix + $0 }
        // An optimizer has tensors too.
        #expect(stateDict.keys.filter { !$0.hasPrefix("optimizer.state.") } == keys)
        #expect(stateDict.shape(of: "\(prefix)0.weight") == [3, 2, 1, 1])
        #expect(stateDict.dataType(of: "\(prefix)1.num_batches_tracked") == .int64)
        #expect(try stateDict.tensor("\(prefix)0.weight") == eighths(3, 2, 1, 1))
        for key in keys[1...5] { #expect(try stateDict.tensor(key) == eighths(3)) }
        #expect(try stateDict.tensor("\(prefix)1.num_batches_tracked") == Tensor(shape: [], values: [7]))
        #expect(try stateDict.tensors(keys).count == 7)
    }

    @Test("Tensors are found under keys of any name, and in a list")
    func otherPlaces() throws {
        let stateDict = try PyTorchCheckpoint.stateDict(at: fixture("no-state-dict.pth"))
        #expect(stateDict.keys == Self.moduleKeys.map { "net_g.\($0)" })
        #expect(try PyTorchCheckpoint.stateDict(at: fixture("list.pth")).tensor("0") == eighths(2))
    }

    @Test("Tensors of lists, and of dictionaries of other classes, are found; of two ways to one, the shorter counts")
    func containers() throws {
        typealias P = Pickling
        let tensor = SmallCheckpoint.tensor(repeating: 0, shape: [2])
        let list = P.emptyList + P.items([("w", tensor)]) + P.append + tensor + P.append
        let made = P.global("collections", "defaultdict") + P.emptyTuple + P.call + P.text("w") + tensor + P.setItem
        let shared = P.items([("w", tensor)]) + P.keep(9)
        let pickle = P.dictionary([
            ("list", list), ("made", made), ("deep", P.items([("shared", shared)])), ("shared", P.recall(9)),
            ("w", tensor),
        ])
        let folder = try TemporaryFolder()
        let zip = ZipFile.checkpoint(pickle: pickle, storages: [little(Float(0.5).bitPattern)])
        let stateDict = try PyTorchCheckpoint.stateDict(at: folder.write(zip.bytes, to: "x.pth"))
        #expect(stateDict.keys == ["w", "list.1", "made.w", "shared.w", "list.0.w"])
        for key in stateDict.keys { #expect(try stateDict.tensor(key).values == [0.5, 0.5]) }
    }

    @Test("Every element type is converted", arguments: TensorDataType.allCases)
    func elementTypes(type: TensorDataType) throws {
        let stateDict = try PyTorchCheckpoint.stateDict(at: fixture("types.pth"))
        #expect(stateDict.dataType(of: type.rawValue) == type)
        let expected: Tensor =
            switch type {
            case .bool: Tensor(shape: [2, 4], values: [1, 0, 1, 1, 0, 0, 1, 0])
            case _ where type.isFloatingPoint: eighths(2, 4)
            default: Tensor(shape: [2, 4], values: (0..<8).map { Float($0) })
            }
        #expect(try stateDict.tensor(type.rawValue) == expected)
    }

    @Test("Half-precision zeros, subnormals, limits, infinities and NaN are exact")
    func halves() throws {
        let values = try PyTorchCheckpoint.stateDict(at: fixture("types.pth")).tensor("halves").values
        let smallest = Float(sign: .plus, exponent: -24, significand: 1)
        let expected: [Float] = [
            0, -0.0, smallest, -1023 * smallest, 1024 * smallest, 65504, -65504, 1, .infinity, -.infinity,
        ]
        #expect(values.dropLast().map(\.bitPattern) == expected.map(\.bitPattern))
        #expect(values.last?.isNaN == true)
    }

    @Test("Views of a shared storage are laid out row by row")
    func views() throws {
        let stateDict = try PyTorchCheckpoint.stateDict(at: fixture("views.pth"))
        /// A tensor of `shape` whose elements are the storage's at `index`.
        func view(_ shape: Int..., index: ([Int]) -> Int) -> Tensor {
            var values: [Float] = []
            for flat in 0..<shape.reduce(1, *) {
                var rest = flat
                var indices: [Int] = []
                for size in shape.reversed() {
                    indices.insert(rest % size, at: 0)
                    rest /= size
                }
                values.append(Float(index(indices)) / 8)
            }
            return Tensor(shape: shape, values: values)
        }
        #expect(try stateDict.tensor("all") == eighths(24))
        #expect(try stateDict.tensor("offset") == view(2, 3) { 6 + $0[0] * 3 + $0[1] })
        #expect(try stateDict.tensor("transposed") == view(6, 4) { $0[1] * 6 + $0[0] })
        #expect(try stateDict.tensor("everyThird") == view(8) { $0[0] * 3 })
        #expect(try stateDict.tensor("expanded") == view(3, 4) { _ in 5 })
        #expect(try stateDict.tensor("permuted") == view(4, 2, 3) { $0[1] * 12 + $0[2] * 4 + $0[0] })
        #expect(try stateDict.tensor("scalar") == Tensor(shape: [], values: [0.875]))
        #expect(try stateDict.tensor("rowsRepeated") == view(2, 4) { $0[1] })
        #expect(try stateDict.tensor("overlapping") == view(3, 4) { 1 + $0[0] * 2 + $0[1] })
        #expect(try stateDict.tensor("empty") == Tensor(shape: [0, 3], values: []))
    }

    @Test("Parameters are tensors")
    func parameters() throws {
        let stateDict = try PyTorchCheckpoint.stateDict(at: fixture("parameters.pth"))
        #expect(try stateDict.tensor("plain") == eighths(2, 3))
        #expect(try stateDict.tensor("tagged") == eighths(3))
    }

    @Test("A key that is not there is an error that names it")
    func unknownKey() throws {
        let stateDict = try PyTorchCheckpoint.stateDict(at: fixture("module.pth"))
        #expect(stateDict.shape(of: "2.weight") == nil)
        let error = #expect(throws: FramegenError.self) { try stateDict.tensor("2.weight") }
        #expect(error?.code == .invalidData)
        #expect(error?.message == "\(fixture("module.pth")) holds no tensor 2.weight")
    }

    @Test("Zip64 sizes and a comment behind the archive are read")
    func zip64() throws {
        let folder = try TemporaryFolder()
        var zip = ZipFile.checkpoint(
            pickle: Pickling.dictionary([
                ("w", Pickling.tensor(storage: Pickling.storage("0", elementCount: 2), shape: [2], strides: [1]))
            ]), storages: [little(Float(0.5).bitPattern) + little(Float.nan.bitPattern)])
        for index in zip.entries.indices { zip.entries[index].isWide = true }
        zip.comment = Array("PK\u{5}\u{6} is no directory end here".utf8)
        let values = try PyTorchCheckpoint.stateDict(at: folder.write(zip.bytes, to: "wide.pth")).tensor("w").values
        #expect(values.first == 0.5)
        #expect(values.last?.isNaN == true)
    }

    @Test("Values are read when they are asked for, so damage elsewhere does not matter until then")
    func lazyReading() throws {
        let folder = try TemporaryFolder()
        func tensor(_ key: String) -> [UInt8] {
            Pickling.tensor(storage: Pickling.storage(key, elementCount: 2), shape: [2], strides: [1])
        }
        var zip = ZipFile.checkpoint(
            pickle: Pickling.dictionary([("sound", tensor("0")), ("damaged", tensor("1"))]),
            storages: [[UInt8](repeating: 0, count: 8), [UInt8](repeating: 1, count: 8)])
        zip.entries[3].checksum = 1
        let path = try folder.write(zip.bytes, to: "x.pth")
        let stateDict = try PyTorchCheckpoint.stateDict(at: path)
        #expect(try stateDict.tensor("sound").values == [0, 0])
        let error = #expect(throws: FramegenError.self) { try stateDict.tensor("damaged") }
        #expect(error?.message.contains("\(path): x/data/1 is damaged") == true)
    }
}
